const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** Tokens, requests: every digit, in groups of three. */
export function formatCount(count: number): string {
  return WHOLE.format(count);
}

/** For the axis of a chart. */
export function formatCountTick(count: number): string {
  return COMPACT.format(count);
}

/** `1 request`, `2 requests`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
