import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { inPieces, PIPE_BYTES } from './whole-lines.ts';

test('lines are put together as far as a pipe takes them in one piece, by bytes', () => {
  const lines = Array.from({ length: 500 }, (_, at) => `${'ü'.repeat(at % 90)}${at}\n`);
  const pieces = inPieces(lines);
  expect(pieces.join('')).toBe(lines.join(''));
  for (const [at, piece] of pieces.entries()) {
    expect(piece).toEndWith('\n');
    expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(PIPE_BYTES);
    const next = pieces[at + 1]?.split('\n')[0];
    if (next !== undefined) expect(Buffer.byteLength(`${piece}${next}\n`)).toBeGreaterThan(PIPE_BYTES);
  }
});

test('a line that is longer stands alone, and of nothing comes nothing', () => {
  const long = `${'x'.repeat(PIPE_BYTES)}\n`;
  expect(inPieces(['a\n', long, 'b\n', 'c\n'])).toEqual(['a\n', long, 'b\nc\n']);
  expect(inPieces([])).toEqual([]);
});

test('no line of a process stands in the middle of another one’s where they share standard output', async () => {
  const PROCESSES = 4;
  const LINES = 5000;
  const module = JSON.stringify(join(import.meta.dir, 'destination.ts'));
  const script = `
    const { openDestination } = await import(${module});
    const { stream, flush } = openDestination(false, false, true);
    for (let at = 0; at < ${LINES}; at++) stream.write(JSON.stringify({ at, text: 'y'.repeat(at % 400) }) + '\\n');
    flush();`;
  const one = `"$0" -e "$1" &`;
  const shell = `(${Array.from({ length: PROCESSES }, () => one).join(' ')} wait) | cat`;
  const child = Bun.spawn(['sh', '-c', shell, process.execPath, script], { stdout: 'pipe', stderr: 'inherit' });
  const lines = (await new Response(child.stdout).text()).trimEnd().split('\n');
  expect(lines).toHaveLength(PROCESSES * LINES);
  for (const line of lines) {
    const { at, text } = JSON.parse(line) as { readonly at: number; readonly text: string };
    expect(text).toBe('y'.repeat(at % 400));
  }
}, 60_000);
