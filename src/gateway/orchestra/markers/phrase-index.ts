import { CONCEPTS, type Concepts, conceptsOf, type Lexicon } from './concept.ts';
import { isWordCode } from './fold.ts';

/** Slots of the table of edges: a power of two, of which less than half may be taken. */
const SLOTS = 1 << 17;
/** A node's number and a letter make one key of 32 bits. */
const MAX_NODES = 1 << 16;
const STAR = 0x2a;
const BAR = 0x7c;
const SPACE = 0x20;
const NEW_LINE = 0x0a;

/**
 * All phrases of all languages as one tree of letters, so that a text costs the same however many languages there are:
 * 0.1 µs where a word starts. The edges lie in one open hash table of 0.8 MB, which costs the first text 10 ms.
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
      for (const concept of CONCEPTS) this.#add(lexicon[concept] ?? '', conceptsOf(concept));
    }
  }

  /** What the phrases mean that start at `at`; `longest`: the longest one alone. */
  conceptsAt(codes: Uint16Array, at: number, length: number, longest = false): Concepts {
    let found: Concepts = 0;
    let node = 0;
    this.endOfLongest = at;
    for (let i = at; i < length; i++) {
      // 0 where there is no edge, for none leads back to the root.
      node = this.#targets[this.#slotOf(node, codes[i] as number)] as number;
      if (node === 0) break;
      const whole = this.#whole[node] as number;
      const here = (this.#prefix[node] as number) | (whole !== 0 && !runsOn(codes, i, length) ? whole : 0);
      if (here === 0) continue;
      found = longest ? here : found | here;
      this.endOfLongest = i + 1;
    }
    return found;
  }

  /** Phrases are written as texts are folded: to fold them here would double what the index costs. */
  #add(phrases: string, concepts: Concepts): void {
    const keys = this.#keys;
    const targets = this.#targets;
    let node = 0;
    for (let i = 0; i <= phrases.length; i++) {
      const code = i < phrases.length ? phrases.charCodeAt(i) : BAR;
      if (code === BAR || code === NEW_LINE) {
        if (node !== 0) this.#whole[node] = (this.#whole[node] as number) | concepts;
        node = 0;
      } else if (code === STAR) {
        this.#prefix[node] = (this.#prefix[node] as number) | concepts;
        node = 0;
      } else if (code !== SPACE || node !== 0) {
        const slot = this.#slotOf(node, code);
        if (targets[slot] === 0) {
          if (this.#nodes >= MAX_NODES) throw new RangeError(`more than ${MAX_NODES} letters in the phrases`);
          keys[slot] = (node << 16) | code;
          targets[slot] = this.#nodes++;
        }
        node = targets[slot] as number;
      }
    }
  }

  /** Where the edge of that letter lies, or would. */
  #slotOf(node: number, code: number): number {
    const key = (node << 16) | code;
    const keys = this.#keys;
    let slot = Math.imul(key, 0x9e3779b1) >>> 15;
    while (keys[slot] !== key && keys[slot] !== -1) slot = (slot + 1) & (SLOTS - 1);
    return slot;
  }
}

/** Whether a word goes on behind `i`. */
function runsOn(codes: Uint16Array, i: number, length: number): boolean {
  return i + 1 < length && isWordCode(codes[i] as number) && isWordCode(codes[i + 1] as number);
}
