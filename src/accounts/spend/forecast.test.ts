import { expect, test } from 'bun:test';
import { dayAt } from '../ledger/period.ts';
import { forecastMonth } from './forecast.ts';

const USD = 1_000_000_000n;
const at = (text: string) => Date.parse(text);
const spent = (days: Readonly<Record<string, bigint>>) =>
  new Map(Object.entries(days).map(([day, nano]) => [dayAt(at(`${day}T00:00:00Z`)), nano]));

test('goes on as the seven days before today', () => {
  const days = Object.fromEntries(
    Array.from({ length: 10 }, (_, day) => [`2026-03-${String(day + 1).padStart(2, '0')}`, USD]),
  );
  const forecast = forecastMonth(spent({ ...days, '2026-03-11': USD / 4n }), at('2026-03-11T06:00:00Z'));
  expect(forecast).toEqual({
    month: '2026-03',
    spentNano: 10n * USD + USD / 4n,
    // Three quarters of today and twenty days.
    expectedNano: 10n * USD + USD / 4n + (20n * USD + (3n * USD) / 4n),
    daysLeft: 20,
  });
});

test('days without anything count from the first with something on, and older ones do not', () => {
  const { expectedNano } = forecastMonth(
    spent({ '2026-03-01': 1000n * USD, '2026-03-06': 4n * USD }),
    at('2026-03-10T00:00:00Z'),
  );
  // Four dollars in four days, 22 more to come.
  expect(expectedNano).toBe(1004n * USD + 22n * USD);
});

test('at the beginning of a month the one before tells, and is not in it', () => {
  const forecast = forecastMonth(spent({ '2026-02-27': USD, '2026-02-28': 3n * USD }), at('2026-03-01T00:00:00Z'));
  expect(forecast).toMatchObject({ month: '2026-03', spentNano: 0n, expectedNano: 62n * USD, daysLeft: 30 });
});

test('on the first day of all, as today so far; of nothing nothing', () => {
  const noon = at('2026-03-31T12:00:00Z');
  expect(forecastMonth(spent({ '2026-03-31': USD }), noon)).toMatchObject({ expectedNano: 2n * USD, daysLeft: 0 });
  expect(forecastMonth(new Map(), noon)).toMatchObject({ spentNano: 0n, expectedNano: 0n });
  expect(forecastMonth(spent({ '2026-03-31': USD }), at('2026-03-31T00:00:00Z')).spentNano).toBe(USD);
});
