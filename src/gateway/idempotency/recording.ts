import { EMPTY } from '../../protocol/bytes.ts';

/** Beside its bytes: the view, its buffer, a place in the list. */
const CHUNK_BYTES = 128;

/** What one read of what is there already takes at most. */
const READ_BYTES = 64 * 1024;

/** How far a reader of a recording that is no longer whole may lag behind. */
const WINDOW_BYTES = 1024 * 1024;

/** Room that all recordings share, in bytes. */
export class RecordingSpace {
  taken = 0;
  readonly #total: () => number;

  constructor(total: () => number) {
    this.#total = total;
  }

  take(bytes: number): boolean {
    if (this.taken + bytes > this.#total()) return false;
    this.taken += bytes;
    return true;
  }

  give(bytes: number): void {
    this.taken -= bytes;
  }
}

/** A place in a recording: the position of the next chunk. */
export type Position = number;

export type Piece = { readonly bytes: Uint8Array; readonly next: Position } | 'lost' | undefined;

/**
 * The bytes of an answer under way, for readers that begin at different times. It is whole as long as it fits; after
 * that it holds what the slowest reader still has to get, up to a limit.
 */
export class Recording {
  /** Whether it still has its first byte. */
  isWhole = true;
  readonly #space: RecordingSpace;
  readonly #maxBytes: number;
  #chunks: Uint8Array[] = [];
  /** Position of the first chunk that is still there. */
  #first: Position = 0;
  #bytes = 0;
  /** Of those, what is taken of the shared room. */
  #taken = 0;

  constructor(space: RecordingSpace, maxBytes: number) {
    this.#space = space;
    this.#maxBytes = maxBytes;
  }

  /** `slowest`: where the slowest reader stands; nobody else may begin once it is not whole. */
  append(bytes: Uint8Array, slowest: Position): void {
    // A view would keep all of the buffer it is a part of.
    const own = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
    const size = own.length + CHUNK_BYTES;
    this.#chunks.push(own);
    this.#bytes += size;
    if (!this.isWhole) this.#drop(slowest);
    else if (this.#bytes <= this.#maxBytes && this.#space.take(size)) this.#taken += size;
    else {
      this.isWhole = false;
      this.release();
      this.#drop(slowest);
    }
  }

  /** What stands at a position, several chunks at once where they are small; nothing where it has yet to come. */
  read(position: Position): Piece {
    if (position < this.#first) return 'lost';
    let at = position - this.#first;
    let bytes: Uint8Array = this.#chunks[at] ?? EMPTY;
    if (bytes === EMPTY) return undefined;
    let end = at + 1;
    let length = bytes.length;
    for (; end < this.#chunks.length; end++) {
      const more = (this.#chunks[end] as Uint8Array).length;
      if (length + more > READ_BYTES) break;
      length += more;
    }
    if (end > at + 1) bytes = join(this.#chunks.slice(at, end), length);
    at = end;
    return { bytes, next: this.#first + at };
  }

  /** All of it. Only while it is whole. */
  all(): Uint8Array<ArrayBuffer> {
    return join(
      this.#chunks,
      this.#chunks.reduce((sum, { length }) => sum + length, 0),
    );
  }

  /** Gives the shared room back; nobody begins to read any more. */
  release(): void {
    this.#space.give(this.#taken);
    this.#taken = 0;
  }

  #drop(slowest: Position): void {
    let gone = 0;
    while (gone < this.#chunks.length - 1 && (this.#first + gone < slowest || this.#bytes > WINDOW_BYTES)) {
      this.#bytes -= (this.#chunks[gone] as Uint8Array).length + CHUNK_BYTES;
      gone++;
    }
    if (gone === 0) return;
    this.#chunks = this.#chunks.slice(gone);
    this.#first += gone;
  }
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}
