import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { message, text } from '../conformance/support/anthropic-answers.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { Agent, readCall, startTwoFamilies, thoughtsOf, type TwoFamilies, wordsOf } from '../support/two-families.ts';

setDefaultTimeout(30_000);

const BUDGET = { thinking: { type: 'enabled', budget_tokens: 2048 } };
const ADAPTIVE = { thinking: { type: 'adaptive' } };
const CLEARING = { context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] } };

describe('D1, D2: a conversation that moves to another family of models', () => {
  let fixture: TwoFamilies;
  beforeAll(async () => {
    fixture = await startTwoFamilies({
      pairs: 12,
      more: (upstream) => ({
        providers: { first: providerOf(upstream, 'anthropic'), second: providerOf(upstream, 'anthropic') },
        models: {
          'claude-twice': {
            targets: [
              { provider: 'first', model: 'claude-first', priority: 0 },
              { provider: 'second', model: 'anthropic/claude-second', priority: 1 },
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
      claude.says([claude.thinks('Claude’s first.'), claude.hides('secret'), text('One. é \u2028'), readCall('t1')]);
      glm.says([glm.thinks('GLM’s own.'), text('Two.'), readCall('t2')], [glm.thinks('More.'), text('Three.')]);
      await agent.say(id, 'Go.');
      expect(agent.headers.get('x-th-passthrough')).toBe('exact');

      loseClaude();
      await agent.answerTools(id);
      expect(agent.headers.get('x-th-provider')).toStartWith('zai');
      expect(agent.headers.get('x-th-attempts')).toBe('2');
      expect(agent.headers.get('x-th-transcode-warnings')).toBe('dropped.thinking=messages');
      expect(agent.headers.get('x-th-passthrough')).toBeNull();
      const sentFirst = agent.messages.slice(0, 3);
      expect(JSON.stringify(glm.last.messages)).toBe(wordsOf(sentFirst));
      // Byte for byte, as the client wrote them.
      for (const block of agent.messages[1]?.content.slice(2) ?? []) {
        expect(glm.askedTexts.at(-1)).toContain(JSON.stringify(block));
      }

      await agent.answerTools(id);
      expect(agent.headers.get('x-th-attempts')).toBe('1');
      const sent = agent.messages.slice(0, 5);
      expect(wordsOf(glm.last.messages)).toBe(wordsOf(sent));
      expect(thoughtsOf(glm.last.messages)).toEqual([glm.thinks('GLM’s own.')]);
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
        expect(wordsOf(model.last.messages)).toBe(wordsOf(history));
        expect(thoughtsOf(model.last.messages)).toEqual(thoughtsOf(history).filter((block) => !model.isForeign(block)));
        expect(model.last.messages.length).toBe(turn * 2 + 1);
      }
      expect([...claude.refusals, ...glm.refusals]).toEqual([]);
    });

    test(`D10 (${form}): within a tool loop whose thinking stays behind, the other model does not think with a budget`, async () => {
      const { id, back, claude, glm } = fixture.pair();
      const agent = new Agent(fixture.gateway, stream, { ...BUDGET, ...CLEARING });
      claude.says([claude.thinks('I shall read.'), readCall('t1')]);
      glm.says([glm.thinks('Not thought.'), readCall('t2')], [glm.thinks('Not thought, either.'), text('Done.')]);
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
      glm.says([glm.thinks('Reading on.'), readCall('t3')], [text('Read.')]);
      await agent.say(back, 'Read on.');
      await agent.answerTools(back);
      expect(glm.last.thinking).toEqual(BUDGET.thinking);
      expect([...claude.refusals, ...glm.refusals]).toEqual([]);
    });
  }

  test('D2: a family that signed all of it gets all of it, after a restart, too', async () => {
    const { id, claude } = fixture.pair();
    const agent = new Agent(fixture.gateway, false, BUDGET);
    agent.messages.push(
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [claude.thinks('Before.'), claude.hides('b'), readCall('t1')] },
    );
    claude.says([claude.thinks('After.'), readCall('t2')], [text('Done.')]);
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
    expect(thoughtsOf(glm.last.messages)).toEqual([]);
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
    expect(thoughtsOf(other.glm.last.messages)).toEqual([]);
    expect(agent2.headers.get('x-th-attempts')).toBe('2');
    expect(glm.refusals.concat(other.glm.refusals)).toEqual([]);
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
});
