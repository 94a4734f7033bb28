import { ask } from './request.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface Breaker {
  readonly provider: string;
  readonly model: string;
  readonly state: BreakerState;
  readonly failures: number;
  readonly retry_at: string | null;
}

export interface Series {
  readonly step_s: number;
  readonly ends_at: string;
  readonly requests: readonly number[];
  readonly errors: readonly number[];
  readonly p50_ms: readonly (number | null)[];
  readonly p95_ms: readonly (number | null)[];
  readonly streams: readonly number[];
}

/** One second. */
export interface Point {
  readonly ends_at: string;
  readonly requests: number;
  readonly errors: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly streams: number;
}

export interface LedgerState {
  readonly unwritten: number;
  readonly open_holds: number;
  readonly reserved_usd: string;
  readonly settled_today_usd: string | null;
  readonly failure: string | null;
}

export interface Now {
  readonly at: string;
  readonly since_at: string;
  readonly ready: boolean;
  readonly draining: boolean;
  /** One of several processes, counted from 0. */
  readonly workers: { readonly index: number; readonly count: number } | null;
  readonly requests_per_second: number;
  readonly errors_per_second: number;
  readonly error_share: number | null;
  readonly first_byte_ms: { readonly p50: number | null; readonly p95: number | null };
  readonly streams_open: number;
  readonly upstream_requests: number;
  readonly ledger: LedgerState;
  readonly breakers: readonly Breaker[];
}

export type NowWithSeries = Now & { readonly series: Series };
export type NowWithPoint = Now & { readonly point: Point };

export function readNow(signal?: AbortSignal): Promise<NowWithSeries> {
  return ask<NowWithSeries>('/api/now', { signal });
}
