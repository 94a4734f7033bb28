import type { DatabaseSync } from 'node:sqlite';
import type { Boot, DeadBoot } from '../../../ledger/ports.ts';
import { BootLocks } from '../../boot-locks.ts';

/**
 * The processes that hold. Each has a locked file for as long as it lives, so that one that was killed is known at once
 * and for sure: no heartbeat that a busy moment could miss, no process id that another one has by now.
 */
export class Boots {
  readonly #locks: BootLocks;
  readonly #insert;
  readonly #list;
  readonly #delete;
  readonly #held;

  constructor(db: DatabaseSync, dataDir: string) {
    this.#locks = new BootLocks(dataDir);
    this.#insert = db.prepare('INSERT INTO boots (name, opened_at) VALUES (?, ?) RETURNING id');
    this.#list = db.prepare('SELECT id, name FROM boots ORDER BY id');
    this.#delete = db.prepare('DELETE FROM boots WHERE id = ?');
    this.#held = db.prepare('SELECT EXISTS (SELECT 1 FROM holds WHERE boot_id = ?) AS found');
  }

  open(atMs: number): Boot {
    // Locked before it is known: nobody can take it for dead.
    const { name, lock } = this.#locks.lockNew();
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
    this.#locks.makeDirectory();
    const rows = this.#list.all().map((row) => ({ id: Number(row['id']), name: String(row['name']) }));
    const dead = rows.flatMap(({ id, name }): DeadBoot[] => {
      const lock = this.#locks.tryLock(name);
      if (lock === undefined) return [];
      const release = async (cleared: boolean) => {
        lock.release(cleared);
        if (cleared) this.#delete.run(id);
      };
      return [{ id, name, release }];
    });
    this.#locks.sweep(new Set(rows.map(({ name }) => name)));
    return dead;
  }
}
