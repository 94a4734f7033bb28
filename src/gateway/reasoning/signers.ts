import { hash } from 'node:crypto';

/** 7 MB at most; the last half of them at least. A conversation of 200 thoughts takes 200, and what is in use stays. */
const MAX_SIGNATURES = 50_000;

/** Hex digits of a digest that make a number: one of 50,000 signatures is taken for another once in 5 billion look-ups. */
const DIGITS = 12;

/** Whose thinking is that an upstream refused where it was taken for its own. */
const NOBODY = '';

/**
 * Which family of models made which signature, in this process's memory: what was not used for longest goes first. Only
 * what upstreams answer is learnt, so no client can say what another one's signature is, and signatures are known by
 * their digests alone. 1 µs to learn or to look up one of 500 bytes.
 */
export class Signers {
  readonly #max: number;
  /**
   * Two generations: what is used in the older one moves to the younger, and the older is forgotten as a whole when the
   * younger is full. Of one map, to find the first of its entries when those before it were deleted takes 50 µs.
   */
  #young = new Map<number, string>();
  #old = new Map<number, string>();

  constructor(max: number = MAX_SIGNATURES) {
    this.#max = max;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  learn(signature: string, family: string): void {
    if (this.#isFull) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#use(digestOf(signature), family);
  }

  /** It was refused where it was taken for the upstream's own. */
  disown(signature: string): void {
    this.learn(signature, NOBODY);
  }

  /** Undefined where nobody knows. */
  familyOf(signature: string): string | undefined {
    const digest = digestOf(signature);
    const young = this.#young.get(digest);
    if (young !== undefined) return young;
    const old = this.#old.get(digest);
    // Nothing is forgotten while a conversation's signatures are looked up, one after the other.
    if (old !== undefined && !this.#isFull) this.#use(digest, old);
    return old;
  }

  get #isFull(): boolean {
    return this.#young.size * 2 >= this.#max;
  }

  #use(digest: number, family: string): void {
    this.#old.delete(digest);
    this.#young.set(digest, family);
  }
}

function digestOf(signature: string): number {
  return Number.parseInt(hash('sha256', signature, 'hex').slice(0, DIGITS), 16);
}
