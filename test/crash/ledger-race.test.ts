import { afterEach, beforeEach, expect, test } from 'bun:test';
import { expectSound, makeLedgerDirectory, removeLedgerDirectory } from '../support/ledger-directory.ts';
import { startLedgerProcess } from '../support/ledger-process.ts';

/** `TH_ROUNDS=50` is the long form. */
const ROUNDS = Number(process.env.TH_ROUNDS ?? 2);

let dataDir: string;
beforeEach(() => {
  dataDir = makeLedgerDirectory();
});
afterEach(() => removeLedgerDirectory(dataDir));

test(
  `fault 48: three processes that want 500 of a budget of 100 get exactly 100, ${ROUNDS} times`,
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      removeLedgerDirectory(dataDir);
      const processes = [167, 167, 166].map((count) => startLedgerProcess([dataDir, 'race', String(count), '100']));
      for (const one of processes) expect(await one.exited).toEqual({ code: 0, errors: '' });
      const granted = processes.flatMap((one) => one.lines()).map((line) => Number(line.split(' ')[1]));
      expect(granted).toHaveLength(3);
      expect(granted.reduce((sum, one) => sum + one)).toBe(100);
      expect(await expectSound(dataDir, [])).toBe(100);
    }
  },
  ROUNDS * 30_000,
);

test('processes that write at once, each with what the others see, lose nothing', async () => {
  const processes = Array.from({ length: 3 }, () => startLedgerProcess([dataDir, 'run', '300']));
  for (const one of processes) expect(await one.exited).toEqual({ code: 0, errors: '' });
  const lines = processes.flatMap((one) => one.lines());
  expect(lines.filter((line) => line.startsWith('settled'))).toHaveLength(900);
  expect(await expectSound(dataDir, lines)).toBe(900);
}, 60_000);
