import { expect, test } from 'bun:test';
import { readRange } from './range.ts';

const now = Date.parse('2026-03-05T12:00:00Z');
const read = (text: string) => readRange(new URLSearchParams(text), now);

test('a range that has a name follows the day', () => {
  expect(read('')).toEqual({ preset: 'month', since: '2026-03-01', until: '2026-03-05' });
  expect(read('range=7d')).toEqual({ preset: '7d', since: '2026-02-27', until: '2026-03-05' });
  expect(read('range=last-month')).toEqual({ preset: 'last-month', since: '2026-02-01', until: '2026-02-28' });
});

test('days are taken as they are, whichever comes first', () => {
  expect(read('since=2026-01-02&until=2026-01-01')).toEqual({
    preset: 'custom',
    since: '2026-01-01',
    until: '2026-01-02',
  });
});

test('what makes no sense is this month', () => {
  for (const text of ['range=custom', 'range=x', 'since=2026-99-99&until=2026-01-01', 'since=2026-01-01']) {
    expect(read(text).preset).toBe('month');
  }
});
