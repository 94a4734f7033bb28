import type { PriceDraft } from './draft.ts';
import type { Findings } from './findings.ts';
import { cutDecimals, shiftDecimal, writtenAmount } from './amounts.ts';
import { noticed } from './leave-out-rest.ts';
import type { Section } from './section.ts';

/** Dollars for one token there, and the kind of a million tokens here. */
const KINDS: Readonly<Record<string, string>> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cache_read',
  cache_creation_input_token_cost: 'cache_write',
  cache_creation_input_token_cost_above_1hr: 'cache_write_1h',
  output_cost_per_reasoning_token: 'reasoning',
};

/** The price of a deployment, from its `model_info` or its `litellm_params`; undefined: it has none of its own. */
export function readPrice(sections: readonly Section[], findings: Findings): PriceDraft | undefined {
  const price: Record<string, number | string> = {};
  for (const section of sections) {
    for (const [name, kind] of Object.entries(KINDS)) {
      const text = section.text(name);
      if (text === undefined) continue;
      const amount = shiftDecimal(text, 6);
      if (amount === undefined) findings.leaveOut(section.at(name), noticed('is no amount', 'Write it as price.'));
      else price[kind] ??= writtenAmount(cutDecimals(amount));
    }
  }
  if (Object.keys(price).length === 0) return undefined;
  // Both must be there; what a deployment there does not name costs nothing.
  return { input: 0, output: 0, ...price };
}
