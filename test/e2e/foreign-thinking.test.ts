import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type Block, message, text, toolUse } from '../conformance/support/anthropic-answers.ts';
import { openaiCompletion } from '../support/answers.ts';
import { openaiClient, post } from '../support/clients.ts';
import { providerOf } from '../support/relay-fixture.ts';
import type { Said } from '../support/signing-model.ts';
import { Agent, startTwoFamilies, type TwoFamilies } from '../support/two-families.ts';

setDefaultTimeout(30_000);

const BUDGET = { thinking: { type: 'enabled', budget_tokens: 2048 } };
const ADAPTIVE = { thinking: { type: 'adaptive' } };
const CLEARING = { context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] } };
const read = (id: string) => toolUse(id, 'read_file', { path: `src/${id}.ts`, 'an "odd" name': ['é', 1.5, null] });
const isThinking = ({ type }: Block) => type === 'thinking' || type === 'redacted_thinking';
/** What must reach every model: a history without its thinking, as JSON. */
const words = (messages: readonly Said[]) =>
  JSON.stringify(
    messages.map(({ role, content }) => ({
      role,
      content: typeof content === 'string' ? content : content.filter((block) => !isThinking(block)),
    })),
  );
const thoughts = (messages: readonly Said[]) =>
  messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content.filter(isThinking)));

describe('D1, D2: a conversation that moves to another family of models', () => {
  let fixture: TwoFamilies;
  beforeAll(async () => {
    fixture = await startTwoFamilies({
      pairs: 40,
      more: (upstream) => ({
        providers: {
          first: providerOf(upstream, 'anthropic'),
          second: providerOf(upstream, 'anthropic'),
          router: providerOf(upstream, 'openai'),
          gemini: providerOf(upstream, 'openai'),
          plain: providerOf(upstream, 'openai', { dialect: { think_switch: 'enable_thinking' } }),
          mixed: providerOf(upstream, 'anthropic'),
        },
        models: {
          'claude-twice': {
            targets: [
              { provider: 'first', model: 'claude-first', priority: 0 },
              { provider: 'second', model: 'anthropic/claude-second', priority: 1 },
            ],
          },
          'openai-forth': {
            targets: [
              { provider: 'router', model: 'anthropic/claude-o', priority: 0 },
              { provider: 'gemini', model: 'gemini-o', priority: 1 },
            ],
          },
          'openai-back': {
            targets: [
              { provider: 'gemini', model: 'gemini-o', priority: 0 },
              { provider: 'router', model: 'anthropic/claude-o', priority: 1 },
            ],
          },
          'crossing-forth': {
            targets: [
              { provider: 'plain', model: 'qwen-c', priority: 0 },
              { provider: 'mixed', model: 'claude-c', priority: 1 },
            ],
          },
          'crossing-back': {
            targets: [
              { provider: 'mixed', model: 'claude-c', priority: 0 },
              { provider: 'plain', model: 'qwen-c', priority: 1 },
            ],
          },
        },
      }),
    });
  });
  afterAll(() => fixture?.stop());

  for (const stream of [false, true]) {
    const form = stream ? 'streamed' : 'whole';

    test(`D1, D2 (${form}): the first dies mid session; the second gets no thinking of its, and every text and call`, async () => {
      const { id, claude, glm, loseClaude } = fixture.pair();
      const agent = new Agent(fixture.gateway, stream, { ...ADAPTIVE, system: 'Be brief.' });
      claude.says([claude.thinks('Claude’s first.'), claude.hides('secret'), text('One. é \u2028'), read('t1')]);
      glm.says([glm.thinks('GLM’s own.'), text('Two.'), read('t2')], [glm.thinks('More.'), text('Three.')]);
      await agent.say(id, 'Go.');
      expect(agent.headers.get('x-th-passthrough')).toBe('exact');

      loseClaude();
      await agent.answerTools(id);
      expect(agent.headers.get('x-th-provider')).toStartWith('zai');
      expect(agent.headers.get('x-th-attempts')).toBe('2');
      expect(agent.headers.get('x-th-transcode-warnings')).toBe('dropped.thinking=messages');
      expect(agent.headers.get('x-th-passthrough')).toBeNull();
      const sentFirst = agent.messages.slice(0, 3);
      expect(JSON.stringify(glm.last.messages)).toBe(words(sentFirst));

      await agent.answerTools(id);
      expect(agent.headers.get('x-th-attempts')).toBe('1');
      const sent = agent.messages.slice(0, 5);
      expect(words(glm.last.messages)).toBe(words(sent));
      expect(thoughts(glm.last.messages)).toEqual([glm.thinks('GLM’s own.')]);
      expect([...claude.refusals, ...glm.refusals]).toEqual([]);
    });

    test(`D1, D2, D4 (${form}): to and fro, each gets its own thinking back, byte for byte`, async () => {
      const { id, back, claude, glm } = fixture.pair();
      const agent = new Agent(fixture.gateway, stream, ADAPTIVE);
      for (let turn = 0; turn < 6; turn++) {
        const model = turn % 2 === 0 ? claude : glm;
        model.says([model.thinks(`Thought ${turn}.`), text(`Answer ${turn}.`)]);
        await agent.say(turn % 2 === 0 ? id : back, `Question ${turn}.`);
        const history = agent.messages.slice(0, -1);
        expect(words(model.last.messages)).toBe(words(history));
        expect(thoughts(model.last.messages)).toEqual(thoughts(history).filter((block) => !model.isForeign(block)));
        expect(model.last.messages.length).toBe(turn * 2 + 1);
      }
      expect([...claude.refusals, ...glm.refusals]).toEqual([]);
    });

    test(`D10 (${form}): within a tool loop whose thinking stays behind, the other model does not think with a budget`, async () => {
      const { id, back, claude, glm } = fixture.pair();
      const agent = new Agent(fixture.gateway, stream, { ...BUDGET, ...CLEARING });
      claude.says([claude.thinks('I shall read.'), read('t1')]);
      glm.says([glm.thinks('Not thought.'), read('t2')], [glm.thinks('Not thought, either.'), text('Done.')]);
      await agent.say(id, 'Go.');
      await agent.answerTools(back);
      expect(glm.last.thinking).toEqual({ type: 'disabled' });
      expect(glm.last.context_management).toBeUndefined();
      expect(agent.headers.get('x-th-transcode-warnings')).toBe('dropped.thinking=messages,approx.thinking');
      await agent.answerTools(back);
      expect(glm.last.thinking).toEqual({ type: 'disabled' });

      // A new turn: it thinks again, although nothing of the loop's thinking is there.
      glm.says([glm.thinks('Anew.'), text('Yes.')]);
      await agent.say(back, 'And now?');
      expect(glm.last.thinking).toEqual(BUDGET.thinking);
      expect(glm.last.context_management).toEqual(CLEARING.context_management);
      // And where the loop's thinking is its own it goes on thinking.
      glm.says([glm.thinks('Reading on.'), read('t3')], [text('Read.')]);
      await agent.say(back, 'Read on.');
      await agent.answerTools(back);
      expect(glm.last.thinking).toEqual(BUDGET.thinking);
      expect([...claude.refusals, ...glm.refusals]).toEqual([]);
    });

    test(`D2 (${form}): thinking that nobody knows and the model did not sign is refused once, and goes no more`, async () => {
      const { id, claude, glm } = fixture.pair();
      const agent = new Agent(fixture.gateway, stream, ADAPTIVE);
      // Brought along from elsewhere, or from before a restart.
      agent.messages.push(
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: [glm.thinks(`GLM’s, ${form}.`), text('Hello.')] },
      );
      claude.says([claude.thinks('Claude’s.'), text('Yes.')]);
      await agent.say(id, 'Are you there?');
      expect(claude.refusals).toEqual(['messages.1.content.0: Invalid `signature` in `thinking` block']);
      expect(agent.headers.get('x-th-provider')).toStartWith('anthropic');
      expect(agent.headers.get('x-th-attempts')).toBe('2');
      expect(agent.headers.get('x-th-transcode-warnings')).toBe('dropped.thinking=messages');
      expect(thoughts(claude.last.messages)).toEqual([]);
      expect(words(claude.last.messages)).toBe(words(agent.messages.slice(0, 3)));
      expect(glm.asked).toEqual([]);

      await agent.say(id, 'Still?');
      expect(agent.headers.get('x-th-attempts')).toBe('1');
      expect(thoughts(claude.last.messages)).toEqual([claude.thinks('Claude’s.')]);
      expect(claude.refusals).toHaveLength(1);
    });
  }

  test('D2: a refusal costs nothing, is told as a lost try and opens no breaker', async () => {
    const { id, claude, glm } = fixture.pair();
    claude.says([text('Yes.')]);
    for (let i = 0; i < 12; i++) {
      const agent = new Agent(fixture.gateway, false);
      agent.messages.push(
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: [glm.thinks(`${i}`), text('Hello.')] },
      );
      await agent.say(id, 'Are you there?');
      expect(agent.headers.get('x-th-provider')).toStartWith('anthropic');
      expect(agent.headers.get('x-th-attempts')).toBe('2');
      // 42 tokens in, 11 out, once.
      expect(agent.headers.get('x-th-cost-usd')).toBe('0.000064000');
    }
    expect(claude.refusals).toHaveLength(12);
    expect(glm.asked).toEqual([]);
    await Bun.sleep(100);
    const lines = fixture.gateway.logs().split('\n');
    const line = lines.find((one) => one.startsWith('{') && (JSON.parse(one) as { model?: string }).model === id);
    expect(JSON.parse(line ?? '{}')).toMatchObject({ attempts: 2 });
    expect(line).toContain('invalid_value');
  });

  test('D2: a family that signed all of it gets all of it, after a restart, too', async () => {
    const { id, claude } = fixture.pair();
    const agent = new Agent(fixture.gateway, false, BUDGET);
    agent.messages.push(
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [claude.thinks('Before.'), claude.hides('b'), read('t1')] },
    );
    claude.says([claude.thinks('After.'), read('t2')], [text('Done.')]);
    for (let turn = 0; turn < 2; turn++) {
      await agent.answerTools(id);
      expect(agent.headers.get('x-th-passthrough')).toBe('exact');
      expect(agent.headers.get('x-th-attempts')).toBe('1');
      expect(claude.last.messages).toEqual(agent.messages.slice(0, -1));
    }
    expect(claude.refusals).toEqual([]);
  });

  test('D2: what nobody knows stays behind where the conversation is known to have been elsewhere', async () => {
    const { id, back, claude, glm } = fixture.pair();
    const agent = new Agent(fixture.gateway, false, ADAPTIVE);
    agent.messages.push(
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [claude.thinks('Before.'), text('Hello.')] },
    );
    claude.says([claude.thinks('Known.'), text('Yes.')]);
    glm.says([text('Yes.')]);
    await agent.say(id, 'One.');
    await agent.say(back, 'Two.');
    expect(thoughts(glm.last.messages)).toEqual([]);
    expect(agent.headers.get('x-th-attempts')).toBe('1');

    // As well as where it leaves a place within the very request.
    const other = fixture.pair();
    const agent2 = new Agent(fixture.gateway, false, ADAPTIVE);
    agent2.messages.push(
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [other.claude.thinks('Before.'), text('Hello.')] },
    );
    other.glm.says([text('Yes.')]);
    other.loseClaude();
    await agent2.say(other.id, 'One.');
    expect(thoughts(other.glm.last.messages)).toEqual([]);
    expect(agent2.headers.get('x-th-attempts')).toBe('2');
    expect(glm.refusals.concat(other.glm.refusals)).toEqual([]);
  });

  test('D2: it is asked once more and no oftener, and the client is told what to do', async () => {
    const { id, claude, glm } = fixture.pair();
    const words2 = 'messages.1.content.0: Invalid signature in thinking block';
    claude.refuses(words2, words2, words2);
    const agent = new Agent(fixture.gateway, false);
    agent.messages.push(
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [glm.thinks('x'), text('Hello.')] },
    );
    const error = (await agent.say(id, 'Well?').catch((cause: unknown) => cause)) as {
      status: number;
      message: string;
    };
    expect(error.status).toBe(400);
    expect(error.message).toContain(
      `Invalid signature in thinking block (start a new conversation, or keep to one model within it)`,
    );
    expect(claude.asked).toHaveLength(2);
    expect(glm.asked).toEqual([]);
  });

  test('D2: a model of one family is never asked twice, and told as it is', async () => {
    const { only, claude, glm } = fixture.pair();
    const agent = new Agent(fixture.gateway, false);
    agent.messages.push(
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [glm.thinks('x'), text('Hello.')] },
    );
    const error = (await agent.say(only, 'Well?').catch((cause: unknown) => cause)) as { status: number };
    expect(error.status).toBe(400);
    expect(claude.asked).toHaveLength(1);
    expect(claude.last.messages).toEqual(agent.messages);
  });

  test('D2: a refusal that comes as the first event of a stream is one, too', async () => {
    const { id, claude, glm } = fixture.pair();
    claude.says([text('Yes.')]);
    const refusal = {
      type: 'invalid_request_error',
      message: 'messages.1.content.0: Invalid `signature` in `thinking` block',
    };
    let asked = 0;
    fixture.upstream.on(`claude-${id.slice('pair-'.length)}`, (exchange) =>
      asked++ === 0
        ? exchange.stream([`event: error\ndata: ${JSON.stringify({ type: 'error', error: refusal })}\n\n`])
        : claude.script(exchange),
    );
    const agent = new Agent(fixture.gateway, true);
    agent.messages.push(
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [glm.thinks('x'), text('Hello.')] },
    );
    await agent.say(id, 'Well?');
    expect(agent.headers.get('x-th-attempts')).toBe('2');
    expect(claude.refusals).toEqual([]);
  });

  test('D10: a loop without its thinking is asked once more with thinking off', async () => {
    const { id, claude } = fixture.pair();
    const agent = new Agent(fixture.gateway, false, BUDGET);
    // The client has lost the thinking itself.
    agent.messages.push({ role: 'user', content: 'Hi' }, { role: 'assistant', content: [read('t1')] });
    claude.says([text('Done.')]);
    await agent.answerTools(id);
    expect(claude.refusals).toHaveLength(1);
    expect(claude.refusals[0]).toContain('but found `tool_use`');
    expect(claude.last.thinking).toEqual({ type: 'disabled' });
    expect(agent.headers.get('x-th-transcode-warnings')).toBe('approx.thinking');
  });

  test('D2: to another place that serves the same family all thinking goes along', async () => {
    const agent = new Agent(fixture.gateway, false, ADAPTIVE);
    const { claude } = fixture.pair();
    fixture.upstream.on('claude-first', (exchange) => exchange.json(200, message([claude.thinks('a'), text('One.')])));
    await agent.say('claude-twice', 'Go.');
    fixture.upstream.on('claude-first', (exchange) => exchange.json(503, { error: { message: 'no' } }));
    fixture.upstream.on('anthropic/claude-second', claude.script);
    claude.says([text('Two.')]);
    await agent.say('claude-twice', 'On.');
    expect(agent.headers.get('x-th-provider')).toBe('second');
    expect(agent.headers.get('x-th-passthrough')).toBe('exact');
    expect(claude.last.messages).toEqual(agent.messages.slice(0, -1));
  });

  test('D2: tokens are counted of the prompt that would go', async () => {
    const { id, back, claude, glm } = fixture.pair();
    const agent = new Agent(fixture.gateway, false, ADAPTIVE);
    claude.says([claude.thinks('Mine.'), text('Yes.')]);
    await agent.say(id, 'Go.');
    const counted: string[] = [];
    const number = id.slice('pair-'.length);
    for (const name of [`claude-${number}`, `glm-${number}`]) {
      fixture.upstream.on(name, (exchange) => {
        counted.push(exchange.request.text());
        return exchange.json(200, { input_tokens: 7 });
      });
    }
    for (const model of [id, back]) {
      const response = await fetch(`${fixture.gateway.url}/v1/messages/count_tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${fixture.gateway.key}` },
        body: JSON.stringify({ model, messages: agent.messages }),
      });
      expect(await response.json()).toEqual({ input_tokens: 7 });
    }
    expect(counted[0]).toContain('"type":"thinking"');
    expect(counted[1]).not.toContain('"type":"thinking"');
    expect(glm.asked).toEqual([]);
  });

  for (const stream of [false, true]) {
    test(`D2, D10 (${stream ? 'streamed' : 'whole'}): from an OpenAI model to Claude within a tool loop and back`, async () => {
      const claude = fixture.pair().claude;
      fixture.upstream.on('claude-c', claude.script);
      const sent: Record<string, unknown>[] = [];
      fixture.upstream.on('qwen-c', (exchange) => {
        sent.push(JSON.parse(exchange.request.text()) as Record<string, unknown>);
        const call = {
          id: `t${sent.length}`,
          type: 'function',
          function: { name: 'read_file', arguments: '{"path":"a"}' },
        };
        const said = { role: 'assistant', content: null, reasoning_content: 'Qwen’s.', tool_calls: [call] };
        const chunk = (delta: object, finish: string | null) =>
          `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'q', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
        return exchange.request.text().includes('"stream":true')
          ? exchange.stream([
              chunk({ role: 'assistant', reasoning_content: 'Qwen’s.' }, null),
              chunk({ tool_calls: [{ index: 0, ...call }] }, null),
              chunk({}, 'tool_calls'),
              'data: [DONE]\n\n',
            ])
          : exchange.json(200, {
              ...openaiCompletion(),
              choices: [{ index: 0, message: said, finish_reason: 'tool_calls' }],
            });
      });
      const tools = [{ name: 'read_file', input_schema: { type: 'object' } }];
      const agent = new Agent(fixture.gateway, stream, { ...BUDGET, ...CLEARING, tools });
      const [thought] = await agent.say('crossing-forth', 'Go.');
      expect(thought).toMatchObject({ type: 'thinking', thinking: 'Qwen’s.' });

      claude.says([claude.thinks('Not thought.'), read('t9')], [claude.thinks('Claude’s.'), text('Done.')]);
      await agent.answerTools('crossing-back');
      expect(claude.last.thinking).toEqual({ type: 'disabled' });
      expect(claude.last.context_management).toBeUndefined();
      expect(words(claude.last.messages)).toBe(words(agent.messages.slice(0, 3)));
      await agent.answerTools('crossing-back');
      expect(claude.last.thinking).toEqual({ type: 'disabled' });
      await agent.say('crossing-back', 'On.');
      expect(claude.last.thinking).toEqual(BUDGET.thinking);
      expect(claude.refusals).toEqual([]);

      await agent.say('crossing-forth', 'And back.');
      expect(JSON.stringify(sent.at(-1))).not.toContain(claude.sign('Claude’s.'));
    });

    test(`D2 (${stream ? 'streamed' : 'whole'}): an OpenAI client’s reasoning_details go to the family that signed them alone`, async () => {
      const { id, back, claude, glm } = fixture.pair();
      const { chat } = openaiClient(fixture.gateway);
      const messages: object[] = [];
      const say = async (model: string, content: string) => {
        messages.push({ role: 'user', content });
        const body = { model, messages, reasoning_effort: 'high', stream };
        const response = await post(fixture.gateway, 'openai', body);
        const told = await response.text();
        const found = /"reasoning_details":(\[.*?\}\])/.exec(told)?.[1] ?? '[]';
        messages.push({ role: 'assistant', content: 'Yes.', reasoning_details: JSON.parse(found) });
        return response.headers;
      };
      expect(chat).toBeDefined();
      for (let turn = 0; turn < 4; turn++) {
        const model = turn % 2 === 0 ? claude : glm;
        model.says([model.thinks(`Thought ${turn}.`), text('Yes.')]);
        // As th-orchestra would: one public name, whoever serves it.
        for (const message of messages as { reasoning_details?: { model: string }[] }[]) {
          for (const detail of message.reasoning_details ?? []) detail.model = turn % 2 === 0 ? id : back;
        }
        const headers = await say(turn % 2 === 0 ? id : back, `Question ${turn}.`);
        expect(headers.get('x-th-attempts')).toBe('1');
        const own = [claude, glm].indexOf(model) === 0 ? ['Thought 0.'] : ['Thought 1.'];
        const expected = turn < 2 ? [] : own.map((thought) => model.thinks(thought));
        expect(thoughts(model.last.messages)).toEqual(expected);
      }
      expect([...claude.refusals, ...glm.refusals]).toEqual([]);
    });

    test(`D2, D5 (${stream ? 'streamed' : 'whole'}): within OpenAI’s shape, too, what one signed the other does not get`, async () => {
      const details = [
        { type: 'reasoning.text', text: 'Hm.', signature: 'SIG-of-claude', format: 'anthropic-claude-v1', index: 0 },
      ];
      const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{"a":1}' } });
      const signed = { ...call('g1'), extra_content: { google: { thought_signature: 'SIG-of-gemini' } } };
      const sent: Record<string, { messages: unknown[] }> = {};
      const answers: Record<string, object> = {
        'anthropic/claude-o': {
          content: 'One.',
          reasoning: 'Hm.',
          reasoning_details: details,
          tool_calls: [call('c1')],
        },
        'gemini-o': { content: null, reasoning_content: 'Well.', tool_calls: [signed] },
      };
      for (const [name, said] of Object.entries(answers)) {
        fixture.upstream.on(name, (exchange) => {
          sent[name] = JSON.parse(exchange.request.text()) as { messages: unknown[] };
          const whole = { role: 'assistant', ...said };
          return stream
            ? exchange.stream([
                `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'q', choices: [{ index: 0, delta: whole, finish_reason: null }] })}\n\n`,
                `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'q', choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] })}\n\n`,
                'data: [DONE]\n\n',
              ])
            : exchange.json(200, {
                ...openaiCompletion(),
                choices: [{ index: 0, message: whole, finish_reason: 'tool_calls' }],
              });
        });
      }
      const messages: object[] = [{ role: 'user', content: 'Go.' }];
      const ask = (model: string) => post(fixture.gateway, 'openai', { model, messages, stream });
      await (await ask('openai-forth')).text();
      messages.push(
        { role: 'assistant', ...answers['anthropic/claude-o'] },
        { role: 'tool', tool_call_id: 'c1', content: 'r' },
      );
      const moved = await ask('openai-back');
      await moved.text();
      expect(moved.headers.get('x-th-transcode-warnings')).toBe('dropped.reasoning_details=messages');
      expect(moved.headers.get('x-th-passthrough')).toBeNull();
      const { reasoning_details: _, ...kept } = answers['anthropic/claude-o'] as Record<string, unknown>;
      expect(sent['gemini-o']?.messages).toEqual([messages[0], { role: 'assistant', ...kept }, messages[2]]);

      messages.push({ role: 'assistant', ...answers['gemini-o'] }, { role: 'tool', tool_call_id: 'g1', content: 'r' });
      const returned = await ask('openai-forth');
      await returned.text();
      expect(returned.headers.get('x-th-transcode-warnings')).toBe('dropped.extra_content=messages');
      expect(sent['anthropic/claude-o']?.messages).toEqual([
        ...messages.slice(0, 3),
        { role: 'assistant', ...answers['gemini-o'], tool_calls: [call('g1')] },
        messages[4],
      ]);
    });
  }
});
