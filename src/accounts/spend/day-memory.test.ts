import { expect, test } from 'bun:test';
import type { EntrySum } from '../ledger/entry-store.ts';
import { DayMemory } from './day-memory.ts';

const rows = (count: number) => Array.from({ length: count }, () => ({}) as EntrySum);

test('sums are those of a question and of so many entries', () => {
  const memory = new DayMemory();
  const query = { by: ['provider'], day: '2026-03-04' } as const;
  const sums = rows(2);
  memory.keep(query, 5, sums);
  expect(memory.find(query, 5)).toBe(sums);
  expect(memory.find(query, 6)).toBeUndefined();
  for (const other of [{ day: '2026-03-05' }, { by: [] }, { keyId: 'a' }, { account: 'a' }, { provider: 'a' }]) {
    expect(memory.find({ ...query, ...other }, 5)).toBeUndefined();
  }
});

test('the oldest make room', () => {
  const memory = new DayMemory();
  const day = (at: number) => ({ by: ['key'], day: `day ${at}` }) as const;
  for (let at = 0; at < 30; at++) memory.keep(day(at), 1, rows(999));
  expect(memory.find(day(9), 1)).toBeUndefined();
  expect(memory.find(day(10), 1)).toHaveLength(999);
  // What is kept anew is not kept twice.
  for (let at = 0; at < 30; at++) memory.keep(day(29), at, rows(999));
  expect(memory.find(day(10), 1)).toHaveLength(999);
  memory.keep(day(99), 1, rows(100_000));
  expect(memory.find(day(29), 29)).toBeUndefined();
});
