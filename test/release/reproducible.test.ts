/** One release built twice, by different people in different places, is the same; nothing of theirs is in it. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../../deploy/release/run-tool.ts';
import { fetchRuntime } from '../../deploy/release/runtime-executable.ts';
import { TARGETS } from '../../deploy/release/targets.ts';
import { PROJECT_ROOT } from '../support/gateway.ts';
import { copyProject } from './release-copy.ts';
import { findSecrets } from './secret-patterns.ts';

setDefaultTimeout(600_000);

const TARGET = 'linux_x64';
const CANARY = 'canary-f3b1c2a9d47e';
const scratch = mkdtempSync(join(tmpdir(), 'tokenharbor-release-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Builder {
  readonly directory: string;
  readonly umask: string;
  readonly env: Readonly<Record<string, string>>;
}

const builders: readonly Builder[] = [
  { directory: join(scratch, 'a'), umask: '022', env: { TZ: 'UTC', LC_ALL: 'C', USER: 'alice' } },
  {
    directory: join(scratch, 'another place', 'deeper'),
    umask: '077',
    env: { TZ: 'Asia/Tokyo', LC_ALL: 'C.UTF-8', USER: 'bob', OPENAI_API_KEY: CANARY, TOKENHARBOR_X: CANARY },
  },
];

beforeAll(() => {
  for (const { directory, umask, env } of builders) {
    mkdirSync(directory, { recursive: true });
    copyProject(directory);
    writeFileSync(join(directory, '.env'), `ANTHROPIC_API_KEY=${CANARY}\nBUN_PUBLIC_X=${CANARY}\n`);
    runTool(['sh', '-c', `umask ${umask}; exec "$0" deploy/release/dist.ts ${TARGET}`, process.execPath], {
      cwd: directory,
      env: { ...env, COMMIT: '0123456789ab', SOURCE_DATE_EPOCH: '1700000000' },
    });
  }
});

const released = (directory: string, name: string) => readFileSync(join(directory, 'dist', 'release', name));

describe('a release built twice', () => {
  test('has the same bytes', () => {
    const [a = '', b = ''] = builders.map(({ directory }) => released(directory, 'SHA256SUMS').toString());
    expect(a.split('\n')).toHaveLength(5);
    expect(a).toContain(`_${TARGET}.tar.gz\n`);
    expect(a).toContain('_amd64.deb\n');
    expect(b).toBe(a);
  });

  test('has the sums that it says', () => {
    for (const { directory } of builders) {
      const said = runTool(['sha256sum', '--check', 'SHA256SUMS'], { cwd: join(directory, 'dist', 'release') });
      expect(
        said
          .trim()
          .split('\n')
          .filter((line) => line.endsWith(': OK')),
      ).toHaveLength(4);
    }
  });

  test('has nothing of its builder within', () => {
    const target = TARGETS.find(({ name }) => name === TARGET);
    if (target === undefined) throw new Error('no such target');
    // Bun's own executable has key-like test material of the libraries it is made of.
    const known = new Set(findSecrets(readFileSync(fetchRuntime(PROJECT_ROOT, target))));
    for (const { directory } of builders) {
      const executable = readFileSync(join(directory, '.build', 'release', TARGET, 'tokenharbor'));
      expect(findSecrets(executable).filter((secret) => !known.has(secret))).toEqual([]);
      for (const trace of [CANARY, scratch, PROJECT_ROOT, process.env['HOME'] ?? '/root/nowhere']) {
        if (trace.length > 6) expect([trace, executable.includes(trace)]).toEqual([trace, false]);
      }
    }
  });

  test('is looked into with eyes that see', () => {
    const key = `thk_live_${'a1B2c3'.repeat(9)}`;
    expect(findSecrets(Buffer.from(`x ${key} y`))).toHaveLength(1);
    expect(findSecrets(Buffer.from(`x${key}`, 'utf16le'))).toHaveLength(1);
    expect(findSecrets(Buffer.from(`-----BEGIN RSA PRIVATE KEY-----\n${'A'.repeat(64)}`))).toHaveLength(1);
  });
});
