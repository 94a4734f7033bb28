/** The verb as a user runs it: with the environment it starts itself again in, and a server beside it. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { runProgram, scratchDirectory, startProgram } from '../support/program.ts';

setDefaultTimeout(60_000);

const SECRET = 'sk-made-up-secret-1234567890';
const scratch = scratchDirectory();
afterAll(() => scratch.remove());

let asked = 0;
let upstream: ReturnType<typeof Bun.serve>;
beforeAll(() => {
  upstream = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      asked++;
      const known = request.headers.get('authorization') === `Bearer ${SECRET}`;
      return Response.json({ data: [] }, { status: known ? 200 : 401 });
    },
  });
});
afterAll(() => upstream.stop(true));

interface Report {
  readonly ok: boolean;
  readonly checks: readonly { readonly check: string; readonly status: string; readonly detail: string }[];
}

async function doctor(key: string, listen: string, dataDir: string, ...flags: readonly string[]) {
  const file = scratch.file(`${key}.json`);
  const p = { shape: 'openai', base_url: `http://127.0.0.1:${upstream.port}/v1`, api_key: key };
  writeFileSync(file, JSON.stringify({ listen, admin: { listen: '127.0.0.1:0' }, providers: { p } }), { mode: 0o600 });
  const finished = await runProgram(['doctor', '--config', file, '--data-dir', dataDir, ...flags], {
    cwd: scratch.path,
  });
  expect(finished.stdout + finished.stderr).not.toContain(key);
  return finished;
}

describe('doctor', () => {
  test('beside a running server all is well, and it changes nothing', async () => {
    const dataDir = scratch.file('data');
    const program = startProgram(['serve', '--data-dir', dataDir, '--listen', '127.0.0.1:0', '--admin-listen', 'off'], {
      cwd: scratch.path,
    });
    try {
      const listen = new URL(await program.listening()).host;
      const { code, stdout, stderr } = await doctor(SECRET, listen, dataDir, '--json');
      const { ok, checks } = JSON.parse(stdout) as Report;
      expect({ failed: checks.filter(({ status }) => status === 'fail'), stderr }).toEqual({ failed: [], stderr: '' });
      expect([code, ok]).toEqual([0, true]);
      const detailOf = (name: string) => checks.find(({ check }) => check === name)?.detail;
      expect(detailOf('streams at a time')).toStartWith('300 of 300');
      expect(detailOf('address')).toContain('a server answers');
      expect(detailOf('admin address')).toMatch(/is free|a server answers/);
      expect(detailOf('database')).toContain('is whole');
      expect(detailOf('provider p')).toBe('reached; it takes the key');
      expect(checks.map(({ check }) => check)).toEqual(
        expect.arrayContaining(['open files', 'disk space', 'disk sync', 'clock', 'clock runs evenly', 'hardening']),
      );
    } finally {
      await program.close();
    }
  });

  test('a check that fails ends it with 3, says what to do, and --quiet leaves the rest out', async () => {
    const { code, stdout, stderr } = await doctor(
      'sk-wrong-made-up-key',
      '127.0.0.1:0',
      scratch.file('none'),
      '--quiet',
    );
    expect([code, stderr]).toEqual([3, '']);
    expect(stdout).toMatch(/^provider p +fail +reached; it refuses the key \(401\)$/m);
    expect(stdout).toContain('What to do:\n  provider p: ');
    expect(stdout).not.toMatch(/ ok {2}/);
  });

  test('--offline asks no provider', async () => {
    const before = asked;
    const { stdout } = await doctor(SECRET, '127.0.0.1:0', scratch.file('none'), '--offline');
    expect(asked).toBe(before);
    expect(stdout).toMatch(/^clock +skip/m);
    expect(stdout).not.toContain('provider p');
  });

  test('a configuration with errors is 78', async () => {
    const file = scratch.file('wrong.yaml');
    writeFileSync(file, 'frob: 1\n');
    expect((await runProgram(['doctor', '--config', file], { cwd: scratch.path })).code).toBe(78);
  });
});
