/** The program and a database that is locked, damaged, of a newer program, or another server's as well. */
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { closeSync, existsSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { allEntries, openHolds } from '../support/ledger-entries.ts';
import { type PricedProgram, pricedProgram } from '../support/priced-program.ts';
import { scratchDirectory, type RunningProgram } from '../support/program.ts';

setDefaultTimeout(60_000);

const SHAPES = ['openai', 'anthropic'] as const;

let scratch: ReturnType<typeof scratchDirectory>;
let at: PricedProgram;
let program: RunningProgram;
let key: string;
let file: string;
beforeEach(async () => {
  scratch = scratchDirectory();
  at = await pricedProgram(scratch.path, scratch.file('data'));
  file = join(at.dataDir, 'tokenharbor.db');
  program = await at.start();
  ({ key } = await at.mint('--budget', '1'));
});
afterEach(async () => {
  await at.stop();
  scratch.remove();
});

async function ask(): Promise<number> {
  const response = await at.ask('openai', key);
  await response.bytes();
  return response.status;
}

async function stop(one = program): Promise<void> {
  one.signal('SIGTERM');
  expect(await one.exited).toBe(0);
}

async function expectSound(entries: number): Promise<void> {
  expect(allEntries(at.dataDir)).toHaveLength(entries);
  expect(openHolds(at.dataDir)).toBe(0);
  expect((await at.verb('ledger', 'verify')).code).toBe(0);
}

/** Holds the lock that writers need, as a process that hangs would. */
function lock() {
  const db = new DatabaseSync(file);
  db.exec('BEGIN IMMEDIATE');
  return {
    release() {
      db.exec('ROLLBACK');
      db.close();
    },
  };
}

describe('fault 54', () => {
  test('a database that is locked for a moment: requests wait, streams and all else go on', async () => {
    const streams = await Promise.all(
      SHAPES.map((shape) => at.ask(shape, key, { model: `${shape}/held`, stream: true })),
    );
    expect(streams.map(({ status }) => status)).toEqual([200, 200]);
    const held = lock();
    const beganMs = performance.now();
    const asked = Array.from({ length: 20 }, ask);
    let slowestMs = 0;
    while (performance.now() - beganMs < 1500) {
      const askedMs = performance.now();
      expect([200, 503]).toContain(await at.readyz());
      slowestMs = Math.max(slowestMs, performance.now() - askedMs);
      await Bun.sleep(20);
    }
    // Nobody is held up by those who wait for the lock.
    expect(slowestMs).toBeLessThan(5_000);
    held.release();
    expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
    expect(performance.now() - beganMs).toBeGreaterThan(1400);
    at.release();
    for (const stream of streams) expect(await stream.text()).toMatch(/\[DONE\]|message_stop/);
    await stop();
    await expectSound(22);
  });

  test('and for longer than anybody waits: 503 after five seconds, then at once, until it is free again', async () => {
    const streams = await Promise.all(
      SHAPES.map((shape) => at.ask(shape, key, { model: `${shape}/held`, stream: true })),
    );
    const held = lock();
    const beganMs = performance.now();
    expect(await ask()).toBe(503);
    expect(performance.now() - beganMs).toBeWithin(4500, 9000);
    const againMs = performance.now();
    for (const shape of SHAPES) {
      const refused = await at.ask(shape, key);
      expect([refused.status, refused.headers.has('retry-after')]).toEqual([503, true]);
      await refused.bytes();
    }
    expect(performance.now() - againMs).toBeLessThan(10_000);
    at.release();
    for (const stream of streams) expect(await stream.text()).toMatch(/\[DONE\]|message_stop/);
    held.release();
    let status = 0;
    for (let tries = 0; tries < 100 && status !== 200; tries++) {
      status = await ask();
      await Bun.sleep(50);
    }
    expect(status).toBe(200);
    await stop();
    await expectSound(3);
    // Refused, and not interrupted: nothing was begun.
    const refused = program.logLines().filter((line) => line['status'] === 503 || line['status'] === 529);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(new Set(refused.map((line) => line['outcome']))).toEqual(new Set(['refused']));
  });

  test('a second server on the directory shares its books; one that is killed is cleared up after by the other', async () => {
    const other = await pricedProgram(scratch.path, at.dataDir);
    try {
      const second = await other.start();
      expect([await ask(), (await other.ask('anthropic', key)).status]).toEqual([200, 200]);
      const stream = await other.ask('openai', key, { model: 'openai/held', stream: true });
      expect(stream.status).toBe(200);
      // A database that servers use is not replaced.
      expect((await at.verb('backup', '--out', scratch.file('copy.db'))).code).toBe(0);
      const refused = await at.verb('restore', scratch.file('copy.db'));
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain('Stop it first');
      second.signal('SIGKILL');
      await second.exited;
      await stream.text().catch(() => undefined);
      expect(openHolds(at.dataDir)).toBe(1);
      expect(await ask()).toBe(200);
      // The other looks for what the dead have left each half minute, and so does whoever starts.
      const third = await other.start();
      expect(openHolds(at.dataDir)).toBe(0);
      await stop(third);
      await stop();
      await expectSound(4);
      expect(allEntries(at.dataDir).filter(({ outcome }) => outcome === 'killed')).toHaveLength(1);
    } finally {
      await other.stop();
    }
  });
});

describe('fault 55', () => {
  /** Starts it on what there is, and gives back how it ended and what it said. */
  async function refusal(): Promise<string> {
    const refused = await at.launch();
    expect(await refused.exited).not.toBe(0);
    const said = refused.output();
    expect(said).toContain(file);
    // What to do, in words; no stack.
    expect(said).not.toMatch(/\n\s+at /);
    return said;
  }

  test('a database with a page that is no page: it does not start, and a backup put back does', async () => {
    expect(await ask()).toBe(200);
    const copy = scratch.file('copy.db');
    expect((await at.verb('backup', '--out', copy)).code).toBe(0);
    await stop();
    const page = openSync(file, 'r+');
    for (let offset = 4096; offset < statSync(file).size; offset += 4096)
      writeSync(page, new Uint8Array(4096).fill(0xa5), 0, 4096, offset);
    closeSync(page);
    expect(await refusal()).toMatch(/damaged.*backup/s);
    expect((await at.verb('restore', copy)).code).toBe(0);
    const again = await at.start();
    expect(await ask()).toBe(200);
    await stop(again);
    await expectSound(2);
  });

  test('a file that is no database: it does not start, and leaves it as it is', async () => {
    await stop();
    for (const suffix of ['-wal', '-shm']) if (existsSync(file + suffix)) truncateSync(file + suffix);
    writeFileSync(file, 'these are notes of somebody else '.repeat(1000));
    const before = Bun.hash(await Bun.file(file).bytes());
    expect(await refusal()).toMatch(/damaged|not a database/);
    expect(Bun.hash(await Bun.file(file).bytes())).toBe(before);
  });

  test('a database of a newer program: it does not start, says which version it knows, and changes nothing', async () => {
    await stop();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 9999');
    db.close();
    expect(await refusal()).toMatch(/schema version 9999.*newer/s);
    const again = new DatabaseSync(file);
    expect(again.prepare('PRAGMA user_version').get()).toEqual({ user_version: 9999 });
    again.close();
    const verified = await at.verb('ledger', 'verify');
    expect(verified.code).not.toBe(0);
  });

  test('a write-ahead log that is cut by a crash of the machine: what was whole of it counts, and the books are sound', async () => {
    for (let i = 0; i < 20; i++) expect(await ask()).toBe(200);
    program.signal('SIGKILL');
    await program.exited;
    const { size } = statSync(`${file}-wal`);
    expect(size).toBeGreaterThan(8192);
    truncateSync(`${file}-wal`, size - 5000);
    const again = await at.start();
    expect(openHolds(at.dataDir)).toBe(0);
    expect(await ask()).toBe(200);
    await stop(again);
    const entries = allEntries(at.dataDir).length;
    expect(entries).toBeWithin(15, 22);
    await expectSound(entries);
  });
});
