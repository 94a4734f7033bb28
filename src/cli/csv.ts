import { csvLine } from '../protocol/csv.ts';
import type { OutputStream } from './context.ts';
import { printLines } from './output.ts';

/** Comma-separated values under a heading. */
export function printCsv(
  stream: OutputStream,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  printLines(stream, [head, ...rows].map(csvLine));
}
