/** A data directory of a ledger, for tests that look at what processes left in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'bun:test';
import { openLedger } from '../../src/accounts/ledger/ledger.ts';
import { COST } from '../../src/accounts/ledger/work.fixture.ts';
import { openStores } from '../../src/accounts/store/open-stores.ts';

export function makeLedgerDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'tokenharbor-ledger-'));
}

export function removeLedgerDirectory(dataDir: string): void {
  rmSync(dataDir, { recursive: true, force: true });
}

/** Recovers what died, and checks that the ledger is sound and keeps what was acknowledged. Returns its entries. */
export async function expectSound(dataDir: string, lines: readonly string[], database?: string): Promise<number> {
  const stores = await openStores({ dataDir, database });
  const ledger = await openLedger({
    store: stores.ledger,
    spoolDirectory: join(dataDir, 'boots'),
    onFault: (what, cause) => {
      throw new Error(what, { cause });
    },
    now: Date.now,
  });
  try {
    await ledger.recover();
    const verified = await stores.ledger.verify();
    expect(verified).toMatchObject({ openHolds: 0, drift: [] });
    for (const line of lines) {
      const [word, id = ''] = line.split(' ');
      if (word !== 'held' && word !== 'settled') continue;
      const entry = await stores.ledger.entry(id);
      expect({ line, outcome: entry?.outcome }).toEqual({
        line,
        outcome: word === 'settled' ? 'answered' : expect.stringMatching(/^(answered|killed)$/),
      });
      if (entry?.outcome === 'answered' || entry?.estimated === true) expect(entry.costNano).toBe(COST);
      else expect(entry?.costNano).toBe(0n);
    }
    const [total] = await stores.usage.totals({ by: [] });
    expect(total?.requests ?? 0).toBe(verified.entries);
    expect(await stores.ledger.deadBoots()).toEqual([]);
    return verified.entries;
  } finally {
    await ledger.close();
    await stores.close();
  }
}
