import { expect, test } from 'bun:test';
import { formatCount, formatPlural } from './count.ts';
import { addDays, daysBetween, monthStart } from './day.ts';
import { formatDuration } from './duration.ts';
import { formatName } from './name.ts';
import { formatRate, formatShare } from './rate.ts';
import { formatAgo, formatTime } from './time.ts';

test('counts keep every digit', () => {
  expect(formatCount(1_234_567_890)).toBe('1,234,567,890');
  expect([formatPlural(1, 'request'), formatPlural(0, 'request')]).toEqual(['1 request', '0 requests']);
});

test('a share that is little is not nothing', () => {
  expect([0, 0.00001, 0.0042, 0.125, 1].map(formatShare)).toEqual(['0%', '<0.01%', '0.42%', '12.5%', '100%']);
});

test('a rate has the digits that say something', () => {
  expect([0, 0.05, 3.14159, 42.42, 1234.5].map(formatRate)).toEqual(['0', '0.05', '3.14', '42.4', '1,235']);
});

test('durations', () => {
  expect([0.42, 8.44, 820.4, 1240, 59_900, 123_000].map(formatDuration)).toEqual([
    '0.4 ms',
    '8.4 ms',
    '820 ms',
    '1.24 s',
    '59.9 s',
    '2 min 03 s',
  ]);
});

test('times are UTC, and how long ago', () => {
  const at = '2026-03-01T10:00:00.123Z';
  const after = (seconds: number) => formatAgo(at, Date.parse(at) + seconds * 1000);
  expect(formatTime(at)).toBe('2026-03-01 10:00:00');
  expect([1, 42, 200, 7200, 200_000, -3, -90_000].map(after)).toEqual([
    'just now',
    '42 s ago',
    '3 min ago',
    '2 h ago',
    '2 d ago',
    'in a moment',
    'in 1 d',
  ]);
});

test('days', () => {
  expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
  expect([monthStart('2026-01-15'), monthStart('2026-01-15', -1)]).toEqual(['2026-01-01', '2025-12-01']);
  expect(daysBetween('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
});

test('names', () => expect(formatName('cache_write_1h')).toBe('Cache write 1h'));
