import { describe, expect, test } from 'bun:test';
import type OpenAI from 'openai';
import { message, messageEvents, text, thinking, toolUse, type Block } from './support/anthropic-answers.ts';
import { conformance, hasWarning, type Answer, type ConformanceModel } from './support/conformance.ts';
import type { Json } from './support/through-sdk.ts';

const th = conformance();
const user = (content: unknown) => ({ role: 'user', content });
const TOOLS = {
  tools: ['f', 'g'].map((name) => ({ type: 'function', function: { name, parameters: { type: 'object' } } })),
};
const body = (model: ConformanceModel, more: object = {}) => ({ model: model.id, messages: [user('Hi')], ...more });
const THOUGHT = [thinking('I  should\nread. 🌍', 'SIG1=='), thinking('Twice.', 'SIG2/+'), text('Reading.')];

/** Asks, and gives back the answer's message as an OpenAI client holds it. */
async function ask(model: ConformanceModel, answer: Answer, more: object = {}): Promise<Json> {
  model.answer(answer);
  const { choices } = (await th.openai.chat.completions.create(body(model, more) as never)) as OpenAI.ChatCompletion;
  return choices[0]!.message;
}

/** Gives the call's result and returns the assistant turn the upstream got. */
async function goOn(model: ConformanceModel, assistant: Json, more: object = {}): Promise<Json> {
  model.answer(message([text('done')]));
  const results = assistant.tool_calls.map(({ id }: { id: string }) => ({
    role: 'tool',
    tool_call_id: id,
    content: 'r',
  }));
  await th.openai.chat.completions.create(
    body(model, { ...TOOLS, messages: [user('Hi'), assistant, ...results], ...more }) as never,
  );
  return model.sent().messages[1];
}

describe('the thinking of an Anthropic upstream, for an OpenAI client', () => {
  const model = th.model('anthropic', { dialect: { thinking: 'budget' } });
  const adaptive = th.model('anthropic', {
    dialect: { thinking: 'adaptive', effort_levels: ['low', 'medium', 'high', 'max'] },
  });
  const call = (id: string) => toolUse(id, 'f', { path: 'x' });
  const EFFORT = { ...TOOLS, reasoning_effort: 'medium', max_completion_tokens: 8000 };

  test('C067 thinking-roundtrip-o, D4, D9: a client that echoes reasoning_details gives Claude its blocks back, byte for byte', async () => {
    const answered = await ask(model, message([...THOUGHT, call('toolu_67')], { stop: 'tool_use' }), EFFORT);
    expect(answered.reasoning_details).toMatchObject([
      { type: 'reasoning.text', signature: 'SIG1==', index: 0 },
      { type: 'reasoning.text', signature: 'SIG2/+', index: 1 },
    ]);
    expect(answered.reasoning_content).toBe('I  should\nread. 🌍\n\nTwice.');
    const turn = await goOn(model, answered, EFFORT);
    expect(turn.content).toEqual([...THOUGHT, call('toolu_67')]);
  });

  test('C068 thinking-store, D4: a client that echoes nothing has them restored', async () => {
    const blocks = [thinking('One.', 'SIG-A'), text('Reading.'), thinking('Two.', 'SIG-B'), call('toolu_68')];
    for (const stream of [false, true]) {
      const id = `toolu_68_${stream}`;
      const answer = [...blocks.slice(0, 3), call(id)];
      let held: Json;
      if (stream) {
        model.answer(messageEvents(answer, { stop: 'tool_use' }));
        const completion = await th.openai.chat.completions.stream(body(model, EFFORT) as never).finalChatCompletion();
        held = completion.choices[0]!.message;
      } else {
        held = await ask(model, message(answer, { stop: 'tool_use' }), EFFORT);
      }
      const { role, content, tool_calls } = held;
      const plain = tool_calls.map(({ id: callId, type, function: { name, arguments: args } }: Json) => ({
        id: callId,
        type,
        function: { name, arguments: args },
      }));
      const turn = await goOn(model, { role, content, tool_calls: plain }, EFFORT);
      expect(turn.content).toEqual(answer);
      expect(model.sent().thinking).toMatchObject({ type: 'enabled' });
    }
  });

  test('C068 store, O8: another key does not get them', async () => {
    const held = await ask(
      model,
      message([thinking('Mine.', 'SIG-MINE'), call('toolu_own')], { stop: 'tool_use' }),
      EFFORT,
    );
    const { key } = await th.gateway.mintKey();
    model.answer(message([text('done')]));
    const { role, content, tool_calls } = held;
    const messages = [
      user('Hi'),
      { role, content, tool_calls },
      { role: 'tool', tool_call_id: 'toolu_own', content: 'r' },
    ];
    const response = await th.post('openai', body(model, { ...EFFORT, messages }), { authorization: `Bearer ${key}` });
    expect(response.status, await response.text()).toBe(200);
    expect(model.sentText()).not.toContain('SIG-MINE');
  });

  test('C069 thinking-miss, D10: without them a model with a budget does not think in this call, and answers', async () => {
    const foreign = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_unknown', type: 'function', function: { name: 'f', arguments: '{}' } }],
    };
    await goOn(model, foreign, EFFORT);
    const sent = model.sent();
    expect(sent.thinking ?? { type: 'disabled' }).toEqual({ type: 'disabled' });
    expect(sent.messages[1].content).toEqual([toolUse('call_unknown', 'f', {})]);
    await goOn(adaptive, foreign, EFFORT);
    expect(adaptive.sent().thinking).toMatchObject({ type: 'adaptive' });
  });

  test('C070 redacted, D9: what Claude keeps to itself returns as it was', async () => {
    const redacted: Block = { type: 'redacted_thinking', data: 'EmwKAhgBEgy3va3pzix/LafPsn4a' };
    const blocks = [redacted, call('toolu_70')];
    const held = await ask(model, message(blocks, { stop: 'tool_use' }), EFFORT);
    expect(held.reasoning_details).toMatchObject([{ type: 'reasoning.encrypted', data: redacted.data }]);
    expect((await goOn(model, held, EFFORT)).content).toEqual(blocks);
    model.answer(messageEvents(blocks, { stop: 'tool_use' }));
    const streamed = await th.openai.chat.completions.stream(body(model, EFFORT) as never).finalChatCompletion();
    expect((await goOn(model, streamed.choices[0]!.message, EFFORT)).content).toEqual(blocks);
  });

  test('D3: an empty thinking block with a signature returns with it', async () => {
    const blocks = [thinking('', 'SIG-EMPTY'), call('toolu_d3')];
    const held = await ask(model, message(blocks, { stop: 'tool_use' }), EFFORT);
    expect((await goOn(model, held, EFFORT)).content).toEqual(blocks);
  });

  test('D9, D2: reasoning that no Claude signed is never sent to one', async () => {
    const assistant = {
      role: 'assistant',
      content: null,
      reasoning_content: 'An OpenAI model thought this.',
      reasoning_details: [
        {
          type: 'reasoning.text',
          text: 'Another Claude.',
          signature: 'SIG-X',
          format: 'anthropic-claude-v1',
          model: 'another-model',
          index: 0,
        },
      ],
      tool_calls: [{ id: 'call_d9', type: 'function', function: { name: 'f', arguments: '{}' } }],
    };
    const turn = await goOn(adaptive, assistant, EFFORT);
    expect(turn.content).toEqual([toolUse('call_d9', 'f', {})]);
  });
});

describe('the effort an OpenAI client asks for, in Anthropic’s words', () => {
  const budget = th.model('anthropic', { dialect: { thinking: 'budget', sampling: 'full' } });
  const adaptive = th.model('anthropic', {
    dialect: { thinking: 'adaptive', sampling: 'full', effort_levels: ['low', 'medium', 'high', 'max'] },
  });
  const none = th.model('anthropic', { dialect: { thinking: 'none' } });
  async function sent(model: ConformanceModel, more: object) {
    model.answer(message([text('ok')]));
    const { response } = await th.openai.chat.completions.create(body(model, more) as never).withResponse();
    return { sent: model.sent(), response };
  }

  test('C075 effort-adaptive: high is adaptive thinking with that effort, its text to be seen, no temperature', async () => {
    const high = await sent(adaptive, { reasoning_effort: 'high', temperature: 0.5 });
    expect(high.sent).toMatchObject({
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'high' },
    });
    expect(high.sent).not.toHaveProperty('temperature');
    expect((await sent(adaptive, { reasoning_effort: 'xhigh' })).sent.output_config.effort).toBe('high');
    expect((await sent(adaptive, { reasoning_effort: 'none' })).sent.thinking).toEqual({ type: 'disabled' });
    expect((await sent(adaptive, {})).sent).not.toHaveProperty('thinking');
  });

  test('C076 effort-budget, D7: medium is half of the limit, never less than 1024 nor the whole', async () => {
    const medium = await sent(budget, { reasoning_effort: 'medium', max_completion_tokens: 8000 });
    expect(medium.sent).toMatchObject({ max_tokens: 8000, thinking: { type: 'enabled', budget_tokens: 4000 } });
    const low = await sent(budget, { reasoning_effort: 'low', max_completion_tokens: 1500 });
    expect(low.sent.thinking.budget_tokens).toBe(1024);
    const tiny = await sent(budget, { reasoning_effort: 'high', max_completion_tokens: 1000 });
    expect(tiny.sent).not.toHaveProperty('thinking');
    expect(hasWarning(tiny.response, 'dropped.reasoning_effort')).toBe(true);
    const huge = await sent(budget, { reasoning_effort: 'high', max_completion_tokens: 64_000 });
    expect(huge.sent.thinking.budget_tokens).toBe(32_000);
  });

  test('C077 forced-tool-thinking: a forced call and thinking exclude each other; the call wins, and that is said', async () => {
    const forced = await sent(budget, {
      ...TOOLS,
      tool_choice: 'required',
      reasoning_effort: 'high',
      max_completion_tokens: 8000,
    });
    expect(forced.sent.thinking ?? { type: 'disabled' }).toEqual({ type: 'disabled' });
    expect(forced.sent.tool_choice).toEqual({ type: 'any' });
    expect(hasWarning(forced.response, 'approx.thinking')).toBe(true);
  });

  test('D7: a model that does not think is not told to', async () => {
    const { sent: body_, response } = await sent(none, { reasoning_effort: 'high' });
    expect(body_).not.toHaveProperty('thinking');
    expect(body_).not.toHaveProperty('output_config');
    expect(hasWarning(response, 'dropped.reasoning_effort')).toBe(true);
  });
});
