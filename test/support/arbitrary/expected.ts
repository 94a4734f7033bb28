/** What a client must have in the end, kept by the generator while it writes a stream: no code of the product takes part. */
import type { AccumulatedUsage } from '../accumulate/answer.ts';

export interface ExpectedCall {
  /** Undefined: the upstream gave none, any will do. */
  readonly id: string | undefined;
  readonly name: string;
  readonly args: string;
  /** They were never told as text: any text of the same value will do. */
  readonly asValue?: true;
}

export interface ExpectedAnswer {
  readonly text: string;
  /** Of a client that is not shown the reasoning: a thought then ends no text, and white space behind it stays. */
  readonly textWithoutThoughts?: string;
  /** Told in place of a text. */
  readonly refusal?: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ExpectedCall[];
  readonly stop: string;
  /** Undefined: the upstream told none, so that the gateway has to estimate. */
  readonly usage: AccumulatedUsage | undefined;
  /** The stream broke or told an error: all of the above is what had come until then. */
  readonly failed: boolean;
}

export interface GeneratedStream {
  readonly text: string;
  readonly expected: ExpectedAnswer;
}

/** Tokens of an answer, never more reasoning than output; never none at all, which upstreams tell that do not count. */
export function usageOf(
  input: number,
  cacheRead: number,
  cacheWrite: number,
  output: number,
  reasoning: number,
): AccumulatedUsage {
  return { input: input + 1, cacheRead, cacheWrite, output: output + 1 + reasoning, reasoning };
}
