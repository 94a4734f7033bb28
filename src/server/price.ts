import type { Price } from '../accounts/pricing.ts';
import type { PriceConfig } from '../config/config.ts';

/** A price as the ledger keeps it. What costs the same as what it is a part of, or nothing, is left out. */
export function toPrice(price: PriceConfig): Price {
  const { input, output, cacheRead, cacheWrite, cacheWrite1h, reasoning, webSearch, request } = price;
  return {
    input,
    output,
    cacheRead,
    cacheWrite,
    ...(cacheWrite1h === cacheWrite ? {} : { cacheWrite1h }),
    ...(reasoning === output ? {} : { reasoning }),
    ...(webSearch === 0n ? {} : { serverToolUse: webSearch }),
    ...(request === 0n ? {} : { request }),
  };
}
