import type { Admitted, Denied, Lease, LimitKind, LimitScope, LimitState, Limits } from './ports.ts';
import { remaining, resetMs, UNIT, waitMs } from './gcra.ts';

/** A place that comes free says so to nobody, so whoever waits for one asks again after this. */
const CONCURRENCY_RETRY_MS = 1000;

/** One limit as it was found: what is used of it, and how long it bars the request. */
export interface Reading {
  readonly scope: LimitScope;
  readonly kind: LimitKind;
  readonly limit: number;
  /** Units of a bucket (`gcra.ts`); for concurrency, places taken. */
  readonly used: number;
  /** 0: not at all. */
  readonly waitMs: number;
}

export function isUnlimited(limits: Limits): boolean {
  return limits.rpm === null && limits.tpm === null && limits.concurrency === null;
}

/** What is used of a key or an account: units of its two buckets, drained, and places. */
export interface Used {
  readonly requests: number;
  readonly tokens: number;
  readonly places: number;
}

/** Adds where a key or an account stands with each of its limits, for a request of `tokens`. */
export function addReadings(
  readings: Reading[],
  scope: LimitScope,
  { rpm, tpm, concurrency }: Limits,
  used: Used,
  tokens: number,
): void {
  if (rpm !== null) {
    readings.push({ scope, kind: 'requests', limit: rpm, used: used.requests, waitMs: waitMs(used.requests, 1, rpm) });
  }
  if (tpm !== null) {
    readings.push({ scope, kind: 'tokens', limit: tpm, used: used.tokens, waitMs: waitMs(used.tokens, tokens, tpm) });
  }
  if (concurrency !== null) {
    const wait = used.places < concurrency ? 0 : CONCURRENCY_RETRY_MS;
    readings.push({ scope, kind: 'concurrency', limit: concurrency, used: used.places, waitMs: wait });
  }
}

/** The limit that bars a request longest, the first among equals; undefined where none does. */
export function barring(readings: readonly Reading[]): Reading | undefined {
  let worst: Reading | undefined;
  for (const reading of readings) if (reading.waitMs > (worst?.waitMs ?? 0)) worst = reading;
  return worst;
}

export function denied(readings: readonly Reading[], by: Reading): Denied {
  return {
    outcome: 'denied',
    by: stateOf(by),
    retryAfterMs: by.waitMs,
    states: readings.map((reading) => stateOf(reading)),
  };
}

/** The answer to a request of `tokens` that is let through; `readings` are from before it was counted. */
export function admitted(readings: readonly Reading[], tokens: number, lease: Lease): Admitted {
  const states = readings.map((reading) => stateOf(reading, costOf(reading.kind, tokens)));
  return { outcome: 'admitted', lease, states };
}

function costOf(kind: LimitKind, tokens: number): number {
  if (kind === 'concurrency') return 1;
  return kind === 'requests' ? UNIT : tokens * UNIT;
}

function stateOf({ scope, kind, limit, used: before }: Reading, cost = 0): LimitState {
  const used = before + cost;
  return kind === 'concurrency'
    ? { scope, kind, limit, remaining: Math.max(0, limit - used), resetMs: 0 }
    : { scope, kind, limit, remaining: remaining(used, limit), resetMs: resetMs(used, limit) };
}

const FREE_LEASE: Lease = { correct: () => undefined, release: () => undefined };

/** For whom nothing is limited, nothing is counted. */
export const UNLIMITED: Admitted = { outcome: 'admitted', lease: FREE_LEASE, states: [] };
