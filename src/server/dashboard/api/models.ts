import type { BreakerState } from './now.ts';
import { ask } from './request.ts';

/** US dollars per million tokens. */
export interface Price {
  readonly input: string;
  readonly output: string;
  readonly cache_read: string;
  readonly cache_write: string;
  readonly cache_write_1h?: string;
  readonly reasoning?: string;
  /** Each. */
  readonly web_search?: string;
  /** Each. */
  readonly request?: string;
}

/** Whose word a price is. */
export interface PriceSource {
  readonly kind: 'config' | 'built-in' | 'list';
  readonly preset?: string;
  readonly as_of?: string;
  readonly source?: string;
  readonly up_to_input_tokens?: number;
  readonly note?: string;
}

export interface TargetRow {
  readonly provider: string;
  readonly model: string;
  readonly weight: number;
  readonly priority: number;
  readonly price: Price | null;
  readonly breaker: { readonly state: BreakerState; readonly failures: number; readonly retry_at: string | null };
  readonly first_byte_ms: { readonly p50: number; readonly p95: number; readonly requests: number } | null;
}

export interface ModelRow {
  readonly id: string;
  readonly shapes: readonly string[];
  readonly price: Price | null;
  readonly price_source: PriceSource | null;
  readonly context: number | null;
  readonly max_output: number | null;
  readonly tools: boolean;
  readonly vision: boolean;
  readonly glob: boolean;
  readonly alias_of: string | null;
  readonly policy: string;
  readonly targets: readonly TargetRow[];
}

export interface Choice {
  readonly at: string;
  readonly id: string;
  readonly model: string;
  readonly pool: string;
  readonly role: string;
  readonly reason: string;
  readonly confidence: number;
  readonly steering: string;
}

export interface OrchestraState {
  readonly served: boolean;
  /** From 0, the cheapest, to 1, the best. */
  readonly quality: number;
  readonly pools: Readonly<Record<string, readonly string[]>>;
  readonly recent: readonly Choice[];
}

export interface Catalogue {
  readonly models: readonly ModelRow[];
  readonly orchestra: OrchestraState;
}

export function readModels(signal?: AbortSignal): Promise<Catalogue> {
  return ask<Catalogue>('/api/models', { signal });
}
