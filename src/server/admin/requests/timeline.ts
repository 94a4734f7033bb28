import type { LedgerEntry } from '../../../accounts/ledger/ports.ts';
import { costNano, formatUsd } from '../../../accounts/pricing.ts';
import type { Usage } from '../../../protocol/usage.ts';
import type { LostTry, RequestFinished } from '../../../telemetry/events.ts';
import { hasKept } from '../../../telemetry/metrics/attempts.ts';
import { round } from './row.ts';
import type { Attempt, UsageAmounts } from './schema.ts';

/** The requests to upstreams in their order, by what this process remembers. */
export function timelineOf(event: RequestFinished): Attempt[] {
  const attempts = event.lost.map(lostAttempt);
  if (!hasKept(event)) return attempts;
  const { tryStartedMs, durationMs, usage, costNano: cost, outcome, errorCode } = event;
  const kept: Attempt = {
    kind: 'attempt',
    provider: event.provider ?? '',
    upstream_model: event.upstreamModel ?? '',
    started_ms: tryStartedMs === undefined ? null : round(tryStartedMs),
    took_ms: tryStartedMs === undefined ? null : round(durationMs - tryStartedMs),
    result: outcome === 'answered' ? 'answered' : (errorCode ?? outcome),
    may_cost: true,
    usage: usage === undefined ? null : usageAmounts(usage),
    cost_usd: cost === undefined ? null : formatUsd(cost),
  };
  return [...attempts, kept].sort((a, b) => (a.started_ms ?? 0) - (b.started_ms ?? 0));
}

function lostAttempt({
  provider,
  upstreamModel,
  startedMs,
  tookMs,
  errorCode,
  mayCost,
  usage,
  price,
}: LostTry): Attempt {
  return {
    kind: 'attempt',
    provider,
    upstream_model: upstreamModel,
    started_ms: round(startedMs),
    took_ms: round(tookMs),
    result: errorCode,
    may_cost: mayCost,
    usage: usage === undefined ? null : usageAmounts(usage),
    cost_usd: usage === undefined || price === undefined ? null : formatUsd(costNano(usage, price)),
  };
}

/** The same by what the ledger keeps, which has no times. */
export function ledgerTimeline(entry: LedgerEntry): Attempt[] {
  const { lost, provider, upstreamModel, attempts, outcome, usage, costNano: cost } = entry;
  const timeless = { kind: 'attempt', started_ms: null, took_ms: null } as const;
  const all = lost.map((one): Attempt => ({
    ...timeless,
    provider: one.provider,
    upstream_model: one.upstreamModel,
    result: one.errorCode,
    may_cost: one.mayCost,
    usage: null,
    cost_usd: one.costNano === undefined ? null : formatUsd(one.costNano),
  }));
  if (provider === undefined || attempts <= lost.length) return all;
  const kept: Attempt = {
    ...timeless,
    provider,
    upstream_model: upstreamModel ?? '',
    result: outcome,
    may_cost: true,
    usage: usageAmounts(usage),
    cost_usd: formatUsd(cost),
  };
  return [...all, kept];
}

export function usageAmounts(usage: Usage): UsageAmounts {
  const { cacheWrite1hTokens, inputAudioTokens, inputImageTokens, outputAudioTokens, serverToolUses } = usage;
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    reasoning_tokens: usage.reasoningTokens,
    ...(cacheWrite1hTokens ? { cache_write_1h_tokens: cacheWrite1hTokens } : {}),
    ...(inputAudioTokens ? { input_audio_tokens: inputAudioTokens } : {}),
    ...(inputImageTokens ? { input_image_tokens: inputImageTokens } : {}),
    ...(outputAudioTokens ? { output_audio_tokens: outputAudioTokens } : {}),
    ...(serverToolUses ? { server_tool_uses: serverToolUses } : {}),
  };
}
