import { expect, test } from 'bun:test';
import { printLines, printTable } from './output.ts';

function collect(print: (stream: { write: (text: string) => unknown }) => void): string {
  let text = '';
  print({ write: (chunk) => (text += chunk) });
  return text;
}

test('a table lines up its columns and leaves no spaces at the ends of lines', () => {
  const text = collect((stream) =>
    printTable(
      stream,
      ['A', 'NUMBER', 'C'],
      [
        ['long', '1', ''],
        ['s', '22', 'x'],
      ],
      [1],
    ),
  );
  expect(text).toBe('A     NUMBER  C\nlong       1\ns         22  x\n');
});

test('no lines print nothing at all', () => expect(collect((stream) => printLines(stream, []))).toBe(''));
