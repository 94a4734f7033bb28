import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from './store-error.ts';
import { type ProcessLock, tryLock } from './sqlite/process-lock.ts';

export const BOOTS_DIRECTORY = 'boots';
const ENDING = '.lock';
const MAX_TRIES = 20;

/** The lock files of a data directory's processes: whoever gets a process's lock knows that it is gone. */
export class BootLocks {
  readonly #directory: string;

  constructor(dataDir: string) {
    this.#directory = join(dataDir, BOOTS_DIRECTORY);
  }

  makeDirectory(): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
  }

  /** A lock under a name that nobody had before. */
  lockNew(): { readonly name: string; readonly lock: ProcessLock } {
    this.makeDirectory();
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const name = randomBytes(12).toString('hex');
      const lock = this.tryLock(name);
      // Somebody who sweeps may have been faster: between the making of the file and its lock it is nobody's.
      if (lock !== undefined && this.has(name)) return { name, lock };
      lock?.release(true);
    }
    throw new StoreError('io', `No lock file stays in ${this.#directory}.`);
  }

  has(name: string): boolean {
    return existsSync(this.#fileOf(name));
  }

  /** Undefined: the process lives. */
  tryLock(name: string): ProcessLock | undefined {
    return tryLock(this.#fileOf(name), 'exclusive');
  }

  /** Removes what processes left that were killed before they were known. */
  sweep(known: ReadonlySet<string>): void {
    for (const file of readdirSync(this.#directory)) {
      const name = file.endsWith(ENDING) ? file.slice(0, -ENDING.length) : undefined;
      if (name !== undefined && !known.has(name)) this.tryLock(name)?.release(true);
    }
  }

  #fileOf(name: string): string {
    return join(this.#directory, `${name}${ENDING}`);
  }
}
