import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { text } from '../conformance/support/anthropic-answers.ts';
import { openaiCompletion } from '../support/answers.ts';
import { post } from '../support/clients.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { Agent, readCall, startTwoFamilies, thoughtsOf, type TwoFamilies, wordsOf } from '../support/two-families.ts';

setDefaultTimeout(30_000);

const BUDGET = { thinking: { type: 'enabled', budget_tokens: 2048 } };
const CLEARING = { context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] } };

describe('D1, D2: a conversation that moves to another family, for clients and models of OpenAI’s shape', () => {
  let fixture: TwoFamilies;
  beforeAll(async () => {
    fixture = await startTwoFamilies({
      pairs: 8,
      more: (upstream) => ({
        providers: {
          router: providerOf(upstream, 'openai'),
          gemini: providerOf(upstream, 'openai'),
          plain: providerOf(upstream, 'openai', { dialect: { think_switch: 'enable_thinking' } }),
          mixed: providerOf(upstream, 'anthropic'),
        },
        models: {
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

      claude.says([claude.thinks('Not thought.'), readCall('t9')], [claude.thinks('Claude’s.'), text('Done.')]);
      await agent.answerTools('crossing-back');
      expect(claude.last.thinking).toEqual({ type: 'disabled' });
      expect(claude.last.context_management).toBeUndefined();
      expect(wordsOf(claude.last.messages)).toBe(wordsOf(agent.messages.slice(0, 3)));
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
        expect(thoughtsOf(model.last.messages)).toEqual(expected);
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
