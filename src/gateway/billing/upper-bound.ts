import { mostNano } from '../../accounts/pricing.ts';
import type { RequestFacts } from '../../protocol/request.ts';
import type { InputEstimates } from '../input-estimate.ts';
import { type Target, upstreamNameOf } from '../routing/catalogue.ts';
import { outputTokensOf } from '../routing/needs.ts';
import { valueOf } from '../routing/prompt-parts.ts';

/** The longest answer of a model nothing is known of, in tokens. */
const UNKNOWN_OUTPUT = 32_768;
/** An answer for which the client names no limit is taken to be this long in the token rate, in tokens. */
const USUAL_OUTPUT = 1000;
/** No model writes more at once, whatever is asked for, in tokens. */
const MOST_OUTPUT = 10_000_000;
/** OpenAI takes no more choices of one request. */
const MAX_CHOICES = 128;

/** The most a request may come to. */
export interface UpperBound {
  /** What it counts for in a rate of tokens until it is known: its input, and the answer that was asked for. */
  readonly tokens: number;
  readonly amountNano: bigint;
}

/**
 * The most a request may cost at the dearest of the targets it may go to: its input at the dearest price of input, and
 * the longest answer it may get. Without prices nothing.
 */
export function upperBound(facts: RequestFacts, targets: readonly Target[], estimates: InputEstimates): UpperBound {
  // A number that makes no sense is the upstream's to refuse.
  const outputTokens = Math.ceil(Math.min(outputTokensOf(facts), MOST_OUTPUT));
  const choices = choicesOf(facts);
  let input = 0;
  let amountNano = 0n;
  for (const target of targets) {
    const estimated = estimates.estimate(facts, upstreamNameOf(target));
    input = Math.max(input, estimated);
    if (target.price === undefined) continue;
    const longest = target.capabilities.maxOutput ?? UNKNOWN_OUTPUT;
    const output = choices * (outputTokens > 0 ? Math.min(outputTokens, longest) : longest);
    const amount = mostNano(estimated, output, target.price);
    if (amount > amountNano) amountNano = amount;
  }
  return { tokens: input + choices * (outputTokens > 0 ? outputTokens : USUAL_OUTPUT), amountNano };
}

function choicesOf(facts: RequestFacts): number {
  const n = valueOf(facts, 'n');
  return typeof n === 'number' && n > 1 ? Math.min(Math.floor(n), MAX_CHOICES) : 1;
}
