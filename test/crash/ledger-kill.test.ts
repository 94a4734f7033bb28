import { afterEach, beforeEach, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expectSound, makeLedgerDirectory, removeLedgerDirectory } from '../support/ledger-directory.ts';
import { startLedgerProcess } from '../support/ledger-process.ts';

/** `TH_ROUNDS=200` is the long form. */
const ROUNDS = Number(process.env.TH_ROUNDS ?? 4);
const REQUESTS = 1000;

let dataDir: string;
beforeEach(() => {
  dataDir = makeLedgerDirectory();
});
afterEach(() => removeLedgerDirectory(dataDir));

test(
  `fault 50: a process killed in the middle of ${REQUESTS} requests loses no charge it acknowledged, ${ROUNDS} times`,
  async () => {
    const told: string[] = [];
    let entries = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const process = startLedgerProcess([dataDir, 'run', String(REQUESTS)]);
      // Spread over the whole run, its beginning and its end included.
      await process.said(Math.floor((round / ROUNDS) * 2 * REQUESTS) + 1);
      await process.kill();
      const lines = process.lines();
      told.push(...lines);
      // All of it at the end: what one round acknowledged, another must not lose.
      const now = await expectSound(dataDir, round === ROUNDS - 1 ? told : lines);
      const held = lines.filter((line) => line.startsWith('held')).length;
      expect(now).toBeGreaterThanOrEqual(entries + held);
      // Those whose hold was on disk but not told yet.
      expect(now).toBeLessThanOrEqual(entries + held + 20);
      entries = now;
    }
    // What the dead left in files is cleared up.
    expect(readdirSync(join(dataDir, 'boots'))).toEqual([]);
  },
  ROUNDS * 30_000,
);
