/**
 * One turn (think, say hello, call f and g) as it must look to a client of either shape. Exactly these events have
 * been accepted by the official SDKs and the AI SDK.
 */

export type AnthropicEvent = Readonly<Record<string, unknown>> & { readonly type: string };

const usage = { input_tokens: 42, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
const delta = (index: number, value: object): AnthropicEvent => ({ type: 'content_block_delta', index, delta: value });
const start = (index: number, content_block: object): AnthropicEvent => ({
  type: 'content_block_start',
  index,
  content_block,
});
const stop = (index: number): AnthropicEvent => ({ type: 'content_block_stop', index });

export const GOLDEN_EVENTS: readonly AnthropicEvent[] = [
  {
    type: 'message_start',
    message: {
      id: 'msg_th_1',
      type: 'message',
      role: 'assistant',
      model: 'tokenharbor/qwen3-max',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      container: null,
      usage,
    },
  },
  { type: 'ping' },
  start(0, { type: 'thinking', thinking: '', signature: '' }),
  delta(0, { type: 'thinking_delta', thinking: 'hm' }),
  delta(0, { type: 'signature_delta', signature: 'th1.abc' }),
  stop(0),
  start(1, { type: 'text', text: '' }),
  delta(1, { type: 'text_delta', text: 'hello' }),
  stop(1),
  start(2, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
  delta(2, { type: 'input_json_delta', partial_json: '' }),
  delta(2, { type: 'input_json_delta', partial_json: '{"a":1}' }),
  stop(2),
  start(3, { type: 'tool_use', id: 'toolu_2', name: 'g', input: {} }),
  delta(3, { type: 'input_json_delta', partial_json: '{}' }),
  stop(3),
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null, stop_details: null, container: null },
    usage: {
      input_tokens: 40,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 2,
      output_tokens: 11,
      output_tokens_details: { thinking_tokens: 3 },
      server_tool_use: null,
    },
  },
  { type: 'message_stop' },
];

export function writeEvents(events: readonly AnthropicEvent[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

const calls = (...tool_calls: object[]) => ({ tool_calls });

/** The deltas of the same turn, but for the last, empty one with the finish reason. */
export const GOLDEN_DELTAS: readonly object[] = [
  { role: 'assistant', content: '' },
  { reasoning_content: 'hm' },
  { content: 'hello' },
  calls({ index: 0, id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '' } }),
  calls({ index: 0, function: { arguments: '{"a":1}' } }),
  calls({ index: 1, id: 'toolu_2', type: 'function', function: { name: 'g', arguments: '' } }),
  calls({ index: 1, function: { arguments: '{}' } }),
  {
    reasoning_details: [
      { index: 0, type: 'reasoning.text', text: 'hm', signature: 'SIG', format: 'anthropic-claude-v1', model: 'm' },
    ],
  },
];

export const GOLDEN_USAGE = {
  prompt_tokens: 42,
  completion_tokens: 11,
  total_tokens: 53,
  prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 3 },
};

export type Chunk = Readonly<Record<string, unknown>>;

export function chunk(delta: unknown, finishReason: string | null = null, includeUsage = true): Chunk {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'tokenharbor/qwen3-max',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...(includeUsage ? { usage: null } : {}),
  };
}

export const usageChunk = (usageObject: object = GOLDEN_USAGE): Chunk => ({
  ...chunk({}),
  choices: [],
  usage: usageObject,
});

/** Chunks as frames; a string is a frame as it stands. */
export function writeChunks(chunks: readonly (Chunk | string)[]): string {
  return chunks.map((one) => `${typeof one === 'string' ? one : `data: ${JSON.stringify(one)}`}\n\n`).join('');
}

/** The golden stream for a client that asked for usage. */
export const GOLDEN_CHUNKS: readonly (Chunk | string)[] = [
  chunk(GOLDEN_DELTAS[0]),
  ': ping',
  ...GOLDEN_DELTAS.slice(1).map((one) => chunk(one)),
  chunk({}, 'tool_calls'),
  usageChunk(),
  'data: [DONE]',
];
