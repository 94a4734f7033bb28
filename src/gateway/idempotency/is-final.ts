import type { Exchange } from '../exchange.ts';

/**
 * Whether the same request would get the same again, so that its answer may stand for it: a whole answer, or what the
 * provider itself refused for good. What failed, broke off, or was turned away before a provider saw it may be tried anew.
 */
export function isFinal({ isWhole, attempts, failure }: Exchange, status: number): boolean {
  if (status >= 200 && status < 300) return isWhole && failure === undefined;
  return status >= 400 && status < 500 && attempts > 0 && failure !== undefined && !failure.retryable;
}
