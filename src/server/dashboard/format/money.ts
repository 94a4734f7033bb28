import {
  addDecimals,
  decimalsOf,
  type Decimal,
  parseDecimal,
  shiftDecimal,
  splitDecimal,
  toNumber,
} from './decimal.ts';

/** US dollars as the API writes them: a decimal number in a string. */
export type Usd = string;

const CENTS = 2;

/** Every digit that is not zero, and at least cents: `$1,234.50`, `$0.0036432`. */
export function formatUsd(amount: Usd, minDecimals: number = CENTS): string {
  const { sign, whole, fraction } = splitDecimal(parseDecimal(amount), minDecimals);
  return `${sign}$${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

export interface MoneyParts {
  /** Up to the last digit that is told apart from the rest. */
  readonly main: string;
  /** What follows: digits beyond the cents of an amount of a dollar or more, and zeros that fill a column up. */
  readonly rest: string;
}

/** An amount in two parts, so that a page can show all digits and let the leading ones stand out. */
export function splitUsd(amount: Usd, minDecimals: number = CENTS): MoneyParts {
  const decimal = parseDecimal(amount);
  const text = formatUsd(amount, Math.max(minDecimals, CENTS));
  const shown = isBelowDollar(decimal) ? Math.max(decimalsOf(decimal), CENTS) : CENTS;
  const end = text.indexOf('.') + 1 + shown;
  return { main: text.slice(0, end), rest: text.slice(end) };
}

/** How many digits behind the point a column of amounts takes, so that the points stand below each other. */
export function decimalsFor(amounts: readonly (Usd | null | undefined)[]): number {
  return amounts.reduce<number>(
    (most, amount) => (amount == null ? most : Math.max(most, decimalsOf(parseDecimal(amount)))),
    CENTS,
  );
}

export function addUsd(a: Usd, b: Usd): Usd {
  return toText(addDecimals(parseDecimal(a), parseDecimal(b)));
}

/** Nano-dollars, which may have a fraction, as dollars. */
export function nanoToUsd(nano: string): Usd {
  return toText(shiftDecimal(parseDecimal(nano), -9));
}

/** For charts and bars alone: it loses digits. */
export function usdToNumber(amount: Usd): number {
  return toNumber(parseDecimal(amount));
}

/** For the axis of a chart: short, and not exact. */
export function formatUsdTick(amount: number): string {
  if (amount === 0) return '$0';
  const size = Math.abs(amount);
  if (size >= 1000) return `$${new Intl.NumberFormat('en', { notation: 'compact' }).format(amount)}`;
  return `$${Number(amount.toPrecision(3))}`;
}

function isBelowDollar({ units, scale }: Decimal): boolean {
  return (units < 0n ? -units : units) < 10n ** BigInt(scale);
}

function toText(decimal: Decimal): Usd {
  const { sign, whole, fraction } = splitDecimal(decimal, 0);
  return `${sign}${whole.replaceAll(',', '')}${fraction === '' ? '' : `.${fraction}`}`;
}
