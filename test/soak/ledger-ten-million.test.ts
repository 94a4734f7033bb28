import { expect, test } from 'bun:test';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { costNano } from '../../src/accounts/pricing.ts';
import type { LedgerWork } from '../../src/accounts/ledger/ports.ts';
import { makeReservation, makeSettlement, PRICE } from '../../src/accounts/ledger/work.fixture.ts';
import { openSqliteStores } from '../../src/accounts/store/sqlite/stores.ts';
import { LONGEST_PAGE_MS, QUESTIONS, timePages } from '../support/entry-pages.ts';
import { makeLedgerDirectory, removeLedgerDirectory } from '../support/ledger-directory.ts';

/** Entries of one month: 1,000 keys of 20 accounts, each with three of twelve models, evenly over 31 days. */
const ENTRIES = Number(process.env.TH_ENTRIES ?? 10_000_000);
/** A directory that is kept, and looked at again if it is filled already. */
const KEPT = process.env.TH_LEDGER_DIR;
const BATCH = 1000;
const MARCH = Date.UTC(2026, 2, 1);
const MONTH_MS = 31 * 86_400_000;

test(
  `a month of ${ENTRIES} entries is asked for in 100 ms of CPU, and verified`,
  async () => {
    const dataDir = KEPT ?? makeLedgerDirectory();
    try {
      if (!existsSync(join(dataDir, 'tokenharbor.db'))) await fill(dataDir);
      const bytes = readdirSync(dataDir)
        .filter((name) => name.startsWith('tokenharbor.db'))
        .reduce((sum, name) => sum + statSync(join(dataDir, name)).size, 0);
      tell('file size', `${(bytes / 1e6).toFixed(0)} MB, ${(bytes / ENTRIES).toFixed(0)} bytes an entry`);
      const opening = await took(3, async () => openSqliteStores(dataDir).close());
      tell('opening', `${opening.toFixed(0)} ms`);

      const stores = openSqliteStores(dataDir);
      const month = { since: '2026-03-01', until: '2026-04-01' };
      const slowest: number[] = [];
      for (const by of [['key'], ['model'], ['account'], ['day'], ['key', 'model']] as const) {
        const ms = await took(9, () => stores.usage.totals({ by, ...month }));
        tell(`the month by ${by.join(' and ')}`, `${ms.toFixed(1)} ms`);
        slowest.push(ms);
      }
      const bill = await took(9, () => stores.usage.totals({ by: ['key', 'model'], account: 'account-7', ...month }));
      tell('the bill of an account', `${bill.toFixed(1)} ms`);
      const own = await took(9, () => stores.usage.totals({ by: ['model'], keyId: 'key_500' }));
      tell('one key, since ever', `${own.toFixed(1)} ms`);
      const standing = await took(9, () => stores.ledger.standings('account', 'account-7', MARCH + MONTH_MS - 1));
      tell('what an account has spent in all periods', `${standing.toFixed(1)} ms`);
      expect(Math.max(...slowest, bill, own, standing)).toBeLessThan(100);

      for (const [name, query] of QUESTIONS) {
        const { pages, entries, longestMs } = await timePages(stores.entries, query, 200);
        tell(name, `${pages} pages, ${entries} entries, the longest ${longestMs.toFixed(0)} ms`);
        expect(longestMs).toBeLessThan(LONGEST_PAGE_MS);
      }
      const byProvider = await took(3, () => stores.entries.daySums({ by: ['provider'], day: '2026-03-05' }));
      tell('a day by provider', `${byProvider.toFixed(0)} ms`);

      const before = performance.now();
      const verified = await stores.ledger.verify();
      tell('verifying', `${((performance.now() - before) / 1000).toFixed(1)} s`);
      expect(verified).toEqual({ entries: ENTRIES, openHolds: 0, drift: [], driftCount: 0 });
      await stores.close();
    } finally {
      if (KEPT === undefined) removeLedgerDirectory(dataDir);
    }
  },
  3 * 3_600_000,
);

async function fill(dataDir: string): Promise<void> {
  const stores = openSqliteStores(dataDir);
  const boot = await stores.ledger.openBoot(0);
  const began = performance.now();
  const cpu = process.cpuUsage();
  let open: LedgerWork[] = [];
  for (let at = 0; at < ENTRIES; at += BATCH) {
    const works = open;
    open = [];
    for (let i = at; i < Math.min(at + BATCH, ENTRIES); i++) {
      const [reservation, settlement] = request(i);
      works.push({ kind: 'reserve', bootId: boot.id, reservation });
      open.push({ kind: 'settle', settlement });
    }
    await stores.ledger.apply(works);
  }
  await stores.ledger.apply(open);
  const { user, system } = process.cpuUsage(cpu);
  tell(
    'writing',
    `${((performance.now() - began) / 1000).toFixed(0)} s, ${((user + system) / ENTRIES).toFixed(1)} µs CPU a request`,
  );
  await boot.close();
  await stores.close();
}

/** Ids that sort by time, as the gateway's own do. */
function request(i: number) {
  const atMs = MARCH + Math.floor((i / ENTRIES) * MONTH_MS);
  const random = Math.imul(i + 1, 0x9e37_79b1) >>> 0;
  const id =
    atMs.toString(16).padStart(12, '0') + i.toString(16).padStart(12, '0') + random.toString(16).padStart(8, '0');
  const key = random % 1000;
  const usage = {
    inputTokens: random % 5000,
    outputTokens: (random >>> 8) % 1500,
    cacheReadTokens: random % 3 === 0 ? (random >>> 4) % 20_000 : 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
  };
  const reservation = makeReservation({
    requestId: `req_th_${id}`,
    keyId: `key_${key}`,
    account: `account-${key % 20}`,
    model: `vendor/model-${(key + ((random >>> 12) % 3)) % 12}`,
    amountNano: 100_000_000n,
    atMs,
  });
  const settlement = makeSettlement(reservation.requestId, {
    usage,
    costNano: costNano(usage, PRICE),
    settledAtMs: atMs + 3000,
    provider: `vendor-${key % 4}`,
    upstreamModel: `model-${key % 12}`,
  });
  return [reservation, settlement] as const;
}

/** The median of some runs, in milliseconds of this process's CPU: what others do on the machine is not asked about. */
async function took(runs: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return times.sort((a, b) => a - b)[runs >> 1] as number;
}

function tell(what: string, result: string): void {
  console.log(`${what}: ${result}`);
}
