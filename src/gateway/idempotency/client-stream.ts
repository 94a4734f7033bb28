import { ClientGone } from '../attempts/attempt.ts';
import type { Ticker, Ticking } from '../ticker.ts';
import type { Piece, Position } from './recording.ts';

/** `whole`: the answer's stream ended as such, be it with an error event. `cut`: it broke off. */
export type Ending = 'whole' | 'cut';

/** How long a client may take nothing of what is there for it. */
const STALLED_MS = 120_000;

export interface ClientStreamOptions {
  readonly ticker: Ticker;
  /** What stands at a position, or how it ended there; undefined where more may come. */
  readonly read: (position: Position) => Piece | Ending;
  /** Resolves when there is more, or an end. Never rejects. */
  readonly more: () => Promise<void>;
  /** Called once, with the bytes that were given to the client. `left`: by the client's doing. */
  readonly onEnd: (how: Ending | 'left', bytes: number) => void;
}

/** One client's view of a running answer: all of it, at the client's own pace. */
export class ClientStream implements Ticking {
  position: Position = 0;
  readonly #options: ClientStreamOptions;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #bytes = 0;
  /** Since when the client has had something to take; undefined while it waits for more. */
  #idleSinceMs: number | undefined;
  #isOver = false;

  constructor(options: ClientStreamOptions) {
    this.#options = options;
    options.ticker.watch(this);
  }

  open(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#pull(),
      cancel: () => this.#end('left'),
    });
  }

  check(now: number): void {
    if (this.#idleSinceMs === undefined || now - this.#idleSinceMs < STALLED_MS) return;
    this.#break('left', 'the client stopped reading');
  }

  async #pull(): Promise<void> {
    this.#idleSinceMs = undefined;
    const { read, more, ticker } = this.#options;
    while (!this.#isOver) {
      const piece = read(this.position);
      if (piece === undefined) await more();
      else if (piece === 'whole') {
        this.#end('whole');
        this.#controller?.close();
      } else if (piece === 'cut') this.#break('cut', 'the answer broke off');
      else if (piece === 'lost') this.#break('left', 'the client reads too slowly');
      else {
        this.position = piece.next;
        this.#bytes += piece.bytes.length;
        this.#idleSinceMs = ticker.soon;
        this.#controller?.enqueue(piece.bytes);
        return;
      }
    }
  }

  #break(how: 'left' | 'cut', why: string): void {
    this.#end(how);
    this.#controller?.error(new ClientGone(why));
  }

  #end(how: Ending | 'left'): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.ticker.unwatch(this);
    this.#options.onEnd(how, this.#bytes);
  }
}
