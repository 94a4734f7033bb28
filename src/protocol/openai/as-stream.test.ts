import { expect, test } from 'bun:test';
import OpenAI from 'openai';
import { ApiError } from '../api-error.ts';
import { streamOfCompletion } from './as-stream.ts';

const encoder = new TextEncoder();
const framesOf = (body: object | string) =>
  Buffer.from(streamOfCompletion(encoder.encode(typeof body === 'string' ? body : JSON.stringify(body))))
    .toString()
    .split('\n\n')
    .filter((frame) => frame !== '');

const COMPLETION = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  system_fingerprint: 'fp',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'hi\n\n',
        refusal: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
          { id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } },
        ],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
};

test('text, calls with their numbers, the end, the usage', () => {
  const head = '"object":"chat.completion.chunk","id":"chatcmpl-1","created":1,"model":"m"';
  expect(framesOf(COMPLETION)).toEqual([
    `data: {${head},"system_fingerprint":"fp","choices":[{"index":0,"delta":{"role":"assistant","content":"hi\\n\\n","refusal":null},"finish_reason":null}]}`,
    `data: {${head},"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{\\"x\\":1}"}},{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]},"finish_reason":null}]}`,
    `data: {${head},"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"tool_calls"}]}`,
    `data: {${head},"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},"choices":[]}`,
    'data: [DONE]',
  ]);
});

test('the official SDK reads the very completion back', async () => {
  const bytes = streamOfCompletion(encoder.encode(JSON.stringify(COMPLETION, undefined, 2)));
  const client = new OpenAI({
    apiKey: 'key',
    fetch: async () => new Response(bytes, { headers: { 'content-type': 'text/event-stream' } }),
  });
  const stream = client.chat.completions.stream({ model: 'm', messages: [], stream_options: { include_usage: true } });
  const { choices, usage } = await stream.finalChatCompletion();
  expect(usage).toEqual(COMPLETION.usage);
  expect(choices[0]?.message.content).toBe('hi\n\n');
  expect(choices[0]?.finish_reason).toBe('tool_calls');
  expect(choices[0]?.message.tool_calls).toMatchObject(COMPLETION.choices[0]!.message.tool_calls);
});

test('a body of many lines is still one line an event', () => {
  const frames = framesOf(JSON.stringify(COMPLETION, undefined, 2).replaceAll('\n', '\r\n'));
  expect(frames).toHaveLength(5);
  for (const frame of frames) expect(frame).not.toMatch(/[\r\n]/);
});

test('an error becomes one event; what is not JSON is refused', () => {
  expect(framesOf({ error: { message: 'no' } })).toEqual(['data: {"error":{"message":"no"}}']);
  expect(framesOf({ choices: [], error: { message: 'no' } })[0]).toContain('"error":{"message":"no"}');
  expect(() => framesOf('<html>')).toThrow(ApiError);
});
