import type { RequestFinished } from '../events.ts';

/** Requests of models that are remembered: those that were let through, and those that were not. */
const MOST_ACCEPTED = 8000;
const MOST_REFUSED = 2000;
/** What a client makes up is remembered no longer than this, in characters, and no more of it. */
const LONGEST_TEXT = 256;
const MOST_WARNINGS = 50;

const MODEL_ROUTES: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/messages']);

/** Whether a model was asked for an answer: what is free, or no route at all, is not. */
export function isModelRequest({ route }: Pick<RequestFinished, 'route'>): boolean {
  return MODEL_ROUTES.has(route);
}

/**
 * The latest requests as they were told of, about 1 kB each. Who is refused over and over pushes out others that were
 * refused, never one that was served.
 */
export class RecentRequests {
  readonly #accepted = new Latest<RequestFinished>(MOST_ACCEPTED);
  readonly #refused = new Latest<RequestFinished>(MOST_REFUSED);

  add(event: RequestFinished): void {
    const kept = event.outcome === 'refused' ? this.#refused : this.#accepted;
    kept.add(shortened(event));
  }

  /** In no order. */
  *all(): Generator<RequestFinished> {
    yield* this.#accepted.all();
    yield* this.#refused.all();
  }

  byId(): ReadonlyMap<string, RequestFinished> {
    return new Map([...this.all()].map((event) => [event.requestId, event]));
  }

  find(requestId: string): RequestFinished | undefined {
    for (const event of this.all()) if (event.requestId === requestId) return event;
    return undefined;
  }

  /** All that was served and ended after this is remembered, Unix milliseconds; undefined: since the start. */
  get sinceMs(): number | undefined {
    return this.#accepted.pushedOut?.at;
  }
}

/** The latest of many, in a place that does not grow. */
class Latest<T> {
  readonly #most: number;
  readonly #items: T[] = [];
  #next = 0;
  /** The latest that had to make room. */
  pushedOut: T | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  add(item: T): void {
    if (this.#items.length < this.#most) {
      this.#items.push(item);
      return;
    }
    this.pushedOut = this.#items[this.#next];
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.#most;
  }

  all(): Iterable<T> {
    return this.#items;
  }
}

/** A model's name may be megabytes of a client's own, and the places that warnings name its invention. */
function shortened(event: RequestFinished): RequestFinished {
  const { model, warnings } = event;
  const isLong = model !== undefined && model.length > LONGEST_TEXT;
  if (!isLong && warnings.length === 0) return event;
  return {
    ...event,
    model: isLong ? cut(model) : model,
    warnings: warnings.slice(0, MOST_WARNINGS).map((code) => (code.length > LONGEST_TEXT ? cut(code) : code)),
  };
}

/** A copy: a part of a text keeps all of it in memory. */
function cut(text: string): string {
  return Buffer.from(`${text.slice(0, LONGEST_TEXT).toWellFormed()}…`).toString();
}
