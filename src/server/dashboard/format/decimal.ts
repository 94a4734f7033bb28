/** A decimal number, exactly: `units / 10 ** scale`. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/** Reads `-12.003400`. Throws a SyntaxError on anything else. */
export function parseDecimal(text: string): Decimal {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (match === null) throw new SyntaxError(`not a decimal number: ${text}`);
  const [, sign = '', whole = '', fraction = ''] = match;
  return { units: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length };
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: unitsAt(a, scale) + unitsAt(b, scale), scale };
}

/** Moves the point: by -9 nano-dollars become dollars. */
export function shiftDecimal({ units, scale }: Decimal, places: number): Decimal {
  const moved = scale - places;
  return moved >= 0 ? { units, scale: moved } : { units: units * 10n ** BigInt(-moved), scale: 0 };
}

/** For charts and bars alone: it loses digits. */
export function toNumber({ units, scale }: Decimal): number {
  return Number(units) / 10 ** scale;
}

/** How many digits behind the point are not zero at the end. */
export function decimalsOf({ units, scale }: Decimal): number {
  let left = units;
  let decimals = scale;
  while (decimals > 0 && left % 10n === 0n) {
    left /= 10n;
    decimals -= 1;
  }
  return decimals;
}

export interface DecimalParts {
  readonly sign: '' | '-';
  /** In groups of three: `1,234`. */
  readonly whole: string;
  /** Without the point; at least as many digits as asked for, and all that are not zero. */
  readonly fraction: string;
}

export function splitDecimal(decimal: Decimal, minDecimals: number): DecimalParts {
  const { units, scale } = decimal;
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const kept = Math.max(decimalsOf(decimal), minDecimals);
  const fraction = digits
    .slice(digits.length - scale)
    .slice(0, kept)
    .padEnd(kept, '0');
  return {
    sign: units < 0n ? '-' : '',
    whole: whole.replace(/\B(?=(?:\d{3})+$)/g, ','),
    fraction: kept === 0 ? '' : fraction,
  };
}

function unitsAt({ units, scale }: Decimal, wanted: number): bigint {
  return units * 10n ** BigInt(wanted - scale);
}
