import { BUDGET_PERIODS, resetOf, spansAt } from '../../../ledger/period.ts';
import type { Holder, Standing } from '../../../ledger/ports.ts';
import { numbers } from '../arrays.ts';
import type { Database } from '../database.ts';
import { FOREVER } from './counters.ts';
import { keysOfChain } from './key-chains.ts';

const ROWS: Readonly<Record<Holder, string>> = {
  key: `key_id IN (${keysOfChain('$1')})`,
  account: "account_id = (SELECT id FROM tokenharbor.names WHERE digest = sha256(convert_to($1, 'UTF8')))",
};

/** From the roll-ups and the open holds: right whether there is a budget or not. A key stands for its whole chain. */
const READ = (holder: Holder) => `
  SELECT
    (SELECT coalesce(sum(cost_nano), 0) FROM tokenharbor.rollups
      WHERE ${ROWS[holder]} AND day >= span.first_day AND day < span.end_day) AS spent,
    (SELECT coalesce(sum(amount_nano), 0) FROM tokenharbor.holds
      WHERE ${ROWS[holder]} AND at_ms >= span.first_day * 86400000::bigint
        AND at_ms < span.end_day * 86400000::bigint) AS held
  FROM unnest($2::integer[], $3::integer[]) WITH ORDINALITY AS span (first_day, end_day, at)
  ORDER BY span.at`;

/** What a holder has spent and holds in all periods. */
export async function standingsOf(database: Database, holder: Holder, name: string, atMs: number): Promise<Standing[]> {
  const spans = spansAt(atMs);
  const all = BUDGET_PERIODS.map((period) => spans[period]);
  const rows = await database.query(READ(holder), [
    name.replaceAll('\0', '\u{fffd}'),
    numbers(all.map(({ firstDay }) => firstDay)),
    numbers(all.map(({ endDay }) => Math.min(endDay, FOREVER))),
  ]);
  return all.map((span, at) => ({
    holder,
    period: span.period,
    spentNano: BigInt(rows[at]?.['spent'] ?? 0),
    heldNano: BigInt(rows[at]?.['held'] ?? 0),
    resetsAtMs: resetOf(span),
  }));
}
