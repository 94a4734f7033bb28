import type { LedgerEntry } from '../../../accounts/ledger/ports.ts';
import { formatUsd } from '../../../accounts/pricing.ts';
import type { RequestFinished } from '../../../telemetry/events.ts';
import type { RequestRow } from './schema.ts';

/** What is known of one request: its entry in the ledger, what this process remembers of it, or both. */
export type Known =
  | { readonly entry: LedgerEntry; readonly event: RequestFinished | undefined }
  | { readonly entry: undefined; readonly event: RequestFinished };

export function idOf({ entry, event }: Known): string {
  return (entry ?? (event as RequestFinished)).requestId;
}

/** `keyName`: of a key's id; undefined where there is no such key. The ledger's word goes before what is remembered. */
export function toRow({ entry, event }: Known, keyName: (id: string) => string | undefined): RequestRow {
  const money = entry ?? (event as RequestFinished);
  const key = money.keyId ?? null;
  return {
    id: money.requestId,
    at: new Date(entry?.atMs ?? startOf(event as RequestFinished)).toISOString(),
    settled: entry !== undefined,
    account: money.account ?? null,
    key,
    key_name: (key === null ? undefined : keyName(key)) ?? null,
    model: money.model ?? null,
    provider: money.provider ?? null,
    upstream_model: money.upstreamModel ?? null,
    shape: event?.shape ?? null,
    stream: event?.stream ?? null,
    status: event?.status ?? null,
    outcome: money.outcome,
    attempts: money.attempts,
    input_tokens: money.usage?.inputTokens ?? 0,
    output_tokens: money.usage?.outputTokens ?? 0,
    cost_usd: money.costNano === undefined ? null : formatUsd(money.costNano),
    estimated: entry?.estimated ?? event?.usageEstimated ?? false,
    duration_ms: event === undefined ? durationOf(entry as LedgerEntry) : round(event.durationMs),
    first_byte_ms: event?.firstByteMs === undefined ? null : round(event.firstByteMs),
    steering: event?.steering ?? null,
    error_code: event?.errorCode ?? null,
  };
}

/** When it came in, Unix milliseconds. */
export function startOf({ at, durationMs }: RequestFinished): number {
  return Math.floor(at - durationMs);
}

/** From the hold to the settlement; whoever finds a killed one settles it some time later. */
function durationOf({ outcome, atMs, settledAtMs }: LedgerEntry): number | null {
  return outcome === 'killed' ? null : settledAtMs - atMs;
}

export function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
