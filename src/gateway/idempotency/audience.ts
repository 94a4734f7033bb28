import { ClientGone } from '../attempts/attempt.ts';
import type { Ticker } from '../ticker.ts';

export interface AudienceOptions {
  readonly ticker: Ticker;
  /** How long an answer goes on without anybody to get it. */
  readonly waitMs: number;
  /** Nobody is there, and nobody came back in time. */
  readonly onDeserted: () => void;
}

/** One client's place in an audience. */
export interface Seat {
  readonly hasLeft: boolean;
  /** Rejects with {@link ClientGone} when the client leaves. */
  readonly left: Promise<never>;
  /** The client has left before it had all. */
  leave(): void;
  /** The client has all: its going means nothing any more. */
  rest(): void;
}

/** The clients that wait for one answer. */
export class Audience {
  readonly #options: AudienceOptions;
  #present = 0;
  #isClosed = false;
  #stopWaiting: (() => void) | undefined;

  constructor(options: AudienceOptions) {
    this.#options = options;
  }

  /** `signal`: aborts when the client leaves. */
  join(signal: AbortSignal): Seat {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.#present++;
    const gone = Promise.withResolvers<never>();
    gone.promise.catch(() => undefined);
    let hasLeft = false;
    let isOver = false;
    const end = () => {
      if (isOver) return false;
      isOver = true;
      signal.removeEventListener('abort', leave);
      this.#present--;
      return true;
    };
    const leave = () => {
      if (!end()) return;
      hasLeft = true;
      gone.reject(new ClientGone('the client closed the connection'));
      this.#noteAbsence();
    };
    signal.addEventListener('abort', leave);
    if (signal.aborted) leave();
    return {
      get hasLeft() {
        return hasLeft;
      },
      left: gone.promise,
      leave,
      rest: () => void end(),
    };
  }

  /** The answer is over: nobody is waited for. */
  close(): void {
    this.#isClosed = true;
    this.#stopWaiting?.();
  }

  #noteAbsence(): void {
    if (this.#present > 0 || this.#isClosed) return;
    const { ticker, waitMs, onDeserted } = this.#options;
    this.#stopWaiting = ticker.after(waitMs, onDeserted);
  }
}
