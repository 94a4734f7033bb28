import { texts } from '../arrays.ts';
import type { Session } from '../session.ts';
import type { Hold } from './holds.ts';
import type { Names } from './names.ts';

/** Beyond this many the memory starts anew. */
const MAX_REMEMBERED = 50_000;

const FIND = `
  SELECT given.at, k.budget_id FROM unnest($1::text[]) WITH ORDINALITY AS given (id, at)
  JOIN tokenharbor.keys k ON k.id = given.id`;

/** The numbers of all keys that are of one chain of rotations with the key of this name, an expression of SQL. */
export const keysOfChain = (name: string): string => `
  SELECT id FROM tokenharbor.names WHERE digest = sha256(convert_to(${name}, 'UTF8'))
  UNION SELECT n.id FROM tokenharbor.keys k JOIN tokenharbor.keys m ON m.budget_id = k.budget_id
    JOIN tokenharbor.names n ON n.digest = sha256(convert_to(m.id, 'UTF8')) WHERE k.id = ${name}`;

/**
 * The first key of the chain of rotations a key is of: by its number the counters of the chain are found, so that what
 * was spent before a rotation counts after it. A chain never changes but at its end.
 */
export class KeyChains {
  readonly #names: Names;
  #firsts = new Map<string, number>();
  /** What is in use while the memory starts anew. */
  #older = new Map<string, number>();

  constructor(names: Names) {
    this.#names = names;
  }

  /** Makes the chains of the keys that these hold for known. */
  async learn(session: Session, holds: Iterable<Hold>): Promise<void> {
    const unknown = new Set<string>();
    for (const { key } of holds) if (this.#find(key) === undefined) unknown.add(key);
    if (unknown.size === 0) return;
    const keys = [...unknown];
    const rows = await session.send(FIND, [texts(keys.map((key) => key.replaceAll('\0', '\u{fffd}')))]);
    const firsts = rows.map((row) => String(row['budget_id']));
    await this.#names.learn(session, firsts);
    if (this.#firsts.size >= MAX_REMEMBERED) {
      this.#older = this.#firsts;
      this.#firsts = new Map();
    }
    for (const [at, row] of rows.entries()) {
      this.#firsts.set(keys[Number(row['at']) - 1] ?? '', this.#names.idOf(firsts[at] ?? ''));
    }
  }

  /** The number of the first key; its own for a key that is not stored. */
  firstOf({ key, keyId }: Hold): number {
    return this.#find(key) ?? keyId;
  }

  #find(key: string): number | undefined {
    return this.#firsts.get(key) ?? this.#older.get(key);
  }
}
