import type { Events } from '../events.ts';
import { type Posted, postJson } from './post.ts';

export type Signal = 'traces' | 'metrics';

/** What became of a body. `later`: it may be sent again, not before `afterMs` have passed, where that was asked for. */
export type Delivered =
  | { readonly kind: 'taken'; readonly rejected: number }
  | { readonly kind: 'refused' }
  | { readonly kind: 'later'; readonly afterMs: number | undefined };

export interface DeliveryOptions {
  readonly signal: Signal;
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly events: Pick<Events, 'fault' | 'notice'>;
}

const RETRIABLE = new Set([429, 502, 503, 504]);
const LONGEST_WAIT_S = 300;

/** Brings bodies of one signal to the collector, and says when that begins to fail, and when it works again. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #url: URL;
  #isFailing = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#url = new URL(`${options.endpoint}/v1/${options.signal}`);
  }

  /** Never rejects. */
  async deliver(body: string): Promise<Delivered> {
    let posted: Posted;
    try {
      posted = await postJson(this.#url, this.#options.headers, body);
    } catch (cause) {
      this.#fails('the collector does not answer', cause);
      return { kind: 'later', afterMs: undefined };
    }
    const { status, retryAfterS } = posted;
    if (status >= 200 && status < 300) {
      this.#works();
      return { kind: 'taken', rejected: rejectedIn(posted.body) };
    }
    this.#fails(`the collector answered ${status}`, undefined);
    if (!RETRIABLE.has(status)) return { kind: 'refused' };
    const waitS = retryAfterS === undefined ? undefined : Math.min(retryAfterS, LONGEST_WAIT_S);
    return { kind: 'later', afterMs: waitS === undefined ? undefined : waitS * 1000 };
  }

  #fails(why: string, cause: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#options.events.fault(`${this.#options.signal} cannot be sent: ${why}`, cause);
  }

  #works(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#options.events.notice(`${this.#options.signal} can be sent again`);
  }
}

/** Spans or points that the collector says it did not take. */
function rejectedIn(body: string): number {
  try {
    const { partialSuccess } = JSON.parse(body) as { partialSuccess?: Record<string, unknown> | null };
    const rejected = Number(partialSuccess?.['rejectedSpans'] ?? partialSuccess?.['rejectedDataPoints'] ?? 0);
    return rejected > 0 ? rejected : 0;
  } catch {
    return 0;
  }
}
