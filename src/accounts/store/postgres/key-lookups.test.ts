import { expect, test } from 'bun:test';
import type { KeyRecord } from '../ports.ts';
import { makeRecord } from '../temporary-stores.fixture.ts';
import { KeyLookups } from './key-lookups.ts';

test('while one query is out, whoever asks meanwhile shares the next one', async () => {
  const records = Array.from({ length: 5 }, () => makeRecord());
  const asked: (readonly string[])[] = [];
  const gates: (() => void)[] = [];
  const lookups = new KeyLookups(async (digests) => {
    asked.push(digests);
    await new Promise<void>((resolve) => gates.push(resolve));
    return records.filter(({ digest }) => digests.includes(digest)).reverse();
  });
  const digests = records.map(({ digest }) => digest);
  const found = [...digests, digests[4] ?? '', 'unknown'].map((digest) => lookups.byDigest(digest));
  gates.shift()?.();
  expect(await found[0]).toEqual(records[0] as KeyRecord);
  gates.shift()?.();
  expect(await Promise.all(found)).toEqual([...records, records[4], undefined]);
  expect(asked).toEqual([[digests[0] ?? ''], [...digests.slice(1), 'unknown']]);
});

test('what fails, fails for those who asked; the next are asked for anew', async () => {
  let isDown = true;
  const record = makeRecord();
  const lookups = new KeyLookups(async () => {
    if (isDown) throw new Error('down');
    return [record];
  });
  const failed = await Promise.allSettled([lookups.byDigest(record.digest), lookups.byDigest('other')]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  expect(await lookups.byDigest(record.digest)).toEqual(record);
});
