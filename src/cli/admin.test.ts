import { afterEach, beforeEach, expect, test } from 'bun:test';
import { rmSync } from 'node:fs';
import { Operators } from '../accounts/operators/operators.ts';
import { openSqliteStores } from '../accounts/store/sqlite/stores.ts';
import { makeDataDir } from '../accounts/store/temporary-stores.fixture.ts';
import type { Listen } from '../config/config.ts';
import { registerAdmin } from './admin.ts';
import { runVerb } from './run-verb.fixture.ts';

const TCP: Listen = { kind: 'tcp', host: '127.0.0.1', port: 8788, text: '127.0.0.1:8788' };

let dataDir: string;
beforeEach(() => {
  dataDir = makeDataDir();
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const run = (args: readonly string[], listen: Listen | undefined = TCP) =>
  runVerb(
    (program, context) =>
      registerAdmin(
        program,
        context,
        () => openSqliteStores(dataDir),
        () => listen,
      ),
    ['admin', 'token', ...args],
  );

test('admin token prints a link, with the token where no server is sent it, and lets in by it', async () => {
  const { output, errors, exitCode } = await run([]);
  expect([exitCode, errors]).toEqual([0, '']);
  const [, token = ''] = /^ {2}http:\/\/127\.0\.0\.1:8788\/#\/login\?token=(tha_[\w-]{43})$/m.exec(output) ?? [];
  expect(output).toContain('lets admin in once');
  expect(output.split(token)).toHaveLength(2);
  const stores = openSqliteStores(dataDir);
  const operators = new Operators({ store: stores.operators, now: Date.now, monotonic: () => 0 });
  expect(await operators.login({ token }, '')).toMatchObject({ session: { operator: 'admin', byLink: true } });
  await stores.close();
});

test('admin token --json gives the parts', async () => {
  const before = Date.now();
  const { output } = await run(['--json', '--operator', 'ada', '--expires', '1h', '--url', 'https://harbor.example/']);
  const { url, token, operator, expires_at: ends } = JSON.parse(output);
  expect(url).toBe(`https://harbor.example/#/login?token=${token}`);
  expect(operator).toBe('ada');
  expect(Date.parse(ends) - before).toBeWithin(3_600_000, 3_660_000);
});

test('admin token knows the ways a listener is written, and asks where no browser finds it', async () => {
  const tcp = (host: string, port = 1): Listen => ({ kind: 'tcp', host, port, text: `${host}:${port}` });
  const hostOf = async (listen: Listen) => (await run(['--quiet'], listen)).output.split('/#')[0];
  expect(await hostOf(tcp('0.0.0.0'))).toBe('http://127.0.0.1:1');
  expect(await hostOf(tcp('::'))).toBe('http://[::1]:1');
  expect(await hostOf(tcp('::1'))).toBe('http://[::1]:1');
  expect(await hostOf(tcp('harbor.internal'))).toBe('http://harbor.internal:1');
  const unknown: Listen[] = [tcp('127.0.0.1', 0), { kind: 'unix', path: '/x.sock', text: 'unix:/x.sock' }];
  for (const listen of unknown) {
    const { exitCode, errors } = await run([], listen);
    expect([exitCode, errors.includes('--url')]).toEqual([2, true]);
  }
  const none = await runVerb(
    (program, context) =>
      registerAdmin(
        program,
        context,
        () => openSqliteStores(dataDir),
        () => undefined,
      ),
    ['admin', 'token'],
  );
  expect([none.exitCode, none.errors.includes('no admin listener')]).toEqual([2, true]);
});

test.each([
  ['--operator', 'Ada L'],
  ['--expires', '15'],
  ['--expires', '25h'],
  ['--expires', '0s'],
  ['--url', 'harbor.example'],
  ['--url', 'ftp://harbor.example'],
  ['--url', 'https://harbor.example/?a=1'],
])('admin token %s %s is wrong usage', async (flag, value) => {
  const { exitCode, output } = await run([flag, value]);
  expect([exitCode, output]).toEqual([2, '']);
});
