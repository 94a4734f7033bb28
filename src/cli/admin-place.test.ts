import { afterEach, beforeEach, expect, test } from 'bun:test';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeDataDir } from '../accounts/store/temporary-stores.fixture.ts';
import { findAdminPlace, noteAdminPlace } from './admin-place.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = makeDataDir();
});
afterEach(() => rmSync(dataDir, { recursive: true }));

test('what a server says is known while it runs', () => {
  expect(findAdminPlace(dataDir)).toBeUndefined();
  const takeBack = noteAdminPlace(dataDir, 'http://127.0.0.1:40123');
  expect(findAdminPlace(dataDir)).toMatchObject({ kind: 'tcp', host: '127.0.0.1', port: 40_123 });
  expect(statSync(join(dataDir, 'admin-listen')).mode & 0o077).toBe(0);
  takeBack();
  expect(findAdminPlace(dataDir)).toBeUndefined();
});

test('what a killed one left, the next one corrects; of two the last one counts, and goes on to', () => {
  noteAdminPlace(dataDir, 'unix:/run/x.sock');
  expect(findAdminPlace(dataDir)).toMatchObject({ kind: 'unix', path: '/run/x.sock' });
  noteAdminPlace(dataDir, undefined);
  expect(findAdminPlace(dataDir)).toBeUndefined();
  const first = noteAdminPlace(dataDir, 'http://127.0.0.1:1');
  noteAdminPlace(dataDir, 'http://[::1]:2');
  first();
  expect(findAdminPlace(dataDir)).toMatchObject({ kind: 'tcp', port: 2 });
});

test('a directory that is not there is no failure', () => {
  noteAdminPlace(join(dataDir, 'none'), 'http://127.0.0.1:1')();
  expect(findAdminPlace(join(dataDir, 'none'))).toBeUndefined();
});
