/** The installer against a small release: it installs what the sums name, and nothing else. */
import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from './run-tool.ts';
import { sign } from './sign.ts';
import { packTarGz } from './tar.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tokenharbor-install-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const installer = readFileSync(join(import.meta.dir, '..', 'install.sh'));
const TARGET = process.arch === 'arm64' ? 'linux_arm64' : 'linux_x64';
const NAME = `tokenharbor_9.9.9_${TARGET}.tar.gz`;
let release: string;
let prefix: string;

beforeEach(() => {
  const directory = mkdtempSync(join(scratch, 'case-'));
  release = join(directory, 'release');
  prefix = join(directory, 'a prefix');
  mkdirSync(release);
  writeFileSync(join(release, 'install.sh'), installer);
  pack(release, '#!/bin/sh\necho "tokenharbor 9.9.9 ($1)"\n');
});

function pack(directory: string, program: string): void {
  const file = (path: string, text: string, isExecutable = false) => ({
    path: `tokenharbor_9.9.9_${TARGET}/${path}`,
    bytes: Buffer.from(text),
    isExecutable,
  });
  const bytes = packTarGz([file('tokenharbor', program, true), file('man/tokenharbor.1', '.TH')], 1_700_000_000);
  writeFileSync(join(directory, NAME), bytes);
  const sum = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(directory, 'SHA256SUMS'), `${'0'.repeat(64)}  install.sh\n${sum}  ${NAME}\n`);
}

/** As it is where installed programs are found. */
function pathWithPrefix(): string {
  return `${process.env['PATH'] ?? ''}:${join(prefix, 'bin')}`;
}

async function install(env: Record<string, string> = {}): Promise<{ code: number; output: string }> {
  const child = Bun.spawn(['sh', join(release, 'install.sh')], {
    cwd: '/',
    env: { PATH: pathWithPrefix(), HOME: scratch, PREFIX: prefix, TARGET, ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, output: out + err };
}

test('from its own directory', async () => {
  expect(await install()).toEqual({ code: 0, output: 'installed tokenharbor 9.9.9 (version)\n' });
  expect(statSync(join(prefix, 'bin/tokenharbor')).mode & 0o777).toBe(0o755);
  expect(readFileSync(join(prefix, 'share/man/man1/tokenharbor.1'), 'utf8')).toBe('.TH');
  expect(existsSync(join(prefix, 'bin/tokenharbor.new'))).toBe(false);
});

test('who would not find it is told how', async () => {
  const { code, output } = await install({ PATH: process.env['PATH'] ?? '' });
  const [first, advice = ''] = output.split('\n');
  expect({ code, first }).toEqual({ code: 0, first: 'installed tokenharbor 9.9.9 (version)' });
  const line = advice.replace(/^.*?: /, '');
  const shell = Bun.spawnSync(['sh', '-c', `${line}\ntokenharbor found`]);
  expect(shell.stdout.toString()).toBe('tokenharbor 9.9.9 (found)\n');
});

test('from a server', async () => {
  using server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => new Response(Bun.file(join(release, new URL(request.url).pathname.replace('/v9/', '')))),
  });
  const alone = mkdtempSync(join(scratch, 'alone-'));
  writeFileSync(join(alone, 'install.sh'), installer);
  const env = { TOKENHARBOR_URL: `http://127.0.0.1:${server.port}/v9`, PREFIX: prefix };
  const child = Bun.spawn(['sh', join(alone, 'install.sh')], {
    env: { PATH: pathWithPrefix(), HOME: scratch, TARGET, ...env },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  expect(await child.stdout.text()).toBe('installed tokenharbor 9.9.9 (version)\n');
  expect(await child.exited).toBe(0);
});

test('a running program is replaced, and goes on', async () => {
  await install();
  const installed = join(prefix, 'bin/tokenharbor');
  copyFileSync(Bun.which('sleep') ?? '/bin/sleep', installed);
  const running = Bun.spawn([installed, '60'], { argv0: 'sleep' });
  try {
    expect((await install()).output).toBe('installed tokenharbor 9.9.9 (version)\n');
    expect(running.exitCode).toBeNull();
  } finally {
    running.kill();
  }
});

test('an archive that is not the one the sums name is not installed', async () => {
  const bytes = readFileSync(join(release, NAME));
  bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
  writeFileSync(join(release, NAME), bytes);
  const { code, output } = await install();
  expect(code).toBe(1);
  expect(output).toContain('is not the file that SHA256SUMS names; nothing was installed');
  expect(existsSync(prefix)).toBe(false);
});

test('the sums may be had from elsewhere, and then count', async () => {
  const trusted = join(release, 'trusted');
  writeFileSync(trusted, readFileSync(join(release, 'SHA256SUMS')));
  pack(release, '#!/bin/sh\necho evil\n');
  const { code, output } = await install({ SHA256SUMS: trusted });
  expect(code).toBe(1);
  expect(output).toContain('nothing was installed');
  expect(existsSync(prefix)).toBe(false);
});

describe.skipIf(Bun.which('ssh-keygen') === null)('with the key of who makes releases', () => {
  const makeKey = (name: string) => {
    const path = join(release, name);
    runTool(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'a release key', '-f', path], { cwd: release });
    return path;
  };

  test('what it signed is installed', async () => {
    const key = makeKey('key');
    sign(join(release, 'SHA256SUMS'), key);
    const signature = readFileSync(join(release, 'SHA256SUMS.sig'), 'utf8');
    expect((await install({ SIGNED_BY: `${key}.pub` })).output).toBe('installed tokenharbor 9.9.9 (version)\n');
    // The same again: a release is the same bytes whoever builds it, and so is what is signed of it.
    sign(join(release, 'SHA256SUMS'), key);
    expect(readFileSync(join(release, 'SHA256SUMS.sig'), 'utf8')).toBe(signature);
  });

  test('what another one signed, what was changed after, and what nobody signed is not', async () => {
    const [mine, other] = [makeKey('mine'), makeKey('other')];
    expect(await install({ SIGNED_BY: `${mine}.pub` })).toMatchObject({
      code: 1,
      output: expect.stringContaining('SHA256SUMS.sig'),
    });
    sign(join(release, 'SHA256SUMS'), other);
    const refusal = `SHA256SUMS is not signed by ${mine}.pub; nothing was installed`;
    expect((await install({ SIGNED_BY: `${mine}.pub` })).output).toContain(refusal);
    sign(join(release, 'SHA256SUMS'), mine);
    pack(release, '#!/bin/sh\necho evil\n');
    expect((await install({ SIGNED_BY: `${mine}.pub` })).output).toContain(refusal);
    expect(existsSync(prefix)).toBe(false);
  });

  test('sums from elsewhere need the signature that lies beside them', async () => {
    const key = makeKey('key');
    const trusted = join(release, 'trusted');
    writeFileSync(trusted, readFileSync(join(release, 'SHA256SUMS')));
    const env = { SIGNED_BY: `${key}.pub`, SHA256SUMS: trusted };
    expect((await install(env)).code).toBe(1);
    sign(trusted, key);
    expect((await install(env)).code).toBe(0);
  });
});

test('a target without an archive is named', async () => {
  const { code, output } = await install({ TARGET: 'linux_mips' });
  expect(code).toBe(1);
  expect(output).toContain('SHA256SUMS names no archive for linux_mips');
});

test('a file that is missing is named', async () => {
  rmSync(join(release, NAME));
  const { code, output } = await install();
  expect(code).toBe(1);
  expect(output).toContain(`there is no ${NAME} beside install.sh`);
});
