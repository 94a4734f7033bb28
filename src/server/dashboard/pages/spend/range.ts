import { addDays, type Day, dayOf, isDay, monthStart } from '../../format/day.ts';

/** Both ends included, UTC. */
export interface Range {
  readonly since: Day;
  readonly until: Day;
}

export const PRESETS = ['today', '7d', '30d', 'month', 'last-month', 'custom'] as const;
export type Preset = (typeof PRESETS)[number];

export const PRESET_NAMES: Readonly<Record<Preset, string>> = {
  today: 'Today',
  '7d': '7 days',
  '30d': '30 days',
  month: 'This month',
  'last-month': 'Last month',
  custom: 'Dates…',
};

/** What an address says; this month when it says nothing that makes sense. */
export function readRange(query: URLSearchParams, nowMs: number): Range & { readonly preset: Preset } {
  const today = dayOf(nowMs);
  const since = query.get('since') ?? '';
  const until = query.get('until') ?? '';
  if (isDay(since) && isDay(until)) {
    return since <= until ? { preset: 'custom', since, until } : { preset: 'custom', since: until, until: since };
  }
  const preset = PRESETS.find((name) => name === query.get('range') && name !== 'custom') ?? 'month';
  return { preset, ...rangeOf(preset, today) };
}

function rangeOf(preset: Preset, today: Day): Range {
  switch (preset) {
    case 'today':
      return { since: today, until: today };
    case '7d':
      return { since: addDays(today, -6), until: today };
    case '30d':
      return { since: addDays(today, -29), until: today };
    case 'last-month':
      return { since: monthStart(today, -1), until: addDays(monthStart(today), -1) };
    case 'month':
    case 'custom':
      return { since: monthStart(today), until: today };
  }
}
