import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Boot, DeadBoot } from '../../../ledger/ports.ts';
import { type ProcessLock, tryLock } from '../process-lock.ts';

/** Holds what belongs to running processes, in the data directory. */
export const BOOTS_DIRECTORY = 'boots';

/**
 * The processes that hold. Each has a locked file for as long as it lives, so that one that was killed is known at once
 * and for sure: no heartbeat that a busy moment could miss, no process id that another one has by now.
 */
export class Boots {
  readonly #directory: string;
  readonly #insert;
  readonly #list;
  readonly #delete;
  readonly #held;

  constructor(db: DatabaseSync, dataDir: string) {
    this.#directory = join(dataDir, BOOTS_DIRECTORY);
    this.#insert = db.prepare('INSERT INTO boots (name, opened_at) VALUES (?, ?) RETURNING id');
    this.#list = db.prepare('SELECT id, name FROM boots ORDER BY id');
    this.#delete = db.prepare('DELETE FROM boots WHERE id = ?');
    this.#held = db.prepare('SELECT EXISTS (SELECT 1 FROM holds WHERE boot_id = ?) AS found');
  }

  open(atMs: number): Boot {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const name = randomBytes(12).toString('hex');
    // Locked before it is known: nobody can take it for dead.
    const lock = tryLock(this.#lockFile(name), 'exclusive') as ProcessLock;
    const id = Number(this.#insert.get(name, atMs)?.['id']);
    return {
      id,
      name,
      close: async () => {
        const isDone = this.#held.get(id)?.['found'] === 0;
        if (isDone) this.#delete.run(id);
        lock.release(isDone);
      },
    };
  }

  claimDead(): DeadBoot[] {
    const dead: DeadBoot[] = [];
    for (const row of this.#list.all()) {
      const id = Number(row['id']);
      const name = String(row['name']);
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      const lock = tryLock(this.#lockFile(name), 'exclusive');
      if (lock === undefined) continue;
      dead.push({
        id,
        name,
        release: async (cleared) => {
          if (cleared) this.#delete.run(id);
          lock.release(cleared);
        },
      });
    }
    return dead;
  }

  #lockFile(name: string): string {
    return join(this.#directory, `${name}.lock`);
  }
}
