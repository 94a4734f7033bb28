import { randomBytes } from 'node:crypto';
import type { Boot, DeadBoot } from '../../../ledger/ports.ts';
import { BootLocks } from '../../boot-locks.ts';
import type { ProcessLock } from '../../sqlite/process-lock.ts';
import type { Database } from '../database.ts';
import type { Row, Session } from '../session.ts';
import type { Item } from './items.ts';

export interface BootTimes {
  /** How often a process says that it lives. */
  readonly beatMs: number;
  /** A process of another machine that was not heard of for so long is dead. */
  readonly leaseMs: number;
}

export const BOOT_TIMES: BootTimes = { beatMs: 5000, leaseMs: 60_000 };

const INSERT = `
  INSERT INTO tokenharbor.boots (name, opened_at, heard_at) VALUES ($1, $2, clock_timestamp()) RETURNING id`;
/** Also of one that was taken for dead meanwhile, and forgotten. */
const BEAT = `
  INSERT INTO tokenharbor.boots (id, name, opened_at, heard_at) VALUES ($1, $2, $3, clock_timestamp())
  ON CONFLICT (id) DO UPDATE SET heard_at = clock_timestamp()`;
const KEEP_CLAIMS = `
  UPDATE tokenharbor.boots SET claimed_until = clock_timestamp() + $2::float8 * interval '1 ms' WHERE claimed_by = $1`;
const LIST = `
  SELECT id, name, closed, heard_at < clock_timestamp() - $1::float8 * interval '1 ms' AS silent,
    coalesce(claimed_until > clock_timestamp(), false) AS claimed
  FROM tokenharbor.boots ORDER BY id`;
const CLAIM = `
  UPDATE tokenharbor.boots SET claimed_by = $2, claimed_until = clock_timestamp() + $3::float8 * interval '1 ms'
  WHERE id = $1 AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
    AND ($4::boolean OR closed OR heard_at < clock_timestamp() - $3::float8 * interval '1 ms') RETURNING id`;
const LOCK = 'SELECT 1 AS found FROM tokenharbor.boots WHERE id = $1 FOR UPDATE';
const FORGET = `
  DELETE FROM tokenharbor.boots b WHERE id = $1
    AND NOT EXISTS (SELECT 1 FROM tokenharbor.holds WHERE boot_id = b.id) RETURNING id`;
const UNCLAIM =
  'UPDATE tokenharbor.boots SET claimed_by = NULL, claimed_until = NULL WHERE id = $1 AND claimed_by = $2';
const CLOSE = 'UPDATE tokenharbor.boots SET closed = true WHERE id = $1';

interface Own {
  readonly id: number;
  readonly name: string;
  readonly openedAt: number;
  heardMs: number;
}

/**
 * The processes that hold. On this machine a dead one is known at once and for sure, by the lock of its file, as its
 * spool is on this disk. One of another machine is known by its silence; what that is worth is known only to a process
 * that was itself in touch with the database all the while, since they fall silent together when it is the database
 * that is gone. Who clears up after a dead one claims it, and keeps the claim as long as it lives.
 */
export class Boots {
  readonly #database: Database;
  readonly #locks: BootLocks;
  readonly #times: BootTimes;
  readonly #own = new Map<number, Own>();
  readonly #claimant = randomBytes(12).toString('hex');
  #claims = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Since when every beat was heard. */
  #inTouchSinceMs: number | undefined;
  #lastBeatMs = 0;
  #beating: Promise<void> | undefined;

  constructor(database: Database, dataDir: string, times: BootTimes) {
    this.#database = database;
    this.#locks = new BootLocks(dataDir);
    this.#times = times;
  }

  async open(openedAt: number): Promise<Boot> {
    // Locked before it is known: nobody can take it for dead.
    const { name, lock } = this.#locks.lockNew();
    try {
      const [row] = await this.#database.query(INSERT, [name, openedAt]);
      const id = Number(row?.['id']);
      this.#own.set(id, { id, name, openedAt, heardMs: performance.now() });
      this.#schedule();
      return { id, name, close: () => this.#close(id, lock) };
    } catch (error) {
      lock.release(true);
      throw error;
    }
  }

  /** Before something is held: whoever is late says first that he lives, so that nobody forgets him with it. */
  async hear(session: Session, items: readonly Item[]): Promise<void> {
    for (const item of items) {
      const own = item.kind === 'reserve' ? this.#own.get(item.bootId) : undefined;
      if (own === undefined || performance.now() - own.heardMs < this.#times.leaseMs / 3) continue;
      await this.#say(session, own);
    }
  }

  /** Some of this process's were forgotten all the same: each is said again before something is held. */
  sayAgain(): void {
    for (const own of this.#own.values()) own.heardMs = -Infinity;
  }

  async claimDead(): Promise<DeadBoot[]> {
    const dead: DeadBoot[] = [];
    this.#locks.makeDirectory();
    const rows = await this.#database.query(LIST, [this.#times.leaseMs]);
    for (const row of rows) {
      const claimed = row['claimed'] === 't' ? undefined : await this.#claim(row);
      if (claimed !== undefined) dead.push(claimed);
    }
    this.#locks.sweep(new Set(rows.map((row) => String(row['name']))));
    return dead;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #claim(row: Row): Promise<DeadBoot | undefined> {
    const id = Number(row['id']);
    const name = String(row['name']);
    const isHere = this.#locks.has(name);
    const lock = isHere ? this.#locks.tryLock(name) : undefined;
    if (isHere && lock === undefined) return undefined;
    const isDead = row['closed'] === 't' || lock !== undefined || (row['silent'] === 't' && this.#isInTouch());
    const { leaseMs } = this.#times;
    const values = [id, this.#claimant, leaseMs, lock !== undefined];
    if (!isDead || (await this.#database.query(CLAIM, values)).length === 0) {
      lock?.release();
      return undefined;
    }
    this.#claims++;
    this.#schedule();
    return { id, name, release: (cleared) => this.#release(id, cleared, lock) };
  }

  async #release(id: number, cleared: boolean, lock: ProcessLock | undefined): Promise<void> {
    let isForgotten = false;
    try {
      isForgotten = cleared && (await this.#forget(id));
      if (!isForgotten) await this.#database.query(UNCLAIM, [id, this.#claimant]);
    } finally {
      lock?.release(isForgotten);
      this.#claims--;
      this.#schedule();
    }
  }

  async #close(id: number, lock: ProcessLock): Promise<void> {
    this.#own.delete(id);
    this.#schedule();
    // A beat that is out would bring it back.
    await this.#beating;
    const isForgotten = await this.#forget(id);
    if (!isForgotten) await this.#database.query(CLOSE, [id]);
    lock.release(isForgotten);
  }

  /** Unless something is still held. Two statements: the second sees what was held until the first had the row. */
  #forget(id: number): Promise<boolean> {
    return this.#database.transaction(async (session) => {
      await session.send(LOCK, [id]);
      return (await session.send(FORGET, [id])).length > 0;
    });
  }

  #schedule(): void {
    const isNeeded = this.#own.size + this.#claims > 0;
    if (!isNeeded) this.stop();
    else if (this.#timer === undefined) {
      const beat = () => {
        this.#beating ??= this.#beat().finally(() => {
          this.#beating = undefined;
        });
      };
      this.#timer = setInterval(beat, this.#times.beatMs);
      this.#timer.unref?.();
      beat();
    }
  }

  async #beat(): Promise<void> {
    const began = performance.now();
    const isLate = began - this.#lastBeatMs > 3 * this.#times.beatMs;
    this.#lastBeatMs = began;
    try {
      await this.#database.use(async (session) => {
        for (const own of this.#own.values()) await this.#say(session, own);
        if (this.#claims > 0) await session.send(KEEP_CLAIMS, [this.#claimant, this.#times.leaseMs]);
      });
      if (isLate) this.#inTouchSinceMs = undefined;
      this.#inTouchSinceMs ??= began;
    } catch {
      // What is to be written next says what is wrong with the database.
      this.#inTouchSinceMs = undefined;
    }
  }

  async #say(session: Session, own: Own): Promise<void> {
    const saidMs = performance.now();
    await session.send(BEAT, [own.id, own.name, own.openedAt]);
    own.heardMs = saidMs;
  }

  #isInTouch(): boolean {
    return this.#inTouchSinceMs !== undefined && performance.now() - this.#inTouchSinceMs > this.#times.leaseMs;
  }
}
