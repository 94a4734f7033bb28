import { fail } from './context.ts';
import { EXIT } from './exit-codes.ts';

const DAY_MS = 86_400_000;

/** A day `YYYY-MM-DD`, or a month `YYYY-MM`, in UTC, as its first day and the day after its last. */
export interface DayRange {
  readonly first: string;
  readonly next: string;
}

export function readDays(flag: string, text: string): DayRange {
  const [, month, day] = /^(\d{4}-\d\d)(-\d\d)?$/.exec(text) ?? [];
  const first = `${month}${day ?? '-01'}`;
  const ms = Date.parse(`${first}T00:00:00Z`);
  // Some runtimes read February 30 as March 2.
  if (Number.isNaN(ms) || toDay(ms) !== first) {
    return fail(EXIT.USAGE, `${flag} ${JSON.stringify(text)}: write a day like 2026-03-31, or a month like 2026-03.`);
  }
  const date = new Date(ms);
  const next = day === undefined ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) : ms + DAY_MS;
  return { first, next: toDay(next) };
}

export function readMonth(flag: string, text: string): DayRange {
  if (!/^\d{4}-\d\d$/.test(text)) fail(EXIT.USAGE, `${flag} ${JSON.stringify(text)}: write a month like 2026-03.`);
  return readDays(flag, text);
}

function toDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
