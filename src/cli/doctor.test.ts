import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from './program.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'doctor-verb-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test('progress is for terminals', async () => {
  const file = join(directory, 'demo.json');
  writeFileSync(file, JSON.stringify({ listen: '127.0.0.1:0', providers: { demo: { preset: 'demo' } } }));
  const err = { terminal: '', pipe: '' };
  for (const [name, isTTY] of [
    ['terminal', true],
    ['pipe', false],
  ] as const) {
    await run(['doctor', '--config', file, '--data-dir', directory], {
      env: { HOME: directory },
      cwd: directory,
      stdin: Readable.from([]),
      stdout: { write: () => undefined },
      stderr: { isTTY, write: (text) => (err[name] += text) },
    });
  }
  expect(err.pipe).toBe('');
  expect(err.terminal).toContain('looking at provider demo ...');
  expect(err.terminal).toEndWith('\r\u001b[K');
}, 60_000);
