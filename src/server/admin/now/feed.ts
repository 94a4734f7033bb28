import { clearTimeout, setTimeout } from 'node:timers';

/** A reader who takes no more is not waited for: this many events may be on their way. */
const MOST_WAITING = 8;
/** A session may end meanwhile: this often is asked for it. */
const ASK_MS = 5000;
/** Whoever looks on comes again by itself, after `RETRY_MS`. */
const LONGEST_MS = 120_000;
const RETRY_MS = 500;
/** The second has to be whole, and what ended in it told of. */
const BEHIND_MS = 200;

interface Reader {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  readonly sinceMs: number;
  readonly isStillIn: () => Promise<boolean>;
  askedMs: number;
}

export interface FeedOptions {
  /** The event of the second before `end`, Unix seconds. */
  readonly eventOf: (end: number) => Promise<unknown>;
  readonly onFault: (what: string, cause: unknown) => void;
}

const encoder = new TextEncoder();

/** Tells all who look on, once a second, by server-sent events. Nothing is done while nobody does. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #readers = new Set<Reader>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastEnd = 0;
  #isClosed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** A stream of its own for one who looks on, until that is no more allowed. */
  open(isStillIn: () => Promise<boolean>): ReadableStream<Uint8Array> {
    let reader: Reader | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          if (this.#isClosed) return controller.close();
          const now = performance.now();
          reader = { controller, sinceMs: now, isStillIn, askedMs: now };
          // At once, so that the page knows it is connected.
          controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n: open\n\n`));
          this.#readers.add(reader);
          this.#schedule();
        },
        cancel: () => {
          if (reader !== undefined) this.#readers.delete(reader);
        },
      },
      { highWaterMark: MOST_WAITING },
    );
  }

  /** Ends every stream. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const reader of this.#readers) this.#end(reader);
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#readers.size === 0 || this.#isClosed) return;
    const waitMs = 1000 - ((Date.now() - BEHIND_MS) % 1000);
    this.#timer = setTimeout(() => void this.#tick(), waitMs);
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    try {
      await this.#tell();
    } catch (cause) {
      this.#options.onFault('what the gateway does could not be told', cause);
    } finally {
      this.#timer = undefined;
      this.#schedule();
    }
  }

  async #tell(): Promise<void> {
    const end = Math.floor((Date.now() - BEHIND_MS / 2) / 1000);
    // A clock may be a little fast or slow: no second is told twice.
    if (end === this.#lastEnd) return;
    this.#lastEnd = end;
    if (this.#readers.size === 0) return;
    const event = encoder.encode(`event: now\ndata: ${JSON.stringify(await this.#options.eventOf(end))}\n\n`);
    const now = performance.now();
    for (const reader of this.#readers) {
      if ((reader.controller.desiredSize ?? 0) > 0) reader.controller.enqueue(event);
      if (now - reader.sinceMs >= LONGEST_MS) this.#end(reader);
      else if (now - reader.askedMs >= ASK_MS) void this.#askFor(reader, now);
    }
  }

  async #askFor(reader: Reader, now: number): Promise<void> {
    reader.askedMs = now;
    // While the store cannot be asked nobody is sent away: who it is was known a moment ago.
    const isIn = await reader.isStillIn().catch(() => true);
    if (!isIn && this.#readers.has(reader)) this.#end(reader);
  }

  #end(reader: Reader): void {
    this.#readers.delete(reader);
    try {
      reader.controller.close();
    } catch {
      // Its reader has left.
    }
  }
}
