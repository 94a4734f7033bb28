import { CONCEPTS, type Concepts, conceptsOf, type Lexicon } from './concept.ts';
import { fold, isWordCode } from './fold.ts';

/** Slots of the table of edges: a power of two, of which less than half may be taken. */
const SLOTS = 1 << 17;
/** A node's number and a letter make one key of 32 bits. */
const MAX_NODES = 1 << 16;
const STAR = 0x2a;

/**
 * All phrases of all languages as one tree of letters, so that a text costs the same however many languages there are:
 * 0.1 µs where a word starts. The edges lie in one open hash table (2 arrays of 256 kB), which is made in 2 ms.
 */
export class PhraseIndex {
  readonly #keys = new Int32Array(SLOTS).fill(-1);
  readonly #targets = new Uint16Array(SLOTS);
  readonly #whole = new Int32Array(MAX_NODES);
  readonly #prefix = new Int32Array(MAX_NODES);
  #nodes = 1;
  /** Where the longest phrase ended that was found last. */
  endOfLongest = 0;

  constructor(lexicons: readonly Lexicon[]) {
    for (const lexicon of lexicons) {
      for (const concept of CONCEPTS) {
        for (const phrase of lexicon[concept]?.split('|') ?? []) this.#add(phrase, conceptsOf(concept));
      }
    }
  }

  get nodes(): number {
    return this.#nodes;
  }

  /** What the phrases mean that start at `at`; `longest`: the longest one alone. */
  conceptsAt(codes: Uint16Array, at: number, length: number, longest = false): Concepts {
    let found: Concepts = 0;
    let node = 0;
    this.endOfLongest = at;
    for (let i = at; i < length; i++) {
      node = this.#next(node, codes[i] as number);
      if (node === 0) break;
      const whole = this.#whole[node] as number;
      const here = (this.#prefix[node] as number) | (whole !== 0 && !runsOn(codes, i, length) ? whole : 0);
      if (here === 0) continue;
      found = longest ? here : found | here;
      this.endOfLongest = i + 1;
    }
    return found;
  }

  #add(phrase: string, concepts: Concepts): void {
    const { codes, length } = fold(phrase);
    const isPrefix = codes[length - 1] === STAR;
    const end = isPrefix ? length - 1 : length;
    let node = 0;
    for (let i = 0; i < end; i++) {
      const next = this.#next(node, codes[i] as number);
      node = next === 0 ? this.#grow(node, codes[i] as number) : next;
    }
    const list = isPrefix ? this.#prefix : this.#whole;
    list[node] = (list[node] as number) | concepts;
  }

  #grow(node: number, code: number): number {
    const target = this.#nodes++;
    if (target >= MAX_NODES) throw new RangeError(`more than ${MAX_NODES} letters in the phrases`);
    const slot = this.#slotOf(node, code);
    this.#keys[slot] = (node << 16) | code;
    this.#targets[slot] = target;
    return target;
  }

  /** 0: there is none, for no edge leads back to the root. */
  #next(node: number, code: number): number {
    return this.#targets[this.#slotOf(node, code)] as number;
  }

  #slotOf(node: number, code: number): number {
    const key = (node << 16) | code;
    let slot = Math.imul(key, 0x9e3779b1) >>> 15;
    while (this.#keys[slot] !== -1 && this.#keys[slot] !== key) slot = (slot + 1) & (SLOTS - 1);
    return slot;
  }
}

/** Whether a word goes on behind `i`. */
function runsOn(codes: Uint16Array, i: number, length: number): boolean {
  return i + 1 < length && isWordCode(codes[i] as number) && isWordCode(codes[i + 1] as number);
}
