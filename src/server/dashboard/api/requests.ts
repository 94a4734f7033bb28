import { addDays, isDay } from '../format/day.ts';
import { ask, pathOf } from './request.ts';

export interface RequestRow {
  readonly id: string;
  readonly at: string;
  readonly settled: boolean;
  readonly account: string | null;
  readonly key: string | null;
  readonly key_name: string | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly upstream_model: string | null;
  readonly shape: string | null;
  readonly stream: boolean | null;
  readonly status: number | null;
  readonly outcome: string;
  readonly attempts: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd: string | null;
  readonly estimated: boolean;
  readonly duration_ms: number | null;
  readonly first_byte_ms: number | null;
  readonly steering: string | null;
  readonly error_code: string | null;
}

export interface RequestPage {
  readonly rows: readonly RequestRow[];
  readonly next: string | null;
  /** How far back was looked; null: all the way. */
  readonly searched_to: string | null;
  /** Since when requests are known that left nothing in the ledger. */
  readonly live_since: string;
}

/** How requests end. */
export const OUTCOMES = [
  'answered',
  'refused',
  'upstream_error',
  'upstream_cut',
  'client_abort',
  'interrupted',
  'failed',
  'replayed',
  'killed',
] as const;

export const REQUEST_FILTERS = ['state', 'model', 'provider', 'account', 'key', 'outcome', 'since', 'until'] as const;
export type RequestFilter = (typeof REQUEST_FILTERS)[number];
export type RequestQuery = Readonly<Partial<Record<RequestFilter | 'before', string>>>;

export interface Attempt {
  readonly provider: string;
  readonly upstream_model: string;
  readonly started_ms: number | null;
  readonly took_ms: number | null;
  readonly result: string;
  readonly may_cost: boolean;
  readonly usage: Readonly<Record<string, unknown>> | null;
  readonly cost_usd: string | null;
}

export interface CostLine {
  readonly kind: string;
  readonly tokens?: number;
  readonly count?: number;
  readonly usd_per_million?: string;
  /** In place of a price per million: of each use. */
  readonly usd_each?: string;
  readonly nano_exact: string;
  readonly note?: string;
}

export interface RequestDetail extends Omit<RequestRow, 'steering'> {
  readonly timeline: readonly Attempt[];
  readonly held_usd: string | null;
  readonly charged_usd: string | null;
  readonly cost_lines: readonly CostLine[];
  readonly rounding: {
    readonly exact_usd: string;
    readonly rounded_usd: string;
    readonly capped_by_hold: boolean;
    /** Nothing is charged: no answer came of it. */
    readonly waived: boolean;
  } | null;
  readonly price_version: string | null;
  readonly usage: Readonly<Record<string, unknown>> | null;
  readonly steering: { readonly applied: string | null; readonly tokens: number };
  readonly decision: {
    readonly model: string;
    readonly pool: string;
    readonly role: string;
    readonly reason: string;
    readonly confidence: number;
  } | null;
  readonly warnings: readonly string[];
  readonly oddities: Readonly<Record<string, number>>;
  readonly finish_reason: string | null;
  readonly replay_of: string | null;
  readonly trace_id: string | null;
  readonly detail: 'full' | 'ledger';
}

/** `until` is the last day, and with it. */
export function readRequests(query: RequestQuery, signal?: AbortSignal): Promise<RequestPage> {
  const { until: last } = query;
  // What is no day is left for the API to refuse.
  const until = last !== undefined && isDay(last) ? addDays(last, 1) : last;
  return ask<RequestPage>(pathOf('/api/requests', { limit: 50, ...query, until }), { signal });
}

export function readRequest(id: string, signal?: AbortSignal): Promise<RequestDetail> {
  return ask<RequestDetail>(`/api/requests/${encodeURIComponent(id)}`, { signal });
}
