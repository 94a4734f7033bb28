import { DAY_MS, type PeriodSpan, spansAt } from './period.ts';

/** The stretch a counter's period names. */
export function spanOfKey(key: string): Pick<PeriodSpan, 'firstDay' | 'endDay'> {
  if (key === 'total') return { firstDay: 0, endDay: 100_000_000 };
  const [, year = '', week] = /^(\d{4})-W(\d\d)$/.exec(key) ?? [];
  // The fourth of January is always in week 1.
  if (week !== undefined) return spansAt(Date.UTC(Number(year), 0, 4) + (Number(week) - 1) * 7 * DAY_MS).week;
  const isMonth = key.length === 7;
  const spans = spansAt(Date.parse(isMonth ? `${key}-01` : key));
  return isMonth ? spans.month : spans.day;
}
