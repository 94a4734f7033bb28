import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openSpool, readSpool, removeSpool } from './spool.ts';
import { readRecords, writeRecord } from './spool-record.ts';
import { makeRequestId, makeSettlement } from './work.fixture.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tokenharbor-spool-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const lost = [
  { provider: '{"nano":"1"}', upstreamModel: '5n', errorCode: 'x', mayCost: true, costNano: 2n ** 60n },
  { provider: 'a', upstreamModel: 'b', errorCode: 'y', mayCost: false, costNano: undefined },
];

test('what is appended is read back, by another process too', () => {
  const spool = openSpool(directory, 'a');
  const price = { input: 1n, output: 2n ** 62n, cacheRead: 3n, cacheWrite: 4n };
  const [one, two, three] = [1, 2, 3].map(() => makeSettlement(makeRequestId(), { lost, price }));
  if (one === undefined || two === undefined || three === undefined) throw new Error('unreachable');
  spool.append([one, two]);
  spool.append([three]);
  expect(readSpool(directory, 'a')).toEqual([one, two, three]);
  spool.close();
  expect(readSpool(directory, 'a')).toEqual([one, two, three]);
  removeSpool(directory, 'a');
  expect(readSpool(directory, 'a')).toEqual([]);
});

test('its room is taken when it is made, for this user alone, and it never grows', () => {
  const spool = openSpool(directory, 'a', 4096);
  const file = join(directory, 'a.spool');
  expect(statSync(file)).toMatchObject({ size: 4096, mode: 0o100600 });
  expect(statSync(file).blocks * 512).toBeGreaterThanOrEqual(4096);
  const many = Array.from({ length: 50 }, () => makeSettlement(makeRequestId()));
  expect(() => spool.append(many)).toThrow('is full');
  const kept = readSpool(directory, 'a');
  expect(kept.length).toBeGreaterThan(3);
  expect(kept).toEqual(many.slice(0, kept.length));
  expect(statSync(file).size).toBe(4096);
  spool.remove();
  expect(readdirSync(directory)).toEqual([]);
});

test('once cleared, nothing of before is read again', () => {
  const spool = openSpool(directory, 'a');
  spool.append(Array.from({ length: 9 }, () => makeSettlement(makeRequestId())));
  spool.clear();
  expect(readSpool(directory, 'a')).toEqual([]);
  const next = makeSettlement(makeRequestId());
  spool.append([next]);
  expect(readSpool(directory, 'a')).toEqual([next]);
  spool.remove();
});

test('a file that was cut or changed anywhere gives the records before that, and no others', () => {
  const settlements = [1, 2, 3, 4].map(() => makeSettlement(makeRequestId(), { lost }));
  const records = settlements.map(writeRecord);
  const bytes = Buffer.concat(records);
  const wholeBefore = (at: number) => {
    let end = 0;
    return records.filter((record) => (end += record.length) <= at).length;
  };
  fc.assert(
    fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      expect(readRecords(bytes.subarray(0, at))).toEqual(settlements.slice(0, wholeBefore(at)));
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ mask;
      expect(readRecords(changed)).toEqual(settlements.slice(0, wholeBefore(at)));
    }),
  );
  writeFileSync(join(directory, 'b.spool'), bytes);
  expect(readSpool(directory, 'b')).toEqual(settlements);
  expect(readFileSync(join(directory, 'b.spool'))).toHaveLength(bytes.length);
});
