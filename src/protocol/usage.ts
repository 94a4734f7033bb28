/**
 * Tokens of one answer, in Anthropic's convention: `inputTokens` excludes what was read from or written to the
 * vendor's prompt cache; `reasoningTokens` is a part of `outputTokens`, not an addition to it.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  /** Of `cacheWriteTokens`, those that are kept for an hour. Left out, as what follows: none. */
  readonly cacheWrite1hTokens?: number;
  /** Of `inputTokens`, those of sound and of pictures, where the vendor tells them apart. */
  readonly inputAudioTokens?: number;
  readonly inputImageTokens?: number;
  /** Of `outputTokens`, those of sound. */
  readonly outputAudioTokens?: number;
  /** How often tools ran that the vendor runs itself and charges by use. */
  readonly serverToolUses?: number;
}

/** Nothing was used. */
export const NO_USAGE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
};

/** No answer has as many tokens: what is more is a fault, and would be a bill that nobody owes. */
const MOST_TOKENS = 1_000_000_000;

/** A count as an upstream reports it: anything but a number from 0 to 1,000,000,000 is none. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= MOST_TOKENS ? Math.floor(value) : undefined;
}
