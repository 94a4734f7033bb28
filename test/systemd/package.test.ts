/** The Debian package on a machine with systemd: what its lines in the README do, an upgrade and a removal. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentsFor, sharedContents, starterConfiguration } from '../../deploy/release/contents.ts';
import { packDeb } from '../../deploy/release/debian/package.ts';
import { TARGETS } from '../../deploy/release/targets.ts';
import { PROJECT_ROOT } from '../support/gateway.ts';
import { bootSystemd, type BootedSystemd } from './booted-systemd.ts';

setDefaultTimeout(240_000);

const booted = Bun.which('dpkg') === null ? 'there is no dpkg' : await bootSystemd();
if (typeof booted === 'string') console.warn(`skipped: ${booted}`);
const systemd = booted as BootedSystemd;
const scratch = mkdtempSync(join(tmpdir(), 'tokenharbor-package-'));
afterAll(async () => {
  if (typeof booted !== 'string') await booted.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function run(lines: string): Promise<string> {
  const { code, stdout, stderr } = await systemd.run(`set -e\n${lines}`);
  if (code !== 0) throw new Error(`exit ${code}\n${lines}\n${stdout}\n${stderr}`);
  return stdout.trim();
}

/** Both versions have the same program: it is the package that is tried. */
function makePackages(): readonly [now: string, next: string] {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const target = TARGETS.find(({ debian }) => debian === architecture);
  if (target === undefined) throw new Error(`there is no package for ${architecture}`);
  const program = readFileSync(join(PROJECT_ROOT, 'dist/tokenharbor'));
  const archive = [
    { path: 'tokenharbor', bytes: program, isExecutable: true },
    ...sharedContents(PROJECT_ROOT),
    ...contentsFor(PROJECT_ROOT, target),
  ];
  const starter = starterConfiguration(PROJECT_ROOT);
  const pack = (version: string) => {
    const path = join(scratch, `${version}.deb`);
    const facts = { version, architecture, maintainer: 'A Person <a@example.com>' } as const;
    writeFileSync(path, packDeb(archive, starter, facts, 1_700_000_000));
    return path;
  };
  return [pack('0.0.1'), pack('0.0.2')];
}

describe.if(typeof booted !== 'string')('the package', () => {
  test('installs a service that serves once it is enabled, goes on after an upgrade, and ends with the package', async () => {
    const [now, next] = makePackages();
    // The machine's own program, and a list of packages of its own.
    await run('rm /usr/bin/tokenharbor; mkdir -p /var/lib/dpkg/info /var/lib/dpkg/updates; touch /var/lib/dpkg/status');
    const dpkg = 'dpkg --force-depends --force-unsafe-io --no-triggers';
    await run(`${dpkg} --install ${now} > /dev/null 2>&1`);
    expect(await run('systemctl is-enabled tokenharbor || true; systemctl is-active tokenharbor || true')).toBe(
      'disabled\ninactive',
    );
    await run('systemctl enable --now tokenharbor');
    expect(await run('cat /var/lib/tokenharbor/first-run.txt')).toContain('thk_live_');
    expect(await run('tokenharbor health')).toBe('ok');
    await run('systemd-analyze verify /usr/lib/systemd/system/tokenharbor.service');
    const pid = await run('systemctl show -P MainPID tokenharbor');
    await run(`${dpkg} --install ${next} > /dev/null 2>&1`);
    expect(await run('systemctl show -P MainPID tokenharbor')).not.toBe(pid);
    expect(await run('systemctl is-active tokenharbor; tokenharbor health')).toBe('active\nok');
    await run(`${dpkg} --remove tokenharbor > /dev/null 2>&1`);
    expect(await run('systemctl is-active tokenharbor || true')).toBe('inactive');
    expect(await run('ls /usr/bin/tokenharbor 2> /dev/null || echo gone')).toBe('gone');
    // The bills stay.
    await run('test -s /var/lib/tokenharbor/tokenharbor.db');
  });
});
