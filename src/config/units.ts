/** Reads and writes the units of the configuration. Every reader returns undefined for what it cannot read. */

export const DURATION_PATTERN = '^\\d+(\\.\\d+)?(ms|s|m|h)$';
export const SIZE_PATTERN = '^\\d+(\\.\\d+)?(B|kB|KiB|MB|MiB|GB|GiB)$';
export const DECIMAL_PATTERN = '^\\d+(\\.\\d{1,9})?$';

const MS_OF_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const BYTES_OF_UNIT: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KiB: 1024,
  MB: 1e6,
  MiB: 1024 ** 2,
  GB: 1e9,
  GiB: 1024 ** 3,
};

/** Timers of both runtimes hold a signed 32-bit count of milliseconds; a longer one fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** `120ms`, `5s`, `1.5m`, `1h` → milliseconds. */
export function parseDuration(text: string): number | undefined {
  return scale(text, DURATION_PATTERN, MS_OF_UNIT);
}

/** `512kB`, `32MiB` → bytes. */
export function parseSize(text: string): number | undefined {
  return scale(text, SIZE_PATTERN, BYTES_OF_UNIT);
}

/** Milliseconds → the largest unit that holds them exactly. */
export function formatDuration(ms: number): string {
  return unscale(ms, ['h', 'm', 's', 'ms'], MS_OF_UNIT);
}

/** Bytes → the largest unit that holds them exactly. */
export function formatSize(bytes: number): string {
  return unscale(bytes, ['GiB', 'MiB', 'KiB', 'GB', 'MB', 'kB', 'B'], BYTES_OF_UNIT);
}

/** US dollars as decimal text → nano-dollars, exactly: no float is involved. */
export function parseUsd(text: string): bigint | undefined {
  if (!new RegExp(DECIMAL_PATTERN).test(text)) return undefined;
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Nano-dollars → US dollars as the shortest decimal text. */
export function formatUsd(nanoUsd: bigint): string {
  const digits = nanoUsd.toString().padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -9) : `${digits.slice(0, -9)}.${fraction}`;
}

function scale(text: string, pattern: string, units: Readonly<Record<string, number>>): number | undefined {
  if (!new RegExp(pattern).test(text)) return undefined;
  const [amount = ''] = /^[\d.]+/.exec(text) ?? [];
  const factor = units[text.slice(amount.length)];
  return factor === undefined ? undefined : Math.round(Number(amount) * factor);
}

function unscale(amount: number, names: readonly string[], units: Readonly<Record<string, number>>): string {
  const smallest = names.at(-1) ?? '';
  const name = amount === 0 ? smallest : (names.find((unit) => amount % (units[unit] ?? 1) === 0) ?? smallest);
  return `${amount / (units[name] ?? 1)}${name}`;
}
