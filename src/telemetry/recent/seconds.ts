import type { RequestFinished } from '../events.ts';
import { isFailed } from '../failed.ts';
import { BINS, binOf, percentile } from './time-bins.ts';

/** Five minutes and what is yet to end. */
const KEPT = 310;
const NOBODY = -1;

/** What ended within one second. */
export interface SecondPoint {
  readonly requests: number;
  readonly errors: number;
  /** To the first byte; null: nothing was answered. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Streams that were open. */
  readonly streams: number;
}

export interface SecondSums {
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** Requests counted by the second in which they ended: 150 kB, whatever comes. Seconds are those of Unix. */
export class Seconds {
  /** Which second a place is of. */
  readonly #second = new Float64Array(KEPT).fill(NOBODY);
  readonly #requests = new Uint32Array(KEPT);
  readonly #errors = new Uint32Array(KEPT);
  readonly #streams = new Int32Array(KEPT).fill(NOBODY);
  readonly #times = Array.from({ length: KEPT }, () => new Uint16Array(BINS));

  add(event: RequestFinished): void {
    const at = this.#placeOf(Math.floor(event.at / 1000));
    if (at === undefined) return;
    this.#requests[at] = (this.#requests[at] as number) + 1;
    if (isFailed(event)) this.#errors[at] = (this.#errors[at] as number) + 1;
    if (event.firstByteMs === undefined) return;
    const times = this.#times[at] as Uint16Array;
    const bin = binOf(event.firstByteMs);
    times[bin] = (times[bin] as number) + 1;
  }

  streamsOpen(second: number, count: number): void {
    const at = this.#placeOf(second);
    if (at !== undefined) this.#streams[at] = count;
  }

  /** Points of so many seconds, the last one being that before `end`. */
  points(end: number, count: number): readonly SecondPoint[] {
    let streams = 0;
    return Array.from({ length: count }, (_, index) => {
      const at = this.#find(end - count + index);
      // Of a second in which nobody looked the one before is told.
      if (at !== undefined && this.#streams[at] !== NOBODY) streams = this.#streams[at] as number;
      if (at === undefined) return { requests: 0, errors: 0, p50Ms: null, p95Ms: null, streams };
      return { ...this.#sum([at]), streams };
    });
  }

  /** What ended in so many seconds together, the last one being that before `end`. */
  sum(end: number, count: number): SecondSums {
    return this.#sum(Array.from({ length: count }, (_, index) => this.#find(end - count + index) ?? NOBODY));
  }

  #sum(places: readonly number[]): SecondSums {
    const times = new Uint32Array(BINS);
    let requests = 0;
    let errors = 0;
    for (const at of places) {
      if (at === NOBODY) continue;
      requests += this.#requests[at] as number;
      errors += this.#errors[at] as number;
      const own = this.#times[at] as Uint16Array;
      for (let bin = 0; bin < BINS; bin++) times[bin] = (times[bin] as number) + (own[bin] as number);
    }
    return { requests, errors, p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95) };
  }

  #find(second: number): number | undefined {
    const at = ((second % KEPT) + KEPT) % KEPT;
    return this.#second[at] === second ? at : undefined;
  }

  /** Its place, made empty for it; undefined: a later one has it, because the clock went back. */
  #placeOf(second: number): number | undefined {
    const at = second % KEPT;
    const known = this.#second[at] as number;
    if (known === second) return at;
    if (known > second && known - second < 3 * KEPT) return undefined;
    this.#second[at] = second;
    this.#requests[at] = 0;
    this.#errors[at] = 0;
    this.#streams[at] = NOBODY;
    (this.#times[at] as Uint16Array).fill(0);
    return at;
  }
}
