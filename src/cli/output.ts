import type { OutputStream } from './context.ts';

/** One JSON document for scripts. `bigint` has no JSON form: whatever holds money gives it as text before. */
export function printJson(stream: OutputStream, value: unknown): void {
  stream.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLines(stream: OutputStream, lines: readonly string[]): void {
  if (lines.length > 0) stream.write(`${lines.join('\n')}\n`);
}

/** Columns side by side under a heading; the last one is not padded. Columns in `right` are aligned for figures. */
export function printTable(
  stream: OutputStream,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): void {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  printLines(
    stream,
    lines.map((line) =>
      widths
        .map((width, column) => {
          const cell = line[column] ?? '';
          return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    ),
  );
}
