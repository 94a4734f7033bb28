import type { Price } from '../../api/models.ts';
import { formatUsd } from '../../format/money.ts';

const EACH: ReadonlySet<string> = new Set(['web_search', 'request']);

const NAMES: readonly (readonly [name: keyof Price, text: string])[] = [
  ['input', 'in'],
  ['output', 'out'],
  ['cache_read', 'cache read'],
  ['cache_write', 'cache write'],
  ['cache_write_1h', 'cache write 1 h'],
  ['reasoning', 'reasoning'],
  ['web_search', 'each web search'],
  ['request', 'each request'],
];

/** Every kind that has a price, and what it is. */
export function PriceParts({ price }: { readonly price: Price }) {
  return (
    <>
      {NAMES.map(([name, text]) => {
        const usd = price[name];
        if (usd === undefined) return null;
        return (
          <span key={name} title={`${formatUsd(usd, 9)} ${EACH.has(name) ? 'each' : 'for a million tokens'}`}>
            <span class="number">{formatUsd(usd)}</span> <span class="muted">{text}</span>
          </span>
        );
      })}
    </>
  );
}
