/** A small package as Debian's own tools read it, and install, upgrade and remove it. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackedFile } from '../packed-file.ts';
import { runTool } from '../run-tool.ts';
import { packageName, packDeb } from './package.ts';

setDefaultTimeout(60_000);

const directory = mkdtempSync(join(tmpdir(), 'tokenharbor-deb-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const TIME = 1_700_000_000;
const FACTS = { version: '9.9.9-rc.1', architecture: 'amd64', maintainer: 'A Person <a@example.com>' } as const;
const STARTER = '# to begin with\n';
const file = (path: string, text: string, isExecutable = false): PackedFile => ({
  path,
  bytes: Buffer.from(text),
  isExecutable,
});
const archive = [
  file('tokenharbor', '#!/bin/sh\necho "tokenharbor 9.9.9"\n', true),
  file('LICENSE', 'Apache'),
  file('README.md', '# Token Harbor\n'),
  file('THIRD-PARTY-LICENSES.txt', 'licences'),
  file('systemd/tokenharbor.service', '[Service]\nExecStart=/usr/bin/tokenharbor serve\n'),
  file('completions/tokenharbor.bash', 'complete'),
  file('completions/_tokenharbor', '#compdef tokenharbor'),
  file('completions/tokenharbor.fish', 'complete'),
  file('man/tokenharbor.1', '.TH TOKENHARBOR 1'),
];
const pack = (facts: Parameters<typeof packDeb>[2] = FACTS) => packDeb(archive, STARTER, facts, TIME);

function missing(...tools: readonly string[]): boolean {
  const absent = tools.filter((tool) => Bun.which(tool) === null);
  if (absent.length > 0) console.error(`SKIPPED: a Debian package is not tried: no ${absent.join(', ')}`);
  return absent.length > 0;
}

test('the same bytes from the same files, in whatever order; a name that orders before the release', () => {
  expect(Buffer.compare(packDeb(archive.toReversed(), STARTER, FACTS, TIME), pack())).toBe(0);
  expect(packageName(FACTS)).toBe('tokenharbor_9.9.9~rc.1_amd64.deb');
});

describe.skipIf(missing('dpkg-deb'))('as dpkg-deb reads it', () => {
  const path = join(directory, packageName(FACTS));
  writeFileSync(path, pack());
  const tool = (...args: string[]) => runTool(['dpkg-deb', ...args], { cwd: directory });

  test('what it is', () => {
    const fields = Object.fromEntries(
      tool('--field', path)
        .split('\n')
        .filter((line) => /^[A-Z]/.test(line))
        .map((line) => line.split(': ')),
    );
    expect(fields).toMatchObject({
      Package: 'tokenharbor',
      Version: '9.9.9~rc.1',
      Architecture: 'amd64',
      Maintainer: 'A Person <a@example.com>',
      Depends: 'libc6 (>= 2.17)',
    });
  });

  test('what is where, and whose', () => {
    const lines = tool('--contents', path).trim().split('\n');
    const found = lines.map((line) => line.replace(/ +/g, ' ').split(' '));
    for (const [, owner] of found) expect(owner).toBe('root/root');
    const modes = Object.fromEntries(found.map(([mode, , , , , name = '']) => [name, mode]));
    expect(modes).toMatchObject({
      './usr/bin/tokenharbor': '-rwxr-xr-x',
      './usr/lib/systemd/system/tokenharbor.service': '-rw-r--r--',
      './usr/share/bash-completion/completions/tokenharbor': '-rw-r--r--',
      './usr/share/zsh/vendor-completions/_tokenharbor': '-rw-r--r--',
      './usr/share/fish/vendor_completions.d/tokenharbor.fish': '-rw-r--r--',
      './usr/share/man/man1/tokenharbor.1.gz': '-rw-r--r--',
      './usr/share/doc/tokenharbor/copyright': '-rw-r--r--',
      './usr/share/doc/tokenharbor/changelog.gz': '-rw-r--r--',
      './etc/tokenharbor/tokenharbor.yaml': '-rw-r--r--',
      './etc/tokenharbor/credentials/': 'drwx------',
    });
    // Every folder comes before what is in it.
    const names = found.map((columns) => columns[5] ?? '');
    for (const [at, name] of names.entries()) {
      const parent = name.replace(/[^/]+\/?$/, '');
      if (parent !== '') expect(names.slice(0, at)).toContain(parent);
    }
  });
});

const canInstall = process.platform === 'linux' && process.getuid?.() === 0 && !missing('dpkg', 'unshare', 'mount');

describe.skipIf(!canInstall)('as dpkg installs it', () => {
  test('it works, keeps a changed configuration over an upgrade, and goes without a trace of its own', () => {
    const now = join(directory, 'now.deb');
    const next = join(directory, 'next.deb');
    writeFileSync(now, pack({ ...FACTS, architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' }));
    writeFileSync(
      next,
      packDeb(
        archive.map((one) =>
          one.path === 'tokenharbor' ? file('tokenharbor', '#!/bin/sh\necho "next"\n', true) : one,
        ),
        '# another\n',
        { ...FACTS, version: '9.9.9', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' },
        TIME,
      ),
    );
    const said = runTool(['unshare', '--mount', '--propagation', 'private', 'sh', '-euc', SCRIPT, 'sh', now, next], {
      cwd: directory,
    });
    expect(said.trim().split('\n')).toEqual([
      'runs: tokenharbor 9.9.9',
      'configuration: # to begin with',
      'credentials: 700 root',
      'verified: nothing is changed',
      'runs: next',
      'configuration: # mine',
      'removed: no program',
      'configuration: # mine',
      'purged: no configuration',
    ]);
  });
});

/** On copies of what dpkg writes to: nothing of it is the machine's. */
const SCRIPT = `
  over=$(mktemp -d); mount -t tmpfs tmpfs "$over"
  for path in etc usr var; do
    mkdir -p "$over/$path/upper" "$over/$path/work"
    mount -t overlay overlay -o "lowerdir=/$path,upperdir=$over/$path/upper,workdir=$over/$path/work" "/$path"
  done
  export DEBIAN_FRONTEND=noninteractive
  quietly() { "$@" > "$over/log" 2>&1 || { cat "$over/log" >&2; exit 1; }; }
  quietly dpkg --force-depends --force-unsafe-io --no-triggers --install "$1"
  echo "runs: $(tokenharbor)"
  echo "configuration: $(cat /etc/tokenharbor/tokenharbor.yaml)"
  echo "credentials: $(stat -c '%a %U' /etc/tokenharbor/credentials)"
  echo "verified: $(dpkg --verify tokenharbor | grep . || echo nothing is changed)"
  echo '# mine' > /etc/tokenharbor/tokenharbor.yaml
  quietly dpkg --force-depends --force-unsafe-io --no-triggers --force-confold --install "$2"
  echo "runs: $(tokenharbor)"
  echo "configuration: $(cat /etc/tokenharbor/tokenharbor.yaml)"
  quietly dpkg --force-unsafe-io --no-triggers --remove tokenharbor
  [ -e /usr/bin/tokenharbor ] || echo 'removed: no program'
  echo "configuration: $(cat /etc/tokenharbor/tokenharbor.yaml)"
  quietly dpkg --force-unsafe-io --no-triggers --purge tokenharbor
  [ -e /etc/tokenharbor ] || echo 'purged: no configuration'
`;
