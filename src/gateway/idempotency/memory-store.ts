import type { Claim, EntryName, ReplayLimits, ReplayStore } from './ports.ts';
import { entryBytes } from './ports.ts';

/** What an entry takes beside its answer: places in two maps, two digests, a buffer, an object. */
const ENTRY_BYTES = 768;

interface Held {
  readonly fingerprint: string;
  readonly holder: string;
}

interface Entry {
  readonly place: string;
  readonly owner: Owner;
  readonly fingerprint: string;
  readonly answer: Uint8Array;
  readonly bytes: number;
  readonly keptMs: number;
}

/** What is kept for one API key, the longest unused first. */
interface Owner {
  readonly id: string;
  readonly entries: Map<string, Entry>;
  bytes: number;
}

export interface MemoryReplayStoreOptions {
  /** Milliseconds, never going back. */
  readonly now: () => number;
  /** Asked each time: they may change while the store lives. */
  readonly limits: () => ReplayLimits;
}

/**
 * Answers kept in this process's memory. Where room is needed, the API key that takes the most gives up what it has not
 * used for the longest: nobody can push out the answers of others by sending many requests.
 */
export class MemoryReplayStore implements ReplayStore {
  readonly #options: MemoryReplayStoreOptions;
  readonly #held = new Map<string, Held>();
  readonly #owners = new Map<string, Owner>();
  /** All entries by their place, the oldest first. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(options: MemoryReplayStoreOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  claim(name: EntryName, fingerprint: string, holder: string): Claim {
    this.forget();
    const place = placeOf(name);
    const held = this.#held.get(place);
    if (held !== undefined) return { state: 'held', fingerprint: held.fingerprint };
    const entry = this.#entries.get(place);
    if (entry === undefined) {
      this.#held.set(place, { fingerprint, holder });
      return { state: 'claimed' };
    }
    const { entries } = entry.owner;
    entries.delete(place);
    entries.set(place, entry);
    return { state: 'kept', fingerprint: entry.fingerprint, answer: entry.answer };
  }

  keep(name: EntryName, holder: string, answer: Uint8Array): void {
    const place = placeOf(name);
    const held = this.#held.get(place);
    if (held?.holder !== holder) return;
    this.#held.delete(place);
    this.forget();
    const limits = this.#options.limits();
    const bytes = ENTRY_BYTES + answer.length;
    if (bytes > entryBytes(limits)) return;
    while (this.#bytes + bytes > limits.totalBytes) this.#makeRoom();
    const owner = this.#owners.get(name.owner) ?? { id: name.owner, entries: new Map<string, Entry>(), bytes: 0 };
    const { fingerprint } = held;
    const entry: Entry = { place, owner, fingerprint, answer, bytes, keptMs: this.#options.now() };
    this.#owners.set(owner.id, owner);
    owner.entries.set(place, entry);
    owner.bytes += bytes;
    this.#entries.set(place, entry);
    this.#bytes += bytes;
  }

  release(name: EntryName, holder: string): void {
    const place = placeOf(name);
    if (this.#held.get(place)?.holder === holder) this.#held.delete(place);
  }

  /** Takes out what is too old, and what limits that were lowered leave no room for. */
  forget(): void {
    const { ttlMs, totalBytes } = this.#options.limits();
    const oldestMs = this.#options.now() - ttlMs;
    for (const entry of this.#entries.values()) {
      if (entry.keptMs > oldestMs) break;
      this.#remove(entry);
    }
    while (this.#bytes > totalBytes) this.#makeRoom();
  }

  #makeRoom(): void {
    let heaviest: Owner | undefined;
    for (const owner of this.#owners.values()) {
      if (heaviest === undefined || owner.bytes > heaviest.bytes) heaviest = owner;
    }
    const [first] = heaviest?.entries.values() ?? [];
    if (first === undefined) throw new Error('a store without entries takes no room');
    this.#remove(first);
  }

  #remove({ place, owner, bytes }: Entry): void {
    this.#entries.delete(place);
    this.#bytes -= bytes;
    owner.entries.delete(place);
    owner.bytes -= bytes;
    if (owner.entries.size === 0) this.#owners.delete(owner.id);
  }
}

/** Ids of API keys hold no line feed. */
function placeOf({ owner, id }: EntryName): string {
  return `${owner}\n${id}`;
}
