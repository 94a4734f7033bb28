import { describe, expect, test } from 'bun:test';
import { askDemo, readEvents } from './ask-demo.fixture.ts';
import { countTokens } from './tokens.ts';

// Every stream is held to what the official SDKs' accumulators silently rely on.

type Json = any;

const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'array', items: { type: 'integer' } } },
  required: ['city', 'days'],
};
const prompts = ['Hello there, how are you?', 'call f', 'call f and g for Ünïcode Zürich 你好 🎉', 'then g and f'];
const limits = [1, 2, 3, 5, 8, 13, 21, 34, 55, 500];

interface Case {
  readonly prompt: string;
  readonly maxTokens: number;
  readonly thinks: boolean;
  readonly stop: string | undefined;
}
const cases: Case[] = prompts.flatMap((prompt) =>
  limits.flatMap((maxTokens) =>
    [false, true].flatMap((thinks) => [undefined, 'demo'].map((stop) => ({ prompt, maxTokens, thinks, stop }))),
  ),
);

function openaiBody({ prompt, maxTokens, thinks, stop }: Case) {
  return {
    model: 'm',
    messages: [{ role: 'user', content: prompt }],
    tools: ['f', 'g'].map((name) => ({ type: 'function', function: { name, parameters: schema } })),
    max_completion_tokens: maxTokens,
    ...(thinks ? { reasoning_effort: 'low' } : {}),
    ...(stop === undefined ? {} : { stop }),
  };
}
function anthropicBody({ prompt, maxTokens, thinks, stop }: Case) {
  return {
    model: 'm',
    messages: [{ role: 'user', content: prompt }],
    tools: ['f', 'g'].map((name) => ({ name, input_schema: schema })),
    max_tokens: maxTokens,
    ...(thinks ? { thinking: { type: 'adaptive' } } : {}),
    ...(stop === undefined ? {} : { stop_sequences: [stop] }),
  };
}

async function events(shape: 'openai' | 'anthropic', body: object) {
  const response = await askDemo(shape, { ...body, stream: true });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  return readEvents(await response.text());
}

/** Walks an OpenAI stream and builds the message up, refusing whatever breaks the grammar. */
function accumulateChunks(list: readonly { event: string | undefined; data: string }[], usageAsked: boolean) {
  expect(list.at(-1)).toEqual({ event: undefined, data: '[DONE]' });
  const chunks: Json[] = list.slice(0, -1).map(({ event, data }) => {
    expect(event).toBeUndefined();
    return JSON.parse(data);
  });
  expect(
    new Set(chunks.map(({ id, object, created, model }) => JSON.stringify([id, object, created, model]))).size,
  ).toBe(1);
  expect(chunks[0].object).toBe('chat.completion.chunk');
  const usageChunk = usageAsked ? chunks.pop() : undefined;
  if (usageAsked) expect(usageChunk.choices).toEqual([]);
  const message: Json = { content: '', reasoning: '', calls: [] };
  let finish: string | null = null;
  for (const [i, chunk] of chunks.entries()) {
    expect('usage' in chunk).toBe(usageAsked);
    if (usageAsked) expect(chunk.usage).toBe(null);
    expect(chunk.choices).toHaveLength(1);
    const { index, delta, finish_reason, logprobs } = chunk.choices[0];
    expect([index, logprobs, finish]).toEqual([0, null, null]);
    expect('role' in delta).toBe(i === 0);
    message.content += delta.content ?? '';
    message.reasoning += delta.reasoning_content ?? '';
    for (const call of delta.tool_calls ?? []) {
      if (call.index === message.calls.length) {
        expect(call).toMatchObject({ id: expect.stringMatching(/^call_demo/), type: 'function' });
        message.calls.push({ name: call.function.name, args: call.function.arguments });
      } else {
        expect(call.index).toBe(message.calls.length - 1);
        expect(Object.keys(call)).toEqual(['index', 'function']);
        expect(Object.keys(call.function)).toEqual(['arguments']);
        expect(call.function.arguments).not.toBe('');
        message.calls.at(-1).args += call.function.arguments;
      }
    }
    finish = finish_reason;
    if (i < chunks.length - 1) expect(finish_reason).toBe(null);
    else expect(delta).toEqual({});
  }
  expect(finish).not.toBe(null);
  return { message, finish, usage: usageChunk?.usage };
}

describe('openai stream', () => {
  test('keeps the grammar and says the same as the document, with and without usage', async () => {
    for (const item of cases) {
      const body = openaiBody(item);
      const document = (await (await askDemo('openai', body)).json()) as Json;
      const said = document.choices[0].message;
      for (const asked of [true, false]) {
        const options = asked ? { stream_options: { include_usage: true } } : {};
        const { message, finish, usage } = accumulateChunks(await events('openai', { ...body, ...options }), asked);
        expect(message.content).toBe(said.content ?? '');
        expect(message.reasoning).toBe(said.reasoning_content ?? '');
        expect(message.calls.map((call: Json) => ({ name: call.name, arguments: call.args }))).toEqual(
          (said.tool_calls ?? []).map((call: Json) => call.function),
        );
        expect(finish).toBe(document.choices[0].finish_reason);
        if (!asked) continue;
        expect(usage).toEqual(document.usage);
        expect(usage.completion_tokens).toBeLessThanOrEqual(item.maxTokens);
        expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
        const counted = [message.content, message.reasoning, ...message.calls.flatMap((c: Json) => [c.name, c.args])];
        expect(counted.reduce((sum, text) => sum + countTokens(text), 0)).toBe(usage.completion_tokens);
      }
    }
  });

  test('text comes in words and arguments come in several fragments', async () => {
    const item = { maxTokens: 500, thinks: false, stop: undefined };
    const text = await events('openai', openaiBody({ ...item, prompt: 'Hello there' }));
    const words = text.flatMap(({ data }) =>
      data === '[DONE]' ? [] : JSON.parse(data).choices[0].delta.content || [],
    );
    expect(words.length).toBeGreaterThan(15);
    for (const word of words) expect(word).toMatch(/^\s*\S+$/);
    const call = await events('openai', openaiBody({ ...item, prompt: 'f' }));
    expect(call.filter(({ data }) => data.includes('"arguments"')).length).toBeGreaterThan(4);
  });
});

/** Walks an Anthropic stream and builds the message up, refusing whatever breaks the grammar. */
function accumulateEvents(list: readonly { event: string | undefined; data: string }[]) {
  const all: Json[] = list.map(({ event, data }) => {
    const parsed = JSON.parse(data);
    expect(parsed.type).toBe(event);
    return parsed;
  });
  const [start, ping, ...rest] = all;
  expect([start.type, ping]).toEqual(['message_start', { type: 'ping' }]);
  expect(start.message).toMatchObject({ type: 'message', role: 'assistant', content: [], stop_reason: null });
  expect(start.message.usage).toMatchObject({ input_tokens: expect.any(Number), output_tokens: 0 });
  const content: Json[] = [];
  let open: Json;
  let args = '';
  for (const event of rest.slice(0, -2)) {
    if (event.type === 'content_block_start') {
      expect([open, event.index]).toEqual([undefined, content.length]);
      open = event.content_block;
      args = '';
      content.push(open);
      if (open.type === 'text') expect(open.text).toBe('');
      else if (open.type === 'thinking') expect(open).toEqual({ type: 'thinking', thinking: '', signature: '' });
      else expect(open).toMatchObject({ id: expect.stringMatching(/^toolu_demo/), input: {} });
      continue;
    }
    expect(event.index).toBe(content.length - 1);
    if (event.type === 'content_block_stop') {
      if (open.type === 'thinking') expect(open.signature).not.toBe('');
      if (open.type === 'tool_use') open.args = args;
      open = undefined;
      continue;
    }
    expect(event.type).toBe('content_block_delta');
    const { delta } = event;
    if (open.type === 'text') open.text += delta.text;
    else if (open.type === 'tool_use') args += delta.partial_json;
    else if (delta.type === 'thinking_delta') {
      expect(open.signature).toBe('');
      open.thinking += delta.thinking;
    } else {
      expect([delta.type, open.signature]).toEqual(['signature_delta', '']);
      open.signature = delta.signature;
    }
    const types: Json = { text: 'text_delta', tool_use: 'input_json_delta' };
    if (open.type !== 'thinking') expect(delta.type).toBe(types[open.type]);
  }
  expect(open).toBeUndefined();
  const [delta, stop] = rest.slice(-2);
  expect([delta.type, stop]).toEqual(['message_delta', { type: 'message_stop' }]);
  return { start: start.message, content, delta };
}

describe('anthropic stream', () => {
  test('keeps the grammar and says the same as the document', async () => {
    for (const item of cases) {
      const body = anthropicBody(item);
      const document = (await (await askDemo('anthropic', body)).json()) as Json;
      const { start, content, delta } = accumulateEvents(await events('anthropic', body));
      expect(start.id).toStartWith('msg_demo');
      expect(delta.delta).toEqual({
        stop_reason: document.stop_reason,
        stop_sequence: document.stop_sequence,
        stop_details: null,
        container: null,
      });
      expect(delta.usage.output_tokens).toBe(document.usage.output_tokens);
      expect(delta.usage.output_tokens).toBeLessThanOrEqual(item.maxTokens);
      expect([start.usage.input_tokens, delta.usage.input_tokens]).toEqual(Array(2).fill(document.usage.input_tokens));
      expect(content.map((block) => [block.type, block.text, block.thinking, block.name])).toEqual(
        document.content.map((block: Json) => [block.type, block.text, block.thinking, block.name]),
      );
      const counted = content.flatMap((block) => [block.text, block.thinking, block.name, block.args]);
      expect(counted.reduce((sum, text) => sum + countTokens(text ?? ''), 0)).toBe(delta.usage.output_tokens);
      for (const [i, block] of content.entries()) {
        if (block.type !== 'tool_use' || document.stop_reason === 'max_tokens') continue;
        expect(JSON.parse(block.args)).toEqual(document.content[i].input);
      }
    }
  });

  test('thinking that is not displayed still has its signed block', async () => {
    const body = { ...anthropicBody({ ...(cases[0] as Case), maxTokens: 500 }) };
    const { content } = accumulateEvents(
      await events('anthropic', { ...body, thinking: { type: 'adaptive', display: 'omitted' } }),
    );
    expect(content[0]).toMatchObject({ type: 'thinking', thinking: '' });
  });
});
