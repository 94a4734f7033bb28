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
