import { clampRetryAfter } from '../../protocol/render-error.ts';
import type { Shape } from '../../protocol/shape.ts';
import type { Admission, LimitKind, LimitState } from './ports.ts';

/** The kinds the vendors have headers for; both call them the same. */
const TOLD: readonly LimitKind[] = ['requests', 'tokens'];

/**
 * Where the caller stands, in the headers of its shape: `x-ratelimit-*` or `anthropic-ratelimit-*`. Of a key's and its
 * account's limit of one kind, the one that leaves less is told. A refusal adds `retry-after`. `unixMs` is the present,
 * for the times of day in Anthropic's.
 */
export function limitHeaders(shape: Shape, admission: Admission, unixMs: number): Record<string, string> {
  const headers: Record<string, string> = {};
  if (admission.outcome !== 'unavailable') {
    for (const kind of TOLD) {
      const state = tightest(admission.states, kind);
      if (state !== undefined) ADD[shape](headers, state, unixMs);
    }
  }
  if (admission.outcome !== 'admitted') {
    const seconds = retryAfterSeconds(admission.retryAfterMs);
    headers['retry-after'] = String(seconds);
    headers['retry-after-ms'] = String(seconds * 1000);
  }
  return headers;
}

/** Whole seconds, 1…60, as every `retry-after` of this gateway is. */
export function retryAfterSeconds(ms: number): number {
  return clampRetryAfter(ms / 1000);
}

function tightest(states: readonly LimitState[], kind: LimitKind): LimitState | undefined {
  let found: LimitState | undefined;
  for (const state of states) {
    if (state.kind === kind && (found === undefined || isTighter(state, found))) found = state;
  }
  return found;
}

/** Where both leave nothing, the one that takes longer to come back. */
function isTighter(state: LimitState, than: LimitState): boolean {
  return state.remaining === than.remaining ? state.resetMs > than.resetMs : state.remaining < than.remaining;
}

type Add = (headers: Record<string, string>, state: LimitState, unixMs: number) => void;

const ADD: Readonly<Record<Shape, Add>> = {
  openai(headers, { kind, limit, remaining, resetMs }) {
    headers[`x-ratelimit-limit-${kind}`] = String(limit);
    headers[`x-ratelimit-remaining-${kind}`] = String(remaining);
    headers[`x-ratelimit-reset-${kind}`] = formatGoDuration(resetMs);
  },
  anthropic(headers, { kind, limit, remaining, resetMs }, unixMs) {
    headers[`anthropic-ratelimit-${kind}-limit`] = String(limit);
    headers[`anthropic-ratelimit-${kind}-remaining`] = String(remaining);
    headers[`anthropic-ratelimit-${kind}-reset`] = formatSecond(unixMs + resetMs);
  },
};

/** As Go prints a duration: `0s`, `120ms`, `8.572s`, `6m0s`, `1h0m1.5s`. */
export function formatGoDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 1000) return `${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = `${(ms % 60_000) / 1000}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

/** The latest time a date can hold: a debt may last longer. */
const LAST_MS = 8_640_000_000_000_000;

/** RFC 3339, the second it is over by: `2027-01-31T18:00:00Z`. */
function formatSecond(unixMs: number): string {
  const second = Math.min(LAST_MS, Math.ceil(unixMs / 1000) * 1000);
  return new Date(second).toISOString().replace('.000Z', 'Z');
}
