import type { RequestFinished } from '../events.ts';
import type { Delivered } from '../otlp/delivery.ts';

export interface TraceExporterOptions {
  readonly deliver: (body: string) => Promise<Delivered>;
  readonly encode: (events: readonly RequestFinished[]) => string;
  /** How many spans the collector took, and how many it never will. */
  readonly onSent: (count: number) => void;
  readonly onDropped: (count: number) => void;
  readonly delayMs?: number;
}

/** Traces that wait; beyond that they are dropped: a collector that is gone must not fill the memory. */
export const MAX_QUEUE = 2048;
export const MAX_BATCH = 256;
const DELAY_MS = 2000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** Sends the traces of requests, many at a time, one batch after the other. Nobody ever waits for it. */
export class TraceExporter {
  readonly #options: TraceExporterOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #queue: RequestFinished[] = [];
  /** What is being sent, or was not taken and goes first the next time. */
  #batch: readonly RequestFinished[] = [];
  #sending: Promise<void> | undefined;
  #notBeforeMs = 0;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(options: TraceExporterOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#run(), options.delayMs ?? DELAY_MS);
    this.#timer.unref();
  }

  add(event: RequestFinished): void {
    if (this.#queue.length >= MAX_QUEUE) this.#options.onDropped(spansIn([event]));
    else if (this.#queue.push(event) >= MAX_BATCH) void this.#run();
  }

  /** Sends what there is for at most so long; what is left then is dropped. */
  async close(withinMs: number): Promise<void> {
    clearInterval(this.#timer);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    await Promise.race([this.#drain(), late]);
    clearTimeout(timer);
    const left = spansIn(this.#batch) + spansIn(this.#queue);
    this.#queue = [];
    this.#batch = [];
    if (left > 0) this.#options.onDropped(left);
  }

  /** One more try for what waits: the process ends, so there is no later. */
  async #drain(): Promise<void> {
    await this.#sending;
    this.#notBeforeMs = 0;
    await this.#run();
  }

  #run(): Promise<void> {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #send(): Promise<void> {
    const { deliver, encode, onSent, onDropped } = this.#options;
    while (performance.now() >= this.#notBeforeMs) {
      if (this.#batch.length === 0) this.#batch = this.#queue.splice(0, MAX_BATCH);
      if (this.#batch.length === 0) return;
      const spans = spansIn(this.#batch);
      const delivered = await deliver(encode(this.#batch));
      if (this.#batch.length === 0) return;
      if (delivered.kind === 'later') return this.#pause(delivered.afterMs);
      this.#batch = [];
      this.#pauseMs = FIRST_PAUSE_MS;
      const dropped = delivered.kind === 'refused' ? spans : Math.min(spans, delivered.rejected);
      if (dropped > 0) onDropped(dropped);
      if (spans > dropped) onSent(spans - dropped);
    }
  }

  #pause(askedMs: number | undefined): void {
    this.#notBeforeMs = performance.now() + (askedMs ?? this.#pauseMs);
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * this.#pauseMs);
  }
}

/** Each request has a span of its own, and one for each try. */
function spansIn(events: readonly RequestFinished[]): number {
  return events.reduce((sum, { attempts }) => sum + 1 + attempts, 0);
}
