import type { RequestFinished } from '../telemetry/events.ts';

export interface AftermathOptions {
  /** Writes the log line. */
  readonly log: (event: RequestFinished) => void;
  /** Told when that fails; the other events are still handled. */
  readonly onError: (error: unknown) => void;
}

const DELAY_MS = 50;
const MAX_WAITING = 2000;

/**
 * What is done about a request when it is over, done for many at once: writing a line costs several times more between
 * two requests than in a row, where the code is in the processor's cache.
 */
export class Aftermath {
  readonly #options: AftermathOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #waiting: RequestFinished[] = [];

  constructor(options: AftermathOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.drain(), DELAY_MS);
    this.#timer.unref();
  }

  add(event: RequestFinished): void {
    if (this.#waiting.push(event) >= MAX_WAITING) this.drain();
  }

  /** Handles everything that waits, now. */
  drain(): void {
    if (this.#waiting.length === 0) return;
    const events = this.#waiting;
    this.#waiting = [];
    for (const event of events) {
      try {
        this.#options.log(event);
      } catch (error) {
        this.#options.onError(error);
      }
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.drain();
  }
}
