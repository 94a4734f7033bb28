import { expect, test } from 'bun:test';
import { PRICE } from '../../src/accounts/ledger/work.fixture.ts';
import { writePrice } from '../../src/accounts/ledger/price-version.ts';
import { openPostgresStores } from '../../src/accounts/store/postgres/stores.ts';
import { LONGEST_PAGE_MS, QUESTIONS, timePages } from '../support/entry-pages.ts';
import { makeLedgerDirectory, removeLedgerDirectory } from '../support/ledger-directory.ts';
import { skipWithoutPostgres, startPostgres } from '../support/postgres.ts';

/** Entries of one month: 1,000 keys of 20 accounts, each with three of twelve models, evenly over 31 days. */
const ENTRIES = Number(process.env.TH_ENTRIES ?? 10_000_000);
const MARCH = Date.UTC(2026, 2, 1);
const MONTH_MS = 31 * 86_400_000;

/** Written by SQL alone, since it is what reads them that is measured. Names 1 to 1,000 are keys, and so on. */
const FILL = `
  SET synchronous_commit = off;
  INSERT INTO tokenharbor.names (digest, name) SELECT sha256(convert_to(name, 'UTF8')), name FROM (
    SELECT 'key_' || i AS name, i AS at FROM generate_series(0, 999) i
    UNION ALL SELECT 'account-' || i, 1000 + i FROM generate_series(0, 19) i
    UNION ALL SELECT 'vendor/model-' || i, 1020 + i FROM generate_series(0, 11) i
    UNION ALL SELECT 'answered', 1032 UNION ALL SELECT 'vendor', 1033) named ORDER BY at;
  INSERT INTO tokenharbor.prices (digest, price) VALUES (repeat('0', 64), '${writePrice(PRICE)}');
  INSERT INTO tokenharbor.entries (request_id, key_id, account_id, model_id, price_id, outcome_id, provider_id,
    upstream_model_id, attempts, estimated, held_nano, at_ms, settled_at, input_tokens, output_tokens,
    cache_read_tokens, cache_write_tokens, reasoning_tokens, cost_nano, steering_tokens)
  SELECT (lpad(to_hex(at_ms), 12, '0') || lpad(to_hex(i), 20, '0'))::uuid, 1 + key, 1001 + key % 20,
    1021 + (key + i % 3) % 12, 1, 1033, 1034, 1021 + key % 12, 1, false, 100000000, at_ms, at_ms + 3000, input, output,
    0, 0, 0, (input * ${PRICE.input} + output * ${PRICE.output} + 500000) / 1000000, 0
  FROM (SELECT i, ${MARCH} + (i * ${MONTH_MS}::bigint) / ${ENTRIES} AS at_ms, (i * 7919) % 1000 AS key,
    (i * 31) % 5000 AS input, (i * 17) % 1500 AS output FROM generate_series(0, ${ENTRIES}::bigint - 1) i) made;
  INSERT INTO tokenharbor.rollups
  SELECT (at_ms / 86400000)::integer, key_id, account_id, model_id, count(*), sum(input_tokens), sum(output_tokens),
    0, 0, 0, sum(cost_nano), 0 FROM tokenharbor.entries GROUP BY 1, 2, 3, 4;
  ANALYZE tokenharbor.entries; ANALYZE tokenharbor.rollups; ANALYZE tokenharbor.names`;

const isSkipped = skipWithoutPostgres('ten million entries on PostgreSQL');

test.skipIf(isSkipped)(
  `a month of ${ENTRIES} entries on PostgreSQL is asked for, and verified`,
  async () => {
    const server = await startPostgres({ fsync: 'off', max_wal_size: '4GB' });
    const dataDir = makeLedgerDirectory();
    try {
      const database = await server.createDatabase();
      const stores = await openPostgresStores({ url: server.urlOf(database), dataDir });
      let began = performance.now();
      await server.sql(database, FILL);
      tell('filling, by SQL', `${((performance.now() - began) / 1000).toFixed(0)} s`);
      const [size] = await server.sql(database, `SELECT pg_database_size('${database}') AS bytes`);
      const bytes = Number(size?.['bytes']);
      tell('size', `${(bytes / 1e6).toFixed(0)} MB, ${(bytes / ENTRIES).toFixed(0)} bytes an entry`);

      const month = { since: '2026-03-01', until: '2026-04-01' };
      for (const by of [['key'], ['model'], ['account'], ['day'], ['key', 'model']] as const) {
        tell(`the month by ${by.join(' and ')}`, await took(() => stores.usage.totals({ by, ...month })));
      }
      tell(
        'the bill of an account',
        await took(() => stores.usage.totals({ by: ['key', 'model'], account: 'account-7', ...month })),
      );
      tell('one key, since ever', await took(() => stores.usage.totals({ by: ['model'], keyId: 'key_500' })));
      tell(
        'what an account has spent in all periods',
        await took(() => stores.ledger.standings('account', 'account-7', MARCH + MONTH_MS - 1)),
      );
      for (const [name, query] of QUESTIONS) {
        const { pages, entries, longestMs } = await timePages(stores.entries, query, 200);
        tell(name, `${pages} pages, ${entries} entries, the longest ${longestMs.toFixed(0)} ms`);
        expect(longestMs).toBeLessThan(LONGEST_PAGE_MS);
      }
      tell('a day by provider', await took(() => stores.entries.daySums({ by: ['provider'], day: '2026-03-05' })));
      began = performance.now();
      const verified = await stores.ledger.verify();
      tell('verifying', `${((performance.now() - began) / 1000).toFixed(1)} s`);
      expect(verified).toEqual({ entries: ENTRIES, openHolds: 0, drift: [], driftCount: 0 });
      await stores.close();
    } finally {
      await server.remove();
      removeLedgerDirectory(dataDir);
    }
  },
  3 * 3_600_000,
);

/** The median of some runs, on the clock: most of it is the server's. */
async function took(work: () => Promise<unknown>): Promise<string> {
  const times: number[] = [];
  for (let run = 0; run < 9; run++) {
    const before = performance.now();
    await work();
    times.push(performance.now() - before);
  }
  return `${times.sort((a, b) => a - b)[4]?.toFixed(1)} ms`;
}

function tell(what: string, result: string): void {
  console.log(`${what}: ${result}`);
}
