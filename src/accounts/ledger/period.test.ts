import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { BUDGET_PERIODS, DAY_MS, resetOf, spansAt } from './period.ts';

const at = (text: string) => spansAt(Date.parse(text));

test('keys are those of the UTC calendar', () => {
  const { day, week, month, total } = at('2026-03-04T23:59:59.999Z');
  expect([day.key, week.key, month.key, total.key]).toEqual(['2026-03-04', '2026-W10', '2026-03', 'total']);
  expect(at('2026-03-05T00:00:00Z').day.key).toBe('2026-03-05');
});

test('weeks are those of ISO 8601: the year is that of their Thursday', () => {
  const weeks = {
    '2024-12-29': '2024-W52',
    '2024-12-30': '2025-W01',
    '2026-12-31': '2026-W53',
    '2027-01-03': '2026-W53',
    '2027-01-04': '2027-W01',
    '2021-01-01': '2020-W53',
    '1970-01-01': '1970-W01',
  };
  for (const [day, week] of Object.entries(weeks)) expect(at(`${day}T12:00:00Z`).week.key).toBe(week);
});

test('a total is never reset', () => {
  expect(resetOf(at('2026-03-04').total)).toBeUndefined();
});

test('a span holds its moment, its key is that of all its moments, and the next one begins where it ends', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (ms) => {
      for (const period of BUDGET_PERIODS) {
        const span = spansAt(ms)[period];
        expect(span.firstDay * DAY_MS).toBeLessThanOrEqual(ms);
        expect(span.endDay * DAY_MS).toBeGreaterThan(ms);
        const reset = resetOf(span);
        if (reset === undefined) continue;
        expect(spansAt(reset - 1)[period]).toEqual(span);
        expect(spansAt(span.firstDay * DAY_MS)[period]).toEqual(span);
        expect(spansAt(reset)[period].firstDay).toBe(span.endDay);
        expect(spansAt(reset)[period].key).not.toBe(span.key);
      }
    }),
  );
});
