import { clearInterval, setInterval } from 'node:timers';
import type { Events, RequestFinished } from '../events.ts';
import { isModelRequest, RecentRequests } from './recent-requests.ts';
import { Seconds } from './seconds.ts';

/** Events are told some 50 ms late: a second is not whole before. */
const LATE_MS = 100;

/** Remembers what was asked of models lately, for the operator to look at: 0.3 µs a request until somebody does. */
export class Recorder implements Events {
  readonly requests = new RecentRequests();
  readonly seconds = new Seconds();
  /** Since when it counts, Unix milliseconds. */
  readonly sinceMs = Date.now();
  readonly #begunMs = performance.now();
  #timer: ReturnType<typeof setInterval> | undefined;

  readonly requestFinished = (event: RequestFinished): void => {
    if (!isModelRequest(event)) return;
    this.requests.add(event);
    this.seconds.add(event);
  };

  readonly fault = (): void => undefined;

  readonly notice = (): void => undefined;

  /** From now on counts the streams that are open, once a second. */
  watch({ streamsInFlight }: { readonly streamsInFlight: () => number }): void {
    this.#timer ??= setInterval(() => {
      this.seconds.streamsOpen(Math.floor(Date.now() / 1000), streamsInFlight());
    }, 1000);
    this.#timer.unref();
  }

  /** The second that is not over yet; of all before it everything is known. */
  currentSecond(nowMs: number): number {
    return Math.floor((nowMs - LATE_MS) / 1000);
  }

  /** How long it has counted, whatever was done to the clock meanwhile. */
  get ageMs(): number {
    return performance.now() - this.#begunMs;
  }

  /** All that was served since is remembered in full, Unix milliseconds. */
  get liveSinceMs(): number {
    return this.requests.sinceMs ?? this.sinceMs;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
