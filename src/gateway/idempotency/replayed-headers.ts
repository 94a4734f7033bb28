import { formatUsd } from '../../accounts/pricing.ts';

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** What is another for each request: its ids, how long it took, what it cost. */
const OWN = new Set(['x-th-request-id', 'x-request-id', 'request-id', 'x-th-cost-usd', 'openai-processing-ms']);

/** The caller's limits as they stood then. */
const LIMITS = /^(?:x|anthropic)-ratelimit-/;

/** Of an answer's headers those that are part of the answer, and hold for whoever gets it again. */
export function lastingHeaders(headers: Headers): HeaderList {
  return [...headers].filter(([name]) => !OWN.has(name) && !LIMITS.test(name));
}

/** Headers of an answer that is given again. `own`: what the request has of its own. */
export function replayedHeaders(
  own: Readonly<Record<string, string>>,
  lasting: HeaderList,
  originalRequestId: string,
): Record<string, string> {
  const headers: Record<string, string> = { ...own, ...Object.fromEntries(lasting) };
  headers['idempotent-replayed'] = 'true';
  headers['x-th-original-request-id'] = originalRequestId;
  headers['x-th-cost-usd'] = formatUsd(0n);
  return headers;
}
