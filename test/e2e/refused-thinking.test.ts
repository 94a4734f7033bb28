import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { text } from '../conformance/support/anthropic-answers.ts';
import { Agent, readCall, startTwoFamilies, thoughtsOf, type TwoFamilies, wordsOf } from '../support/two-families.ts';

setDefaultTimeout(30_000);

const BUDGET = { thinking: { type: 'enabled', budget_tokens: 2048 } };
const ADAPTIVE = { thinking: { type: 'adaptive' } };

describe('D2: thinking that a model refuses although it was taken for its own', () => {
  let fixture: TwoFamilies;
  beforeAll(async () => {
    const orchestra = { pools: { chat: ['pair-0-only'] } };
    fixture = await startTwoFamilies({ pairs: 12, config: { orchestra } });
  });
  afterAll(() => fixture?.stop());

  // First of all: the first pair is the one that th-orchestra has a model of.
  test('D2: th-orchestra goes on with a session that another family began, even if all of its models are of one', async () => {
    const { back, claude, glm } = fixture.pair();
    const brought = new Agent(fixture.gateway, false, ADAPTIVE);
    claude.says([text('Yes.')]);
    brought.messages.push(
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [glm.thinks('GLM’s, long ago.'), text('Hello.')] },
    );
    await brought.say('th-orchestra', 'Are you there?');
    expect(brought.headers.get('x-th-attempts')).toBe('2');
    expect(thoughtsOf(claude.last.messages)).toEqual([]);
    expect(claude.refusals).toHaveLength(1);

    // What was seen to be signed elsewhere is not tried at all.
    const moved = new Agent(fixture.gateway, true, ADAPTIVE);
    glm.says([glm.thinks('GLM’s.'), text('Hello.')]);
    await moved.say(back, 'Hi');
    await moved.say('th-orchestra', 'Are you there?');
    expect(moved.headers.get('x-th-attempts')).toBe('1');
    expect(wordsOf(claude.last.messages)).toBe(wordsOf(moved.messages.slice(0, 3)));
    expect(thoughtsOf(claude.last.messages)).toEqual([]);
    expect(claude.refusals).toHaveLength(1);
  });

  for (const stream of [false, true]) {
    const form = stream ? 'streamed' : 'whole';

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
      expect(thoughtsOf(claude.last.messages)).toEqual([]);
      expect(wordsOf(claude.last.messages)).toBe(wordsOf(agent.messages.slice(0, 3)));
      expect(glm.asked).toEqual([]);

      await agent.say(id, 'Still?');
      expect(agent.headers.get('x-th-attempts')).toBe('1');
      expect(thoughtsOf(claude.last.messages)).toEqual([claude.thinks('Claude’s.')]);
      expect(claude.refusals).toHaveLength(1);
    });
  }

  test('D2: a refusal costs nothing, is told as a lost try and opens no breaker', async () => {
    const { id, claude, glm } = fixture.pair();
    claude.says([text('Yes.')]);
    for (let i = 0; i < 8; i++) {
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
    expect(claude.refusals).toHaveLength(8);
    expect(glm.asked).toEqual([]);
    await Bun.sleep(100);
    const lines = fixture.gateway.logs().split('\n');
    const line = lines.find((one) => one.startsWith('{') && (JSON.parse(one) as { model?: string }).model === id);
    expect(JSON.parse(line ?? '{}')).toMatchObject({ attempts: 2 });
    expect(line).toContain('invalid_value');
  });

  test('D2: it is asked once more and no oftener, and the client is told what to do', async () => {
    const { id, claude, glm } = fixture.pair();
    const words = 'messages.1.content.0: Invalid signature in thinking block';
    claude.refuses(words, words, words);
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
    agent.messages.push({ role: 'user', content: 'Hi' }, { role: 'assistant', content: [readCall('t1')] });
    claude.says([text('Done.')]);
    await agent.answerTools(id);
    expect(claude.refusals).toHaveLength(1);
    expect(claude.refusals[0]).toContain('but found `tool_use`');
    expect(claude.last.thinking).toEqual({ type: 'disabled' });
    expect(agent.headers.get('x-th-transcode-warnings')).toBe('approx.thinking');
  });
});
