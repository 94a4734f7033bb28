import type { BreakerState } from './now.ts';
import { ask } from './request.ts';

/** US dollars per million tokens. */
export interface Price {
  readonly input: string;
  readonly output: string;
  readonly cache_read?: string | null;
  readonly cache_write?: string | null;
}

export interface TargetRow {
  readonly provider: string;
  readonly model: string;
  readonly weight: number;
  readonly priority: number;
  readonly price: Price | null;
  readonly breaker: { readonly state: BreakerState; readonly retry_at?: string | null } | null;
  readonly first_byte_ms: { readonly p50: number | null; readonly p95: number | null } | null;
}

export interface ModelRow {
  readonly id: string;
  readonly shapes?: readonly string[];
  readonly price: Price | null;
  readonly price_source: string | null;
  readonly context: number | null;
  readonly max_output: number | null;
  readonly tools: boolean | null;
  readonly vision: boolean | null;
  readonly glob: boolean;
  readonly alias_of?: string | null;
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
  readonly steering: string | null;
}

export interface OrchestraState {
  readonly served: boolean;
  readonly quality: string | number | null;
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
