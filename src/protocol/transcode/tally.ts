import type { JsonNode } from '../json/node.ts';
import { NO_USAGE, type Usage } from '../usage.ts';
import type { Oddities } from './oddities.ts';
import type { Used } from './used.ts';

/** About 3 bytes a token: an estimate that errs upward, as the one of the prompt does. */
const BYTES_PER_TOKEN = 3;

/** Bytes the model wrote: of the insides of JSON strings, escapes and all. */
export interface Written {
  bytes: number;
}

/**
 * Counts what an answer uses while it is on its way, so that it is known however the answer ends. Where the upstream
 * tells nothing, or nothing but zeros of an answer that has something in it, estimates stand in: an answer is never
 * free by mistake.
 */
export class Tally implements Used {
  /** Added to with each piece: nothing else is done for it. */
  readonly text: Written = { bytes: 0 };
  readonly reasoning: Written = { bytes: 0 };
  readonly #estimateInput: () => number;
  #told: Usage | undefined;
  /** Bytes that had been written when the upstream told how much it put out; undefined where it has not. */
  #toldAt: number | undefined;
  #hasMore = false;
  #isWhole = false;

  /** `estimateInput`: input tokens, as an estimate that errs upward. */
  constructor(estimateInput: () => number) {
    this.#estimateInput = estimateInput;
  }

  /** Bytes of all that the model wrote, shown or not. */
  get bytes(): number {
    return this.text.bytes + this.reasoning.bytes;
  }

  get reported(): Usage | undefined {
    return this.#told;
  }

  get hasOutput(): boolean {
    return this.bytes > 0 || this.#hasMore || (this.#told?.reasoningTokens ?? 0) > 0;
  }

  get usage(): Usage {
    return this.#settle().usage;
  }

  get usageEstimated(): boolean {
    return this.#settle().usageEstimated;
  }

  /** All of it at once. */
  used(): Used {
    const { reported, hasOutput } = this;
    return { ...this.#settle(), reported, hasOutput };
  }

  /** Whether the upstream has told it all, if the answer is whole: then its length need not be known. */
  get isTold(): boolean {
    const told = this.#told ?? NO_USAGE;
    const input = told.inputTokens + told.cacheReadTokens + told.cacheWriteTokens;
    return this.#toldAt !== undefined && told.outputTokens > 0 && input > 0;
  }

  /** There was something in the answer that has no length: a call without a name, reasoning nobody may read. */
  noteOutput(): void {
    this.#hasMore = true;
  }

  /** `tellsOutput`: whether `told` says how much was put out by now; counts given at a stream's start do not. */
  tell(told: Usage, tellsOutput: boolean): void {
    this.#told = told;
    if (tellsOutput) this.#toldAt = this.bytes;
  }

  /** The answer is whole. */
  finish(oddities: Oddities): void {
    this.#isWhole = true;
    if (this.hasOutput && this.usageEstimated) oddities.count('usage_missing');
  }

  #settle(): Pick<Used, 'usage' | 'usageEstimated'> {
    const told = this.#told ?? NO_USAGE;
    const isEmpty = !this.hasOutput;
    const input = told.inputTokens + told.cacheReadTokens + told.cacheWriteTokens;
    const tellsInput = this.#told !== undefined && (input > 0 || isEmpty);
    const tellsOutput = this.#toldAt !== undefined && (told.outputTokens > 0 || isEmpty);
    const tellsAll = tellsOutput && (this.#isWhole || this.#toldAt === this.bytes);
    if (tellsInput && tellsAll) return { usage: told, usageEstimated: false };
    const outputTokens = tellsAll
      ? told.outputTokens
      : this.#outputBeyond(told, tellsOutput ? this.#toldAt : undefined);
    const reasoningTokens = Math.max(told.reasoningTokens, tellsAll ? 0 : tokensOf(this.reasoning.bytes));
    return {
      usage: {
        ...told,
        inputTokens: tellsInput ? told.inputTokens : this.#estimateInput(),
        outputTokens,
        reasoningTokens: Math.min(reasoningTokens, outputTokens),
      },
      usageEstimated: true,
    };
  }

  /** What was written since the upstream counted comes on top; a count of before the first byte is no count of it. */
  #outputBeyond({ outputTokens }: Usage, toldAt = 0): number {
    if (toldAt > 0) return outputTokens + tokensOf(this.bytes - toldAt);
    return Math.max(outputTokens, tokensOf(this.bytes), this.hasOutput ? 1 : 0);
  }
}

function tokensOf(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

/** Bytes between the quotes of a string; of another value, as it was written: nothing of `{}`, which says nothing. */
export function lengthOf(node: JsonNode | undefined): number {
  if (node === undefined) return 0;
  const length = node.end - node.start;
  return node.kind === 'string' || length === 2 ? length - 2 : length;
}
