import { estimatePrompt, type TokenEstimate } from '../protocol/anthropic/estimate-tokens.ts';
import type { RequestFacts } from '../protocol/request.ts';
import type { Usage } from '../protocol/usage.ts';

/** Answers that a model's factor is learnt from: the latest ones. */
const WINDOW = 32;
const LEAST_FACTOR = 0.3;
const MOST_FACTOR = 3;
/** Clients choose the ids behind a glob, so there is no end to them. */
const MAX_MODELS = 1000;
/**
 * What a request has to hold for its answer to tell something of texts: this much, and mostly texts. For the same
 * reason that much of every request counts in full: a small one is like no large one.
 */
const LEAST_TEXT_TOKENS = 256;
const LEAST_TEXT_SHARE = 3;

/**
 * How many input tokens a request will have on a model: an estimate from its bytes, in which texts are multiplied by a
 * factor learnt from what the model's vendor reported before. The factor is the second highest ratio of the last 32
 * answers, so that 94 of 100 estimates of like requests err upward and a single odd answer changes nothing. It starts
 * at 1 (as if all 32 had been so), lies between 0.3 and 3, and is forgotten with the process. All the tokens an answer
 * reports are ascribed to the request's texts: where images and tools were many, nothing is learnt.
 */
export class InputEstimates {
  readonly #ratios = new Map<string, Ratios>();
  /** An estimate made when a request went out is needed again when its answer is there. */
  readonly #measured = new WeakMap<RequestFacts, TokenEstimate>();

  estimate(facts: RequestFacts, modelId: string): number {
    const { text, other } = this.#measure(facts);
    const factor = this.#ratios.get(modelId)?.factor ?? 1;
    const unsaved = factor < 1 ? Math.min(text, LEAST_TEXT_TOKENS) * (1 - factor) : 0;
    return Math.ceil(text * factor + unsaved + other);
  }

  /** `reported`: the usage of a whole answer, as its vendor told it. */
  learn(modelId: string, facts: RequestFacts, reported: Usage): void {
    const { text, other } = this.#measure(facts);
    const tokens = reported.inputTokens + reported.cacheReadTokens + reported.cacheWriteTokens;
    if (tokens === 0 || text < LEAST_TEXT_TOKENS || text < other * LEAST_TEXT_SHARE) return;
    const ratios = this.#ratios.get(modelId) ?? new Ratios();
    ratios.add(Math.min(Math.max(tokens / text, LEAST_FACTOR), MOST_FACTOR));
    this.#ratios.delete(modelId);
    this.#ratios.set(modelId, ratios);
    if (this.#ratios.size > MAX_MODELS) this.#ratios.delete(this.#ratios.keys().next().value as string);
  }

  #measure(facts: RequestFacts): TokenEstimate {
    const known = this.#measured.get(facts);
    if (known !== undefined) return known;
    const measured = estimatePrompt(facts);
    this.#measured.set(facts, measured);
    return measured;
  }
}

/** The latest ratios of one model. */
class Ratios {
  readonly #latest = new Float64Array(WINDOW).fill(1);
  #next = 0;
  factor = 1;

  add(ratio: number): void {
    this.#latest[this.#next] = ratio;
    this.#next = (this.#next + 1) % WINDOW;
    this.factor = this.#latest.toSorted()[WINDOW - 2] as number;
  }
}
