/** What users of such gateways reported of vendors and of conversations, each of which broke this one once. */
import { describe, expect, test } from 'bun:test';
import type { Exchange } from '../support/scripted-upstream.ts';
import { message, messageEvents, text } from './support/anthropic-answers.ts';
import { conformance, warningsOf } from './support/conformance.ts';
import { chunks, completion, toolDelta } from './support/openai-answers.ts';
import { streamAnthropic } from './support/through-sdk.ts';

const th = conformance();
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const TOOLS = [{ name: 'Bash', input_schema: { type: 'object' as const } }];
const body = (model: string, more: object = {}) => ({ model, max_tokens: 1000, messages: [user('Hi')], ...more });

describe('answers of a form that was not declared', () => {
  const openai = th.model('openai');
  const anthropic = th.model('anthropic');
  const declared = (type: string, content: string) => (exchange: Exchange) =>
    exchange.answer(200, content, [['content-type', type]]);

  test('a stream declared as JSON is a stream, in both directions, asked for or not', async () => {
    openai.answer(declared('application/json', chunks([{ content: 'Hello' }]).join('')));
    anthropic.answer(declared('application/json', messageEvents([text('Hello')]).join('')));
    for (const stream of [true, false]) {
      const toAnthropic = await th.post('anthropic', body(openai.id, { stream }));
      expect([toAnthropic.status, await toAnthropic.text()]).toEqual([200, expect.stringContaining('Hel')]);
      const toOpenAi = await th.post('openai', body(anthropic.id, { stream }));
      expect([toOpenAi.status, await toOpenAi.text()]).toEqual([200, expect.stringContaining('Hel')]);
    }
  });

  test('JSON declared as a stream is JSON where JSON was asked for', async () => {
    openai.answer(declared('text/event-stream', JSON.stringify(completion({ content: 'Hello' }))));
    anthropic.answer(declared('text/event-stream', JSON.stringify(message([text('Hello')]))));
    const toAnthropic = (await (await th.post('anthropic', body(openai.id))).json()) as { content: unknown };
    expect(toAnthropic.content).toEqual([{ type: 'text', text: 'Hello' }]);
    const toOpenAi = (await (await th.post('openai', body(anthropic.id))).json()) as { choices: unknown[] };
    expect(toOpenAi.choices).toMatchObject([{ message: { content: 'Hello' } }]);
  });
});

describe('calls side by side', () => {
  const model = th.model('openai');

  test('C058 index-reuse: whole calls that all bear index 0 and no id are as many calls', async () => {
    const whole = (args: string) => toolDelta({ index: 0, id: '', name: 'Bash', args });
    model.answer(chunks([whole('{"c":1}'), whole('{"c":2}')]));
    const { message: answer } = await streamAnthropic(th, body(model.id, { tools: TOOLS }));
    expect(answer.content).toMatchObject([
      { type: 'tool_use', input: { c: 1 } },
      { type: 'tool_use', input: { c: 2 } },
    ]);
  });
});

describe('histories that strict vendors refuse', () => {
  const model = th.model('openai');
  const local = th.model('openai', { dialect: { prefill: 'native', think_switch: 'chat_template_kwargs' } });

  test('a turn that only thought is left out, and that is said', async () => {
    model.answer(completion({ content: 'ok' }));
    const thought = assistant([{ type: 'thinking', thinking: 'hm', signature: 'EqClaude' }]);
    const response = await th.post('anthropic', body(model.id, { messages: [user('a'), thought, user('b')] }));
    expect(response.status).toBe(200);
    expect(warningsOf(response)).toEqual(['dropped.messages=messages[1]']);
    expect(model.sent().messages).toEqual([user('a'), user('b')]);
  });

  test('an answer that is begun goes on without thinking', async () => {
    local.answer(completion({ content: '1}' }));
    const messages = [user('JSON, please'), assistant('{"a":')];
    await th.post('anthropic', body(local.id, { messages }));
    expect(local.sent()).toMatchObject({ messages, chat_template_kwargs: { enable_thinking: false } });
    await th.post('anthropic', body(local.id));
    expect(local.sent()).not.toHaveProperty('chat_template_kwargs');
  });
});

describe('models that number their calls from 0 in every turn', () => {
  const dialect = { reasoning_in: 'reasoning_content', reasoning_echo: 'tool_turns' };
  const model = th.model('openai', { dialect });
  const answer = (n: number) =>
    completion({
      reasoning_content: `thought ${n}`,
      tool_calls: [{ id: 'call_0', type: 'function', function: { name: 'Bash', arguments: `{"n":${n}}` } }],
    });

  test('each turn gets its own reasoning back', async () => {
    model.answer(answer(1), answer(2), completion({ content: 'done' }));
    const messages: object[] = [user('go')];
    for (let turn = 0; turn < 3; turn++) {
      const said = (await (await th.post('anthropic', body(model.id, { messages, tools: TOOLS }))).json()) as {
        content: object[];
      };
      messages.push(assistant(said.content), user([{ type: 'tool_result', tool_use_id: 'call_0', content: 'r' }]));
    }
    const thoughts = (model.sent().messages as { role: string; reasoning_content?: string }[])
      .filter(({ role }) => role === 'assistant')
      .map((turn) => turn.reasoning_content);
    expect(thoughts).toEqual(['thought 1', 'thought 2']);
  });
});

describe('a router’s errors', () => {
  const model = th.model('openai');

  test('what it says of the provider behind it reaches the client', async () => {
    const raw = 'qwen is temporarily rate-limited upstream. Please retry shortly.';
    model.answer({ error: { message: 'Provider returned error', code: 429, metadata: { raw, provider_name: 'X' } } });
    const response = await th.post('anthropic', body(model.id));
    expect([response.status, await response.text()]).toEqual([529, expect.stringContaining(raw)]);
  });
});
