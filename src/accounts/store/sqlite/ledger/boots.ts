import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
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
    // Locked before it is known: nobody can take it for dead.
    const { name, lock } = this.#lockNew();
    const id = Number(this.#insert.get(name, atMs)?.['id']);
    return {
      id,
      name,
      close: async () => {
        const isDone = this.#held.get(id)?.['found'] === 0;
        lock.release(isDone);
        // Last: a row without a file is found dead, a file without a row would stay.
        if (isDone) this.#delete.run(id);
      },
    };
  }

  claimDead(): DeadBoot[] {
    this.#makeDirectory();
    const rows = this.#list.all().map((row) => ({ id: Number(row['id']), name: String(row['name']) }));
    const dead = rows.flatMap(({ id, name }): DeadBoot[] => {
      const lock = tryLock(this.#lockFile(name), 'exclusive');
      if (lock === undefined) return [];
      const release = async (cleared: boolean) => {
        lock.release(cleared);
        if (cleared) this.#delete.run(id);
      };
      return [{ id, name, release }];
    });
    this.#sweep(new Set(rows.map(({ name }) => name)));
    return dead;
  }

  #lockNew(): { readonly name: string; readonly lock: ProcessLock } {
    this.#makeDirectory();
    for (;;) {
      const name = randomBytes(12).toString('hex');
      const lock = tryLock(this.#lockFile(name), 'exclusive');
      // Somebody who sweeps may have been faster.
      if (lock !== undefined) return { name, lock };
    }
  }

  /** Removes what processes left that were killed before they were known. */
  #sweep(known: ReadonlySet<string>): void {
    for (const file of readdirSync(this.#directory)) {
      const name = file.endsWith('.lock') ? file.slice(0, -'.lock'.length) : undefined;
      if (name !== undefined && !known.has(name)) tryLock(this.#lockFile(name), 'exclusive')?.release(true);
    }
  }

  #makeDirectory(): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
  }

  #lockFile(name: string): string {
    return join(this.#directory, `${name}.lock`);
  }
}
