import { ask, pathOf } from './request.ts';

export const DIMENSIONS = ['model', 'provider', 'account', 'key', 'day'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export interface Sums {
  readonly requests: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly reasoning_tokens: number;
  readonly cost_usd: string;
  readonly estimated: number;
}

export interface SpendRow extends Sums {
  readonly day?: string;
  readonly account?: string;
  readonly key?: string;
  readonly key_name?: string | null;
  readonly model?: string;
  readonly provider?: string | null;
}

export interface Forecast {
  readonly month: string;
  readonly spent_usd: string;
  readonly expected_usd: string;
  readonly days_left: number;
}

export interface Spend {
  readonly since: string;
  readonly until: string;
  readonly rows: readonly SpendRow[];
  readonly total: Sums;
  readonly forecast: Forecast | null;
}

export interface SpendQuery {
  readonly since: string;
  readonly until: string;
  readonly account?: string | undefined;
  readonly key?: string | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
}

export function readSpend(by: readonly Dimension[], query: SpendQuery, signal?: AbortSignal): Promise<Spend> {
  return ask<Spend>(pathOf('/api/spend', { by: by.join(','), ...query }), { signal });
}

/** A file for a spreadsheet; the browser fetches it by itself. */
export function csvAddress(by: readonly Dimension[], query: SpendQuery): string {
  return pathOf('/api/spend', { by: by.join(','), ...query, format: 'csv' });
}
