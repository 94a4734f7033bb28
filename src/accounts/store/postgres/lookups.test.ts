import { expect, test } from 'bun:test';
import type { KeyRecord } from '../ports.ts';
import { makeRecord } from '../temporary-stores.fixture.ts';
import { Lookups } from './lookups.ts';

const digestOf = ({ digest }: KeyRecord) => digest;

test('while one query is out, whoever asks meanwhile shares the next one', async () => {
  const records = Array.from({ length: 5 }, () => makeRecord());
  const asked: (readonly string[])[] = [];
  const gates: (() => void)[] = [];
  const lookups = new Lookups(async (digests) => {
    asked.push(digests);
    await new Promise<void>((resolve) => gates.push(resolve));
    return records.filter(({ digest }) => digests.includes(digest)).reverse();
  }, digestOf);
  const digests = records.map(({ digest }) => digest);
  const found = [...digests, digests[4] ?? '', 'unknown'].map((digest) => lookups.find(digest));
  gates.shift()?.();
  expect(await found[0]).toEqual(records[0] as KeyRecord);
  gates.shift()?.();
  expect(await Promise.all(found)).toEqual([...records, records[4], undefined]);
  expect(asked).toEqual([[digests[0] ?? ''], [...digests.slice(1), 'unknown']]);
});

test('what fails, fails for those who asked; the next are asked for anew', async () => {
  let isDown = true;
  const record = makeRecord();
  const lookups = new Lookups(async () => {
    if (isDown) throw new Error('down');
    return [record];
  }, digestOf);
  const failed = await Promise.allSettled([lookups.find(record.digest), lookups.find('other')]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  expect(await lookups.find(record.digest)).toEqual(record);
});
