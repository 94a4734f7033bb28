/** Answers whose length and usage are chosen, in either upstream shape, for a client of either. */
import type { Shape } from '../shape.ts';
import { createTranscoder } from './create-transcoder.ts';
import { crossingOf } from './crossing.fixture.ts';
import type { Transcoder } from './transcoder.ts';
import type { Used } from './used.ts';

/** What the gateway takes the input for where it is not told. */
export const INPUT_ESTIMATE = 42;

/** Client and upstream: all four directions. */
export const DIRECTIONS: readonly (readonly [Shape, Shape])[] = [
  ['openai', 'openai'],
  ['anthropic', 'anthropic'],
  ['openai', 'anthropic'],
  ['anthropic', 'openai'],
];

const encoder = new TextEncoder();

export function transcoderOf(client: Shape, upstream: Shape): Transcoder {
  const body = `{"model":"m","max_tokens":9000,"stream":true,"messages":[{"role":"user","content":"Hi"}]}`;
  return createTranscoder(client, upstream, crossingOf(body, upstream, {}, { estimateInput: () => INPUT_ESTIMATE }));
}

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

const chunk = (more: object) => `data: ${JSON.stringify({ id: 'c', model: 'up', ...more })}\n\n`;
const event = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;

/** Events of an upstream's stream. */
export interface Events {
  /** What comes before any content; `usage` as the shape tells it there, if it does. */
  start(usage?: object): string;
  text(text: string): string;
  reasoning(text: string): string;
  call(name: string, args: string): string;
  /** Why it stopped, then the usage, each where the shape has it. */
  end(usage?: unknown): string;
  /** What says that it is over. */
  readonly mark: string;
}

export const EVENTS: Readonly<Record<Shape, Events>> = {
  openai: {
    start: () => chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }),
    text: (content) => chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
    reasoning: (reasoning_content) =>
      chunk({ choices: [{ index: 0, delta: { reasoning_content }, finish_reason: null }] }),
    call: (name, args) => {
      const call = { index: 0, id: 'call_1', type: 'function', function: { name, arguments: args } };
      return chunk({ choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }] });
    },
    end: (usage) =>
      chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }) +
      (usage === undefined ? '' : chunk({ choices: [], usage })),
    mark: 'data: [DONE]\n\n',
  },
  anthropic: {
    start: (usage) => {
      const message = { id: 'm', type: 'message', role: 'assistant', model: 'up', content: [], usage };
      return event('message_start', { message });
    },
    text: (text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    reasoning: (thinking) => event('content_block_delta', { index: 1, delta: { type: 'thinking_delta', thinking } }),
    call: (name, args) =>
      event('content_block_start', { index: 2, content_block: { type: 'tool_use', id: 'toolu_1', name, input: {} } }) +
      event('content_block_delta', { index: 2, delta: { type: 'input_json_delta', partial_json: args } }),
    end: (usage) =>
      event('message_delta', { delta: { stop_reason: 'end_turn' }, ...(usage !== undefined && { usage }) }),
    mark: event('message_stop', {}),
  },
};

/** A whole JSON answer with that text. */
export const ANSWERS: Readonly<Record<Shape, (text: string, usage?: unknown) => string>> = {
  openai: (content, usage) =>
    JSON.stringify({
      id: 'c',
      model: 'up',
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage,
    }),
  anthropic: (text, usage) =>
    JSON.stringify({
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'up',
      content: text === '' ? [] : [{ type: 'text', text }],
      stop_reason: 'end_turn',
      usage,
    }),
};

/** A usage object of that shape. */
export const USAGES: Readonly<Record<Shape, (input: unknown, output: unknown) => object>> = {
  openai: (prompt_tokens, completion_tokens) => ({ prompt_tokens, completion_tokens }),
  anthropic: (input_tokens, output_tokens) => ({ input_tokens, output_tokens }),
};

/** Input and output tokens, whether estimated, and whether there is anything to charge. */
export function countsOf({ usage, usageEstimated, hasOutput }: Used): readonly [number, number, boolean, boolean] {
  return [usage.inputTokens, usage.outputTokens, usageEstimated, hasOutput];
}
