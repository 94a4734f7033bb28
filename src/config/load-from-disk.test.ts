import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'bun:test';
import { loadConfigFromDisk } from './load-from-disk.ts';

const directory = mkdtempSync(join(tmpdir(), 'th-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('a file on disk is read with its references and its permissions', () => {
  const path = join(directory, 'th.yaml');
  writeFileSync(join(directory, 'key'), 'sk-file\n');
  writeFileSync(
    path,
    'providers: { a: { preset: groq, api_key: "${file:key}" }, b: { preset: groq, api_key: sk-inline } }\n',
  );
  chmodSync(path, 0o644);
  const { config, problems } = loadConfigFromDisk({ config: 'th.yaml' }, { HOME: directory }, directory);
  expect(config?.providers.map((provider) => provider.apiKeys)).toEqual([['sk-file'], ['sk-inline']]);
  expect(config?.dataDir).toBe(join(directory, '.local/share/tokenharbor'));
  expect(problems.map((problem) => [problem.severity, problem.path])).toEqual([['warning', 'providers.b.api_key']]);
});

test('a file that is not there is reported', () => {
  const { config, problems } = loadConfigFromDisk({ config: join(directory, 'nope') }, {}, directory);
  expect(config).toBeUndefined();
  expect(problems[0]?.message).toBe('cannot be read: ENOENT');
});

test('a file and a secret that PowerShell wrote as UTF-16 are read', () => {
  writeFileSync(join(directory, 'key16'), Buffer.from('\uFEFFsk-file\r\n', 'utf16le'));
  const text = '\uFEFFproviders: { a: { preset: groq, api_key: "${file:key16}" } }\r\n';
  writeFileSync(join(directory, 'th16.yaml'), Buffer.from(text, 'utf16le'));
  const { config } = loadConfigFromDisk({ config: 'th16.yaml' }, { HOME: directory }, directory);
  expect(config?.providers.map((provider) => provider.apiKeys)).toEqual([['sk-file']]);
});

test('what cannot be read is told with what to do about it', () => {
  writeFileSync(join(directory, 'latin1'), Buffer.from('log: { level: d\u00e9bug }', 'latin1'));
  const told = [directory, 'latin1', ''].map((config) => loadConfigFromDisk({ config }, {}, directory).problems[0]);
  expect(told.map((problem) => `${problem?.message}. ${problem?.fix}`)).toEqual([
    'cannot be read: EISDIR. It is a directory: name the file in it with --config.',
    'cannot be read: not UTF-8 text. Save it as UTF-8.',
    'is empty. Name a file, or leave it out.',
  ]);
});
