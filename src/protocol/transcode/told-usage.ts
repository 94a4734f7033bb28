import {
  type AnthropicCounts,
  anthropicUsageOf,
  mergeAnthropicCounts,
  readAnthropicCounts,
} from '../anthropic/usage.ts';
import { mergeOpenAiCounts, type OpenAiCounts, openAiUsageOf, readOpenAiCounts } from '../openai/usage.ts';
import type { Oddities } from './oddities.ts';
import type { Tally } from './tally.ts';

/** Puts what an OpenAI upstream tells of its answer's usage, in one piece or several, into the tally. */
export class OpenAiToldUsage {
  readonly #tally: Tally;
  readonly #oddities: Oddities;
  readonly #onMalformed = () => this.#oddities.count('usage_malformed');
  #counts: OpenAiCounts | undefined;

  constructor(tally: Tally, oddities: Oddities) {
    this.#tally = tally;
    this.#oddities = oddities;
  }

  /**
   * A `usage` object; false where it says nothing. Zeros say nothing: some vendors fill the object before they know, or
   * without ever knowing.
   */
  read(value: unknown): boolean {
    const later = readOpenAiCounts(value, this.#onMalformed);
    if (later === undefined || (later.prompt ?? 0) + (later.completion ?? 0) === 0) return false;
    const before = this.#counts;
    const { completion } = later;
    if (isLess(completion, before?.completion)) this.#oddities.count('usage_decreased');
    this.#counts = mergeOpenAiCounts(before, later);
    this.#tally.tell(openAiUsageOf(this.#counts), completion !== undefined && (completion > 0 || !before?.completion));
    return true;
  }
}

/** The same for an Anthropic upstream. */
export class AnthropicToldUsage {
  readonly #tally: Tally;
  readonly #oddities: Oddities;
  readonly #onMalformed = () => this.#oddities.count('usage_malformed');
  #counts: AnthropicCounts | undefined;

  constructor(tally: Tally, oddities: Oddities) {
    this.#tally = tally;
    this.#oddities = oddities;
  }

  /** A `usage` object. `atStart`: told before the answer, it does not say how much that put out. */
  read(value: unknown, atStart: boolean): void {
    const later = readAnthropicCounts(value, this.#onMalformed);
    if (later === undefined) return;
    if (isLess(later.output, this.#counts?.output)) this.#oddities.count('usage_decreased');
    this.#counts = mergeAnthropicCounts(this.#counts, later);
    this.#tally.tell(anthropicUsageOf(this.#counts), !atStart && later.output !== undefined);
  }
}

/** A cumulative count that goes down is a fault, though the last one is what the vendor charges. */
function isLess(later: number | undefined, before: number | undefined): boolean {
  return later !== undefined && later > 0 && before !== undefined && later < before;
}
