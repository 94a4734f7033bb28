import type { DatabaseSync } from 'node:sqlite';
import type { Names } from './names.ts';

/** Beyond this many the memory starts anew. */
const MAX_REMEMBERED = 50_000;

/** The numbers of all keys that are of one chain of rotations with the key that ?1 names. */
export const KEYS_OF_CHAIN = `
  SELECT id FROM names WHERE name = ?1
  UNION SELECT n.id FROM keys k JOIN keys m ON m.budget_id = k.budget_id JOIN names n ON n.name = m.id WHERE k.id = ?1`;

/**
 * The first key of the chain of rotations a key is of: by its number the counters of the chain are found, so that what
 * was spent before a rotation counts after it. A chain never changes but at its end.
 */
export class KeyChains {
  readonly #names: Names;
  readonly #find;
  readonly #firsts = new Map<number, number>();

  constructor(db: DatabaseSync, names: Names) {
    this.#names = names;
    this.#find = db.prepare('SELECT budget_id FROM keys WHERE id = ?');
  }

  /** From and to the numbers of names; within a transaction, which ends with `rollback` if it fails. */
  firstOf(keyId: number): number {
    const known = this.#firsts.get(keyId);
    if (known !== undefined) return known;
    const row = this.#find.get(this.#names.textOf(keyId));
    if (row === undefined) return keyId;
    const first = this.#names.idOf(String(row['budget_id']));
    if (this.#firsts.size >= MAX_REMEMBERED) this.#firsts.clear();
    this.#firsts.set(keyId, first);
    return first;
  }

  /** The numbers of names that were new may come to stand for others. */
  rollback(): void {
    this.#firsts.clear();
  }
}
