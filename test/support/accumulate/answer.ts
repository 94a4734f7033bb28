/** What any client makes of an answer, in one form: so that one can be compared with another, and with what was sent. */

export interface AccumulatedCall {
  readonly id: string;
  readonly name: string;
  /** The arguments as text, exactly as they were streamed; of a JSON answer with a parsed input, written anew. */
  readonly args: string;
}

/** Tokens; `input` excludes what was read from or written to a cache. */
export interface AccumulatedUsage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
}

export interface AccumulatedAnswer {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly AccumulatedCall[];
  /** In the words of the client's shape: its `finish_reason` or `stop_reason`. */
  readonly stop: string | undefined;
  readonly usage: AccumulatedUsage | undefined;
  /** What the client threw, or was told; the rest is what it had until then. */
  readonly error?: Error;
}

export type JsonObject = Record<string, any>;

export type ClientFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Stands in for the network: whatever is asked, these bytes are the answer. */
export function answering(bytes: Uint8Array): ClientFetch {
  const type = bytes[0] === 0x7b ? 'application/json' : 'text/event-stream; charset=utf-8';
  return () => Promise.resolve(new Response(bytes.slice(), { headers: { 'content-type': type } }));
}

export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

export function openAiUsage(usage: JsonObject | null | undefined): AccumulatedUsage | undefined {
  if (usage === null || usage === undefined) return undefined;
  const cacheRead = usage.prompt_tokens_details?.cached_tokens ?? 0;
  const cacheWrite = usage.prompt_tokens_details?.cache_write_tokens ?? 0;
  return {
    input: usage.prompt_tokens - cacheRead - cacheWrite,
    cacheRead,
    cacheWrite,
    output: usage.completion_tokens,
    reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}

export function anthropicUsage(usage: JsonObject | null | undefined): AccumulatedUsage | undefined {
  if (usage === null || usage === undefined) return undefined;
  return {
    input: usage.input_tokens,
    cacheRead: usage.cache_read_input_tokens,
    cacheWrite: usage.cache_creation_input_tokens,
    output: usage.output_tokens,
    reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
  };
}
