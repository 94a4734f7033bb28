import { clearInterval, setInterval } from 'node:timers';
import type { Reply } from '../../accounts/redis/connection.ts';
import { inTime } from '../../accounts/redis/in-time.ts';
import type { RedisLink } from '../../accounts/redis/link.ts';
import {
  type Claim,
  type EntryName,
  entryBytes,
  type ReplayLimits,
  type ReplayStore,
} from '../../gateway/idempotency/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { CLAIM, KEEP, RELEASE, RENEW } from './scripts.ts';

export interface RedisReplayStoreOptions {
  readonly link: RedisLink;
  /** Asked each time. Of these the room for all answers is the server's own business (`maxmemory`). */
  readonly limits: () => ReplayLimits;
  /** What remembers while Redis does not answer; undefined: nothing does, and requests with a key are refused. */
  readonly fallback: ReplayStore | undefined;
  /** After so long without a sign of life of this process what it claimed is free again. */
  readonly leaseMs?: number;
}

const LEASE_MS = 60_000;
/** Signs of life in the span of a lease: two may go astray. */
const BEATS = 3;
/** An answer of some megabytes takes longer than the link's own limit. */
const ANSWER_MS = 5000;
const PREFIX = 'tokenharbor:replays:';

/**
 * Answers kept in a Redis that many processes share. The server runs out of room by its own rules: where it evicts, an
 * answer is forgotten before its time; where it does not, it is not kept, and that is told.
 */
export class RedisReplayStore implements ReplayStore {
  readonly #options: RedisReplayStoreOptions;
  readonly #link: RedisLink;
  readonly #leaseMs: number;
  /** Claims of this process, by their place; the value is the holder. */
  readonly #claims = new Map<string, string>();
  /** Places that were claimed while Redis did not answer. */
  readonly #elsewhere = new Set<string>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(options: RedisReplayStoreOptions) {
    this.#options = options;
    this.#link = options.link;
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
    for (const script of [CLAIM, KEEP, RELEASE, RENEW]) script.prepare(this.#link);
    this.#timer = setInterval(() => this.#renew(), Math.ceil(this.#leaseMs / BEATS));
    this.#timer.unref();
  }

  claim(name: EntryName, fingerprint: string, holder: string): Claim | Promise<Claim> {
    return this.#link.isUp ? this.#ask(name, fingerprint, holder) : this.#askElsewhere(name, fingerprint, holder);
  }

  keep(name: EntryName, holder: string, answer: Uint8Array): void | Promise<void> {
    const place = placeOf(name);
    if (this.#elsewhere.delete(place)) return this.#options.fallback?.keep(name, holder, answer);
    const limits = this.#options.limits();
    if (answer.length > entryBytes(limits)) return this.release(name, holder);
    const text = Buffer.from(answer).toString('base64');
    return this.#end(name, holder, KEEP.tell(this.#link, keysOf(name), [holder, text, limits.ttlMs]));
  }

  release(name: EntryName, holder: string): void | Promise<void> {
    const place = placeOf(name);
    if (this.#elsewhere.delete(place)) return this.#options.fallback?.release(name, holder);
    return this.#end(name, holder, RELEASE.tell(this.#link, keysOf(name).slice(0, 1), [holder]));
  }

  /** Signs of life end here. */
  close(): void {
    clearInterval(this.#timer);
  }

  async #ask(name: EntryName, fingerprint: string, holder: string): Promise<Claim> {
    const keys = keysOf(name);
    // What was given up on must not hold the name.
    const onLate = (): void => void RELEASE.tell(this.#link, keys.slice(0, 1), [holder]).catch(() => undefined);
    try {
      for (;;) {
        const reply = await CLAIM.run(this.#link, keys, [fingerprint, holder, this.#leaseMs], onLate);
        const [state, first] = reply as readonly [number, string];
        if (state === 0) {
          this.#claims.set(placeOf(name), holder);
          return { state: 'claimed' };
        }
        if (state === 1) return { state: 'held', fingerprint: first };
        const answer = await inTime(this.#link.tell(['GET', keys[1] as string]), ANSWER_MS);
        // It may have been forgotten between the two.
        if (typeof answer === 'string') {
          return { state: 'kept', fingerprint: first, answer: new Uint8Array(Buffer.from(answer, 'base64')) };
        }
      }
    } catch {
      return this.#askElsewhere(name, fingerprint, holder);
    }
  }

  async #askElsewhere(name: EntryName, fingerprint: string, holder: string): Promise<Claim> {
    const { fallback } = this.#options;
    if (fallback === undefined) {
      throw new ApiError(
        'service_unavailable',
        'Whether this Idempotency-Key was sent before cannot be told at the moment; send the request again later',
        { retryAfterS: 1 },
      );
    }
    const claim = await fallback.claim(name, fingerprint, holder);
    if (claim.state === 'claimed') this.#elsewhere.add(placeOf(name));
    return claim;
  }

  async #end(name: EntryName, holder: string, sent: Promise<Reply>): Promise<void> {
    const place = placeOf(name);
    if (this.#claims.get(place) === holder) this.#claims.delete(place);
    await inTime(sent, ANSWER_MS);
  }

  #renew(): void {
    for (const [place, holder] of this.#claims) {
      RENEW.tell(this.#link, [PREFIX + place], [holder, this.#leaseMs]).catch(() => undefined);
    }
  }
}

/** Both in one slot, by the name in braces. */
function keysOf(name: EntryName): readonly [string, string] {
  const key = PREFIX + placeOf(name);
  return [key, `${key}:answer`];
}

function placeOf({ owner, id }: EntryName): string {
  return `{${owner}:${id}}`;
}
