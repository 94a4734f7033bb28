/** Answers of an OpenAI upstream taken through the transcoder, and the client's side of them read without its code. */
import { expect } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';
import Anthropic0 from 'anthropic-sdk-0';
import { OPENAI_CAPABILITIES } from '../capabilities.ts';
import { testPorts } from '../crossing.fixture.ts';
import { eventsOf, type Run, run } from '../same-shape/stream-runs.fixture.ts';
import { ToolNames } from '../tool-names.ts';
import { Warnings } from '../warnings.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { AnthropicFromOpenAiStream } from './stream.ts';

export const encoder = new TextEncoder();

export type PlanOptions = Partial<Omit<AnswerPlan, 'capabilities'>> & {
  readonly capabilities?: Partial<AnswerPlan['capabilities']>;
};

export function planOf({ capabilities, ...more }: PlanOptions = {}): AnswerPlan {
  const ports = testPorts();
  return {
    publicModel: 'public-model',
    upstreamModel: 'upstream-model',
    requestId: 'req_th_0000000000000000000000000000test',
    capabilities: { ...OPENAI_CAPABILITIES, ...capabilities },
    showThinking: true,
    liveTools: new Set<string>(),
    names: new ToolNames(64, ports),
    estimateInput: () => 42,
    redact: (text) => text,
    ports,
    warnings: new Warnings(),
    ...more,
  };
}

/** A stream of these chunks (objects, or frames as text), ended with `[DONE]` if need be. */
export function sse(chunks: readonly (object | string)[], end = 'data: [DONE]\n\n'): Uint8Array<ArrayBuffer> {
  const frames = chunks.map((chunk) => (typeof chunk === 'string' ? chunk : `data: ${JSON.stringify(chunk)}\n\n`));
  return encoder.encode(frames.join('') + end);
}

/** A chunk with one choice. */
export function chunk(delta: object | null, finishReason: string | null = null, more: object = {}): object {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return { id: 'chatcmpl-0123456789abcdef', object: 'chat.completion.chunk', model: 'up', choices, ...more };
}

export const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
export const usageChunk = (usage: object = USAGE) => ({ id: 'chatcmpl-0123456789abcdef', choices: [], usage });

export interface Block {
  type: string;
  text?: string;
  thinking?: string;
  signature?: string;
  id?: string;
  name?: string;
  input?: unknown;
  /** The input as it was written. */
  inputText?: string;
  data?: string;
  citations?: unknown[];
}

export interface Message {
  readonly id: string;
  readonly model: string;
  readonly content: Block[];
  readonly stop_reason: string;
  readonly stop_sequence: string | null;
  readonly stop_details: unknown;
  readonly usage: Record<string, unknown>;
  /** What `message_start` said. */
  readonly startUsage: Record<string, unknown>;
}

type Json = Record<string, unknown>;

/**
 * The message of a stream of Anthropic events, by the rules of those who accumulate them; undefined for one that failed.
 * Throws for anything a client would trip over: an index out of order, two open blocks, a delta of the wrong kind.
 */
export function accumulate(text: string): Message | undefined {
  let message: (Omit<Message, 'usage'> & { usage: Record<string, unknown> }) | undefined;
  let open: Block | undefined;
  let input = '';
  let deltas = 0;
  let stopped = false;
  let failed = false;
  const check = (holds: boolean, what: string) => {
    if (!holds) throw new Error(`${what} in: ${text.slice(0, 2000)}`);
  };
  check(text === '' || text.endsWith('\n\n'), 'half an event');
  check(!/(?:^|\n)(?:retry|id|:|data: \[DONE\])/.test(text), "a line that is not Anthropic's");
  for (const { event, data } of eventsOf(text)) {
    const value = JSON.parse(data) as Json & { type: string; index: number; delta: Json; content_block: Json };
    check(value.type === event, 'an event of another name');
    check(!stopped && !failed, 'an event behind the end');
    if (event === 'error') {
      failed = true;
      continue;
    }
    if (event === 'message_start') {
      check(message === undefined, 'a second message_start');
      const started = value.message as Message;
      message = { ...started, content: [], startUsage: started.usage as Record<string, unknown> };
      continue;
    }
    if (message === undefined) throw new Error(`an event before message_start: ${event}`);
    const { content } = message;
    switch (event) {
      case 'ping':
        break;
      case 'content_block_start':
        check(open === undefined, 'two open blocks');
        check(value.index === content.length && deltas === 0, 'an index out of order');
        open = structuredClone(value.content_block) as unknown as Block;
        content.push(open);
        input = '';
        break;
      case 'content_block_delta': {
        check(open !== undefined && value.index === content.length - 1, 'a delta for no open block');
        const block = open as Block;
        const delta = value.delta as unknown as Record<string, string>;
        if (delta.type === 'text_delta') {
          check(block.type === 'text' && delta.text !== '', 'text in another block, or none');
          block.text += delta.text as string;
        } else if (delta.type === 'thinking_delta') {
          check(block.type === 'thinking' && delta.thinking !== '', 'thinking in another block, or none');
          check(block.signature === '', 'thinking behind its signature');
          block.thinking += delta.thinking as string;
        } else if (delta.type === 'signature_delta') {
          check(block.type === 'thinking' && block.signature === '', 'a second signature');
          block.signature = delta.signature as string;
        } else if (delta.type === 'input_json_delta') {
          check(block.type === 'tool_use', 'input in another block');
          input += delta.partial_json;
        } else if (delta.type === 'citations_delta') {
          check(block.type === 'text', 'citations in another block');
          (block.citations ??= []).push(delta.citation);
        } else check(false, `a delta nobody knows: ${delta.type}`);
        break;
      }
      case 'content_block_stop': {
        check(open !== undefined && value.index === content.length - 1, 'a stop of no open block');
        const block = open as Block;
        if (block.type === 'text') check((block.text as string).trim() !== '', 'a text block of white space');
        if (block.type === 'thinking') check(block.signature !== '', 'a thinking block without a signature');
        if (block.type === 'tool_use') {
          block.inputText = input;
          try {
            block.input = JSON.parse(input);
          } catch {
            block.input = undefined;
          }
        }
        open = undefined;
        break;
      }
      case 'message_delta':
        check(open === undefined && deltas++ === 0, 'a message_delta too many or too early');
        Object.assign(message, value.delta);
        message.usage = { ...message.usage, ...(value.usage as object) };
        break;
      case 'message_stop':
        check(deltas === 1, 'a message_stop before message_delta');
        stopped = true;
        break;
      default:
        check(false, `an event nobody knows: ${event}`);
    }
  }
  if (failed) return undefined;
  check(stopped || text === '', 'no end');
  return message as Message | undefined;
}

export interface Crossed extends Run {
  readonly stream: AnthropicFromOpenAiStream;
  readonly message: Message | undefined;
}

/** The upstream's bytes in these reads through the transcoder, and the message that came out. */
export function cross(
  reads: Uint8Array | Iterable<Uint8Array>,
  plan: PlanOptions = {},
  options: { readonly knowsFrames?: boolean } = {},
): Crossed {
  const stream = new AnthropicFromOpenAiStream(planOf(plan), options);
  const out = run(stream, reads instanceof Uint8Array ? [reads] : reads);
  const message = accumulate(out.text);
  expect(message !== undefined).toBe(out.state === 'complete');
  return { ...out, stream, message };
}

/** The same for chunks, with `[DONE]` at the end. */
export function crossChunks(
  chunks: readonly (object | string)[],
  plan: PlanOptions = {},
): Crossed & { message: Message } {
  const crossed = cross(sse(chunks), plan);
  if (crossed.message === undefined) throw new Error(`the stream failed: ${crossed.error?.message}`);
  return { ...crossed, message: crossed.message };
}

/** What both official SDKs make of these bytes. */
export async function finalMessages(text: string): Promise<Record<string, unknown>[]> {
  const options = {
    apiKey: 'key',
    maxRetries: 0,
    fetch: async () => new Response(text, { headers: { 'content-type': 'text/event-stream' } }),
  };
  const body = { model: 'm', max_tokens: 10, messages: [{ role: 'user' as const, content: 'hi' }] };
  const messages: Record<string, unknown>[] = [];
  for (const client of [new Anthropic(options), new Anthropic0(options) as unknown as Anthropic]) {
    const message = await client.messages.stream(body).finalMessage();
    messages.push(JSON.parse(JSON.stringify(message)) as Record<string, unknown>);
  }
  return messages;
}
