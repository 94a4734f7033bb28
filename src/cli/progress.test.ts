import { describe, expect, test } from 'bun:test';
import { Readable } from 'node:stream';
import type { CliContext, GlobalOptions } from './context.ts';
import { withProgress } from './progress.ts';

function capture(isTTY: boolean) {
  const written = { out: '', err: '' };
  const context: CliContext = {
    env: {},
    cwd: '/',
    stdin: Readable.from([]),
    stdout: { isTTY, write: (text) => (written.out += text) },
    stderr: { isTTY, write: (text) => (written.err += text) },
  };
  return { written, context };
}

async function copy(isTTY: boolean, options: GlobalOptions = {}, fails = false) {
  const { written, context } = capture(isTTY);
  const result = await withProgress(context, options, (onProgress) => {
    onProgress('copying', 1, 4);
    onProgress('checking', 1, 1);
    if (fails) throw new Error('the disk is full');
    return 'done';
  }).catch((error: Error) => error.message);
  return { ...written, result };
}

describe('a bar', () => {
  test('is on a terminal, on standard error alone, and gone in the end', async () => {
    const { out, err, result } = await copy(true);
    expect([out, result]).toEqual(['', 'done']);
    expect(err).toMatch(/copying \[=+-+\] 25 %/);
    expect(err).toMatch(/checking \[=+-*\] 100 %/);
    expect(err).toEndWith('\u001b[1G\u001b[2K');
  });

  test('is gone before what failed is told', async () => {
    const { err, result } = await copy(true, {}, true);
    expect(result).toBe('the disk is full');
    expect(err).toEndWith('\u001b[1G\u001b[2K');
  });

  test.each([
    ['in a pipe', false, {}],
    ['with --quiet', true, { quiet: true }],
    ['with --json', true, { json: true }],
  ] as const)('is not there %s', async (_, isTTY, options) => {
    expect(await copy(isTTY, options)).toEqual({ out: '', err: '', result: 'done' });
  });

  test('leaves no setting of the terminal changed, whenever the program ends', async () => {
    const { err } = await copy(true);
    // Line wrapping and the cursor stay as they are.
    for (const setting of ['?7l', '?25l']) expect(err).not.toContain(`\u001b[${setting}`);
  });
});
