import type { OutputStream } from './context.ts';
import { printLines } from './output.ts';

/** Comma-separated values as RFC 4180 has them, under a heading. */
export function printCsv(
  stream: OutputStream,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  printLines(
    stream,
    [head, ...rows].map((row) => row.map(toCell).join(',')),
  );
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe: names of models are anybody's. */
function toCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+@\t\r]|^-(?![\d.]+$)/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
