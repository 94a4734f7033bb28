/**
 * The generic cell rate algorithm as a leaky bucket of integers. A bucket holds what was used and has not drained yet, in
 * units of 1/60,000 of a request or token: then N a minute drain N units a millisecond, exactly, for any N. Unlike an
 * arrival time, that number keeps its meaning when the limit is changed.
 */

/** Units of one request or token; also the milliseconds of the minute it all drains in. */
export const UNIT = 60_000;

/** Where debts stop growing: far from what a double cannot count, and months away at any real limit. */
export const MAX_USED = 4_000_000_000_000_000;

export interface Bucket {
  /** Units. More than `perMinute * UNIT` where a request took more than was allowed: a debt. */
  used: number;
  /** When `used` was true: milliseconds on one clock, integer. */
  at: number;
  /** The last moment the bucket was known to be all drained. */
  idleAt: number;
}

export function emptyBucket(now: number): Bucket {
  return { used: 0, at: now, idleAt: now };
}

/** Brings a bucket to the present. A clock that was set back drains nothing, and goes on from where it is. */
export function drain(bucket: Bucket, now: number, perMinute: number): void {
  const elapsed = now - bucket.at;
  bucket.at = now;
  // Compared before it is multiplied: a long absence times a high limit is no exact integer.
  if (elapsed * perMinute >= bucket.used) bucket.used = 0;
  else if (elapsed > 0) bucket.used -= elapsed * perMinute;
  if (bucket.used === 0 || bucket.idleAt > now) bucket.idleAt = now;
}

/** Milliseconds until a drained bucket has room for `cost`; 0 = now. More than a minute's worth waits for a full minute. */
export function waitMs(used: number, cost: number, perMinute: number): number {
  const over = used - Math.max(0, perMinute - cost) * UNIT;
  return over <= 0 ? 0 : Math.ceil(over / perMinute);
}

/** Adds requests or tokens to a drained bucket. */
export function charge(bucket: Bucket, cost: number): void {
  bucket.used = Math.min(MAX_USED, bucket.used + cost * UNIT);
}

/**
 * Takes back what was charged too much at `chargedAt`, from a drained bucket. What has drained meanwhile is gone: never
 * more comes back than is still in the bucket, and nothing if it was all drained once since then, as what it holds now
 * was charged later.
 */
export function credit(bucket: Bucket, cost: number, chargedAt: number): void {
  if (bucket.idleAt > chargedAt) return;
  bucket.used = Math.max(0, bucket.used - cost * UNIT);
}

/** What a drained bucket has room for, in whole requests or tokens. */
export function remaining(used: number, perMinute: number): number {
  return Math.max(0, Math.floor((perMinute * UNIT - used) / UNIT));
}

/** Milliseconds until all of it has drained. */
export function resetMs(used: number, perMinute: number): number {
  return Math.ceil(used / perMinute);
}

/** A cost a bucket can be charged with. */
export function wholeCost(tokens: number, least: number): number {
  return Number.isFinite(tokens) ? Math.min(1_000_000_000, Math.max(least, Math.ceil(tokens))) : least;
}
