import { texts } from '../arrays.ts';
import type { Session } from '../session.ts';

/** Beyond this many the memory starts anew; the table has them all. */
const MAX_REMEMBERED = 50_000;

const FIND = `
  SELECT given.at, n.id FROM unnest($1::text[]) WITH ORDINALITY AS given (name, at)
  JOIN tokenharbor.names n ON n.digest = sha256(convert_to(given.name, 'UTF8'))`;
/** In one order, so that two processes with the same new names wait for each other at the first of them. */
const INSERT = `
  INSERT INTO tokenharbor.names (digest, name)
  SELECT sha256(convert_to(name, 'UTF8')), name FROM unnest($1::text[]) AS given (name) ORDER BY 1
  ON CONFLICT DO NOTHING`;

/** The numbers that stand for texts which repeat. They are given once and for all, outside of any transaction. */
export class Names {
  #ids = new Map<string, number>();
  /** What is in use while the memory starts anew. */
  #older = new Map<string, number>();

  /** Makes the numbers of these texts known. */
  async learn(session: Session, names: readonly string[]): Promise<void> {
    let unknown = names.filter((name) => this.#find(name) === undefined);
    if (unknown.length === 0) return;
    unknown = [...new Set(unknown)];
    if (this.#ids.size >= MAX_REMEMBERED) {
      this.#older = this.#ids;
      this.#ids = new Map();
    }
    await this.#look(session, unknown);
    const missing = unknown.filter((name) => this.#find(name) === undefined);
    if (missing.length === 0) return;
    await session.send(INSERT, [storable(missing)]);
    await this.#look(session, missing);
  }

  /** Of a text that was made known. */
  idOf(name: string): number {
    const id = this.#find(name);
    if (id === undefined) throw new TypeError('the number of a name was not learned');
    return id;
  }

  #find(name: string): number | undefined {
    return this.#ids.get(name) ?? this.#older.get(name);
  }

  async #look(session: Session, names: readonly string[]): Promise<void> {
    for (const { at, id } of await session.send(FIND, [storable(names)])) {
      this.#ids.set(names[Number(at) - 1] ?? '', Number(id));
    }
  }
}

/** No text of PostgreSQL's has a character 0. */
function storable(names: readonly string[]): string {
  return texts(names.map((name) => name.replaceAll('\0', '\u{fffd}')));
}
