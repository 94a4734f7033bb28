/** Archives as the tools of others read them. */
import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackedFile } from './packed-file.ts';
import { runTool } from './run-tool.ts';
import { packTar, packTarGz } from './tar.ts';
import { packZip } from './zip.ts';

const directory = mkdtempSync(join(tmpdir(), 'tokenharbor-archives-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const TIME = 1_700_000_000;
const files: readonly PackedFile[] = [
  { path: 'th/tokenharbor', bytes: Buffer.from('#!/bin/sh\necho hello\n'.repeat(100)), isExecutable: true },
  { path: 'th/README.md', bytes: Buffer.alloc(512, 'x'), isExecutable: false },
  { path: 'th/completions/_tokenharbor', bytes: Buffer.alloc(0), isExecutable: false },
];

test('tar reads them: names in order, modes, owner, time and bytes', () => {
  writeFileSync(join(directory, 'a.tar.gz'), packTarGz(files, TIME));
  const listed = runTool(['tar', '--utc', '--full-time', '--numeric-owner', '-tvzf', 'a.tar.gz'], { cwd: directory });
  expect(
    listed
      .trim()
      .split('\n')
      .map((line) => line.replace(/ +/g, ' ')),
  ).toEqual([
    '-rw-r--r-- 0/0 512 2023-11-14 22:13:20 th/README.md',
    '-rw-r--r-- 0/0 0 2023-11-14 22:13:20 th/completions/_tokenharbor',
    '-rwxr-xr-x 0/0 2100 2023-11-14 22:13:20 th/tokenharbor',
  ]);
  runTool(['tar', '-xzf', 'a.tar.gz'], { cwd: directory });
  for (const { path, bytes, isExecutable } of files) {
    expect(readFileSync(join(directory, path)).equals(bytes)).toBe(true);
    expect((statSync(join(directory, path)).mode & 0o100) !== 0).toBe(isExecutable);
  }
});

test('python reads a ZIP: names in order, modes, time, checksums and bytes', () => {
  const python = Bun.which('python3');
  if (python === null) return console.error('SKIPPED: no python3 to read a ZIP with');
  writeFileSync(join(directory, 'a.zip'), packZip(files, TIME));
  const code = `import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[i.filename, oct(i.external_attr >> 16), list(i.date_time), z.read(i).hex()] for i in z.infolist()]))`;
  const read = JSON.parse(runTool([python, '-c', code, 'a.zip'], { cwd: directory }));
  const hex = (at: number) => Buffer.from(files[at]?.bytes ?? []).toString('hex');
  const time = [2023, 11, 14, 22, 13, 20];
  expect(read).toEqual([
    ['th/README.md', '0o100644', time, hex(1)],
    ['th/completions/_tokenharbor', '0o100644', time, hex(2)],
    ['th/tokenharbor', '0o100755', time, hex(0)],
  ]);
});

test('the order in which files are given changes nothing, their bytes do', () => {
  const [first, ...rest] = files as [PackedFile, ...PackedFile[]];
  for (const pack of [packTar, packTarGz, packZip]) {
    expect(Buffer.compare(pack([...rest, first], TIME), pack(files, TIME))).toBe(0);
    const other = { ...first, bytes: Buffer.from('another') };
    expect(Buffer.compare(pack([other, ...rest], TIME), pack(files, TIME))).not.toBe(0);
  }
});

test('what an archive cannot hold is refused', () => {
  const long = { path: 'x'.repeat(101), bytes: Buffer.alloc(1), isExecutable: false };
  expect(() => packTar([long], TIME)).toThrow('too long');
  expect(() => packZip(files, 0)).toThrow('1980');
});
