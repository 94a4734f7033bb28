/** How far from its home a term may stand. */
const WINDOW = 4;

/**
 * The terms that have weights: one byte of each one's hash, in the slot the other bits lead to or one of the next three.
 * 0 is an empty slot. A term that is not there is taken for one that is in 1 of 60 cases, which the weights are learnt with.
 */
export type Vocabulary = Uint8Array;

const checkOf = (term: number): number => term & 0xff || 1;
const homeOf = (term: number, slots: number): number => (((term >>> 8) * slots) / 0x1000000) | 0;

/** A term's slot, or -1. */
export function slotOf(vocabulary: Vocabulary, term: number): number {
  const slots = vocabulary.length;
  const check = checkOf(term);
  let slot = homeOf(term, slots);
  for (let step = 0; step < WINDOW; step++) {
    if (vocabulary[slot] === check) return slot;
    if (++slot === slots) slot = 0;
  }
  return -1;
}

/** Puts terms in, the most important ones first; those that find no room are left out. */
export function fillVocabulary(slots: number, terms: Iterable<number>): Vocabulary {
  const vocabulary = new Uint8Array(slots);
  let left = slots;
  for (const term of terms) {
    if (left === 0) break;
    if (slotOf(vocabulary, term) >= 0) continue;
    let slot = homeOf(term, slots);
    for (let step = 0; step < WINDOW; step++) {
      if (vocabulary[slot] === 0) {
        vocabulary[slot] = checkOf(term);
        left--;
        break;
      }
      if (++slot === slots) slot = 0;
    }
  }
  return vocabulary;
}
