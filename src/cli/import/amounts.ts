/** Decimal text times a power of ten, exactly: `2.5e-06` and 6 give `2.5`. Undefined for what is no amount. */
export function shiftDecimal(text: string, places: number): string | undefined {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^\+?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim()) ?? [];
  if (whole === '' && fraction === '') return undefined;
  const point = whole.length + places + Number(exponent);
  const digits = whole + fraction;
  const padded = point < 0 ? '0'.repeat(-point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 0);
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, '') || '0';
  const decimals = padded.slice(at).replace(/0+$/, '');
  return decimals === '' ? integer : `${integer}.${decimals}`;
}

/** An amount as a file holds it best: a number where that is the same digit for digit, else text. */
export function writtenAmount(amount: string): number | string {
  return String(Number(amount)) === amount ? Number(amount) : amount;
}

/** The same amount with at most nine decimals, which is all that is kept of one; the rest is cut off. */
export function cutDecimals(amount: string): string {
  const [whole = '0', fraction = ''] = amount.split('.');
  const kept = fraction.slice(0, 9).replace(/0+$/, '');
  return kept === '' ? whole : `${whole}.${kept}`;
}
