/** A root file system with musl and nothing of glibc, as Alpine's is with `apk add libstdc++`. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '../../deploy/release/run-tool.ts';

/** Debian's package `musl`. */
const LOADER = '/lib/ld-musl-x86_64.so.1';
/**
 * Wheels for musl bring the C++ library of an Alpine along. This small one's is of an Alpine before its libraries had
 * packed relocations, which a loader of Debian 12 (musl 1.2.3) cannot read.
 */
const WHEEL = 'greenlet==3.0.3';

/** What that library is too old to have, and an Alpine's of today has: the ends of two failures. */
const SINCE_THEN = `
void _ZSt28__throw_bad_array_new_lengthv(void) { __builtin_trap(); }
void _ZSt21__glibcxx_assert_failPKciS0_S0_(void) { __builtin_trap(); }
`;

/** Why it cannot be made here; undefined: it can. */
export function whyNoMusl(): string | undefined {
  const missing = ['pip', 'unzip', 'gcc', 'unshare', 'setpriv', 'ip', 'curl'].filter(
    (tool) => Bun.which(tool) === null,
  );
  if (missing.length > 0) return `no ${missing.join(', ')}`;
  if (process.arch !== 'x64' || process.getuid?.() !== 0) return 'not root on x64';
  return existsSync(LOADER) ? undefined : 'no musl (Debian: apt-get install musl)';
}

/** Makes it in an empty directory, with `executable` as `/tokenharbor`. Throws where the libraries cannot be had. */
export function makeMuslRoot(root: string, executable: string, scratch: string): void {
  for (const path of ['lib', 'usr/lib', 'proc', 'dev', 'tmp', 'data', 'etc'])
    mkdirSync(join(root, path), { recursive: true });
  copyFileSync(realpathSync(LOADER), join(root, LOADER));
  symlinkSync('ld-musl-x86_64.so.1', join(root, 'lib/libc.musl-x86_64.so.1'));
  runTool(
    [
      ...'pip download --quiet --no-deps --only-binary=:all: --platform musllinux_1_1_x86_64 --python-version 3.12'.split(
        ' ',
      ),
      WHEEL,
    ],
    { cwd: scratch },
  );
  const [wheel = ''] = readdirSync(scratch).filter((name) => name.endsWith('.whl'));
  runTool(['unzip', '-q', '-j', wheel, 'greenlet.libs/*', '-d', 'libraries'], { cwd: scratch });
  const libraries = readdirSync(join(scratch, 'libraries'));
  for (const name of libraries) copyFileSync(join(scratch, 'libraries', name), join(root, 'usr/lib', name));
  const cpp = libraries.find((name) => name.startsWith('libstdc++')) ?? '';
  writeFileSync(join(scratch, 'since-then.c'), SINCE_THEN);
  runTool(
    [
      ...'gcc -shared -fPIC -nostdlib -Wl,-soname,libstdc++.so.6 -Wl,--no-as-needed since-then.c'.split(' '),
      '-o',
      join(root, 'usr/lib/libstdc++.so.6'),
      `-L${join(root, 'usr/lib')}`,
      `-l:${cpp}`,
    ],
    { cwd: scratch },
  );
  copyFileSync(executable, join(root, 'tokenharbor'));
}
