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
  readonly outcome: string | null;
  readonly attempts: number | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cost_usd: string | null;
  readonly estimated: boolean | number | null;
  readonly duration_ms: number | null;
  readonly first_byte_ms: number | null;
  readonly steering: string | null;
  readonly error_code: string | null;
}

export interface RequestPage {
  readonly rows: readonly RequestRow[];
  readonly next: string | null;
  /** Since when requests are known that left nothing in the ledger. */
  readonly live_since: string | null;
}

export const REQUEST_FILTERS = [
  'state',
  'model',
  'provider',
  'account',
  'key',
  'outcome',
  'since',
  'until',
  'id',
] as const;
export type RequestFilter = (typeof REQUEST_FILTERS)[number];
export type RequestQuery = Readonly<Partial<Record<RequestFilter | 'before', string>>>;

export interface Attempt {
  readonly kind: string;
  readonly provider: string;
  readonly upstream_model: string | null;
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
  readonly usd_per_million?: string | null;
  /** In place of a price per million: of each use. */
  readonly usd_each?: string | null;
  readonly nano_exact: string;
  readonly note?: string | null;
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
  } | null;
  readonly price_version: string | number | null;
  readonly usage: Readonly<Record<string, unknown>> | null;
  readonly steering: string | { readonly applied: string; readonly tokens?: number } | null;
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

export function readRequests(query: RequestQuery, signal?: AbortSignal): Promise<RequestPage> {
  return ask<RequestPage>(pathOf('/api/requests', { limit: 50, ...query }), { signal });
}

export function readRequest(id: string, signal?: AbortSignal): Promise<RequestDetail> {
  return ask<RequestDetail>(`/api/requests/${encodeURIComponent(id)}`, { signal });
}
