import type { RequestFinished } from '../../../telemetry/events.ts';
import type { Target } from './schema.ts';

/** The times to the first byte of all targets, from when each was asked: by provider, then by upstream model. */
export function firstByteTimes(
  events: Iterable<RequestFinished>,
): ReadonlyMap<string, ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, Map<string, number[]>>();
  for (const { provider, upstreamModel, firstByteMs, tryStartedMs = 0 } of events) {
    if (provider === undefined || upstreamModel === undefined || firstByteMs === undefined) continue;
    const ofProvider = times.get(provider) ?? new Map<string, number[]>();
    times.set(provider, ofProvider);
    const ofModel = ofProvider.get(upstreamModel) ?? [];
    ofProvider.set(upstreamModel, ofModel);
    ofModel.push(firstByteMs - tryStartedMs);
  }
  return times;
}

export function percentilesOf(times: readonly number[]): Target['first_byte_ms'] {
  if (times.length === 0) return null;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] as number;
  return { p50: round(at(0.5)), p95: round(at(0.95)), requests: times.length };
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
