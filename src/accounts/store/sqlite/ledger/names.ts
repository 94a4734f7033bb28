import type { DatabaseSync } from 'node:sqlite';

/** Beyond this many the memory starts anew; the table has them all. */
const MAX_REMEMBERED = 50_000;

/** The numbers that stand for texts which repeat. */
export class Names {
  readonly #find;
  readonly #insert;
  readonly #text;
  readonly #ids = new Map<string, number>();
  readonly #texts = new Map<number, string>();
  /** Made in the transaction that is open, so not known to last. */
  readonly #fresh: string[] = [];

  constructor(db: DatabaseSync) {
    this.#find = db.prepare('SELECT id FROM names WHERE name = ?');
    this.#insert = db.prepare('INSERT INTO names (name) VALUES (?) RETURNING id');
    this.#text = db.prepare('SELECT name FROM names WHERE id = ?');
  }

  /** Of a text that may be new; within a transaction, which ends with `commit` or `rollback`. */
  idOf(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const found = this.#find.get(text) ?? this.#insert.get(text);
    const id = Number(found?.['id']);
    if (this.#ids.size >= MAX_REMEMBERED) this.#ids.clear();
    this.#ids.set(text, id);
    this.#fresh.push(text);
    return id;
  }

  /** Of a text that may not be there. */
  find(text: string): number | undefined {
    const row = this.#find.get(text);
    return row === undefined ? undefined : Number(row['id']);
  }

  textOf(id: number): string {
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const text = String(this.#text.get(id)?.['name'] ?? '');
    if (this.#texts.size >= MAX_REMEMBERED) this.#texts.clear();
    this.#texts.set(id, text);
    return text;
  }

  commit(): void {
    if (this.#fresh.length > 0) this.#fresh.length = 0;
  }

  rollback(): void {
    if (this.#fresh.length === 0) return;
    for (const text of this.#fresh.splice(0)) this.#ids.delete(text);
    this.#texts.clear();
  }
}
