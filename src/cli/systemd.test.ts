import { describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runVerb } from './run-verb.fixture.ts';
import { registerSystemd } from './systemd.ts';

const FILE = new URL('../../deploy/systemd/tokenharbor.service', import.meta.url).pathname;
const print = (...flags: string[]) => runVerb(registerSystemd, ['systemd', 'print', ...flags]);
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

test('prints the unit as it is delivered', async () => {
  expect((await print()).output).toBe(readFileSync(FILE, 'utf8'));
});

test('--exec puts the program elsewhere, and changes nothing else', async () => {
  const [before, after] = [linesOf((await print()).output), linesOf((await print('--exec', '/opt/th/bin')).output)];
  const changed = after.filter((line, at) => line !== before[at]);
  expect(changed).toEqual(['ExecStart=/opt/th/bin serve --config /etc/tokenharbor/tokenharbor.yaml']);
});

test.each(['tokenharbor', '/a b', '/a%b', '/a"', '/a;b', '/$HOME/x', ''])('--exec %p is wrong usage', async (path) => {
  expect(await print('--exec', path)).toMatchObject({ exitCode: 2, output: '' });
});

const analyze = Bun.which('systemd-analyze');
if (analyze === null) console.warn('skipped: there is no systemd-analyze');

describe.if(analyze !== null)('as systemd reads it', () => {
  /** The unit with a program that is there, in a directory of its own. */
  async function analyzed(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
    const directory = mkdtempSync(join(tmpdir(), 'unit-'));
    const file = join(directory, 'tokenharbor.service');
    writeFileSync(file, (await print('--exec', process.execPath)).output);
    const child = Bun.spawn([analyze ?? '', ...args, file], { stdout: 'pipe', stderr: 'pipe' });
    const output = (await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])).join('');
    rmSync(directory, { recursive: true });
    return { code: await child.exited, output };
  }

  test('there is nothing to say about it', async () => {
    expect(await analyzed('verify')).toEqual({ code: 0, output: '' });
  });

  test('its exposure is 1.1 at the most', async () => {
    const { output } = await analyzed('security', '--offline=yes', '--no-pager');
    const [, exposure] = /Overall exposure level[^:]*: ([\d.]+)/.exec(output) ?? [];
    expect(Number(exposure)).toBeLessThanOrEqual(1.1);
  });
});
