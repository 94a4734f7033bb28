import { DAY_MS, dayAt, spansAt } from '../ledger/period.ts';

/** Whole days before today that tell what a day costs: a week, with its end. */
export const FORECAST_DAYS = 7;

export interface Forecast {
  /** `YYYY-MM` */
  readonly month: string;
  readonly spentNano: bigint;
  readonly expectedNano: bigint;
  /** Days behind today. */
  readonly daysLeft: number;
}

/**
 * What the month that `nowMs` lies in may come to, if the rest of it goes on as the seven days before today: as many
 * fewer as there was nothing before them; where there is none, as today so far. `byDay`: what was spent on each day,
 * counted from 1970, from the first of the month or a week ago on, whichever is earlier.
 */
export function forecastMonth(byDay: ReadonlyMap<number, bigint>, nowMs: number): Forecast {
  const today = dayAt(nowMs);
  const { key, firstDay, endDay } = spansAt(nowMs).month;
  let spentNano = 0n;
  for (const [day, nano] of byDay) if (day >= firstDay && day < endDay) spentNano += nano;
  const lately = [...byDay].filter(([day]) => day < today && day >= today - FORECAST_DAYS);
  const leftMs = BigInt(endDay * DAY_MS - Math.floor(nowMs));
  const gone = { month: key, spentNano, daysLeft: endDay - today - 1 };
  if (lately.length === 0) {
    const soFarMs = BigInt(Math.max(1, Math.floor(nowMs) - today * DAY_MS));
    return { ...gone, expectedNano: spentNano + ((byDay.get(today) ?? 0n) * leftMs) / soFarMs };
  }
  const days = today - Math.min(...lately.map(([day]) => day));
  const latelyNano = lately.reduce((sum, [, nano]) => sum + nano, 0n);
  return { ...gone, expectedNano: spentNano + (latelyNano * leftMs) / BigInt(days * DAY_MS) };
}
