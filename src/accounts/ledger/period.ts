/** How long a budget lasts before it begins anew: a UTC calendar day, an ISO week, a month; `total` never does. */
export type BudgetPeriod = 'day' | 'week' | 'month' | 'total';

export const BUDGET_PERIODS: readonly BudgetPeriod[] = ['day', 'week', 'month', 'total'];

export const DAY_MS = 86_400_000;

/** One stretch of a period. Days are counted from 1970-01-01, UTC. */
export interface PeriodSpan {
  readonly period: BudgetPeriod;
  /** `2026-03-01`, `2026-W09`, `2026-03` or `total`: budgets begin anew because the key is another, no job resets them. */
  readonly key: string;
  readonly firstDay: number;
  /** The day after the last one; Infinity for `total`. */
  readonly endDay: number;
}

export type PeriodSpans = Readonly<Record<BudgetPeriod, PeriodSpan>>;

let latest: { readonly day: number; readonly spans: PeriodSpans } | undefined;

/** The four stretches a moment lies in. Requests of one day follow each other, so the last day's are kept. */
export function spansAt(atMs: number): PeriodSpans {
  const day = dayAt(atMs);
  if (latest?.day !== day) latest = { day, spans: spansOfDay(day) };
  return latest.spans;
}

export function dayAt(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

/** `YYYY-MM-DD`. */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** When what is left of a budget is whole again, Unix milliseconds; undefined: never. */
export function resetOf(span: PeriodSpan): number | undefined {
  return span.endDay === Infinity ? undefined : span.endDay * DAY_MS;
}

const TOTAL: PeriodSpan = { period: 'total', key: 'total', firstDay: 0, endDay: Infinity };

function spansOfDay(day: number): PeriodSpans {
  const date = new Date(day * DAY_MS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return {
    day: { period: 'day', key: dayText(day), firstDay: day, endDay: day + 1 },
    week: weekOf(day),
    month: {
      period: 'month',
      key: dayText(day).slice(0, 7),
      firstDay: Date.UTC(year, month, 1) / DAY_MS,
      endDay: Date.UTC(year, month + 1, 1) / DAY_MS,
    },
    total: TOTAL,
  };
}

/** ISO 8601: weeks begin on Monday and belong to the year their Thursday lies in. Day 0 was a Thursday. */
function weekOf(day: number): PeriodSpan {
  const firstDay = day - ((day + 3) % 7);
  const thursday = firstDay + 3;
  const year = new Date(thursday * DAY_MS).getUTCFullYear();
  const number = Math.floor((thursday - Date.UTC(year, 0, 1) / DAY_MS) / 7) + 1;
  return { period: 'week', key: `${year}-W${String(number).padStart(2, '0')}`, firstDay, endDay: firstDay + 7 };
}
