import type { LedgerEntry, Settlement } from '../../../ledger/ports.ts';
import { readLost, writeLost } from '../../../ledger/lost-attempts.ts';
import { readRareCounts, writeRareCounts } from '../../../ledger/usage-counts.ts';
import { numbers, plainTexts, texts } from '../arrays.ts';
import type { Row, Session } from '../session.ts';
import { type Hold, hexOf, toPrice } from './holds.ts';
import type { Names } from './names.ts';
import type { PriceVersions } from './price-versions.ts';

/** An entry to be written, with the hold it ends. */
export interface NewEntry {
  readonly id: string;
  readonly hold: Hold;
  /** Of the model it counts for. */
  readonly modelId: number;
  readonly settlement: Settlement;
}

/** Everything an entry has, with its texts; `e` may be narrowed by whoever asks. */
export const READ_ENTRIES = `
  SELECT e.*, k.name AS key, a.name AS account, m.name AS model, o.name AS outcome, v.name AS provider,
    u.name AS upstream_model, p.price
  FROM tokenharbor.entries e
  LEFT JOIN tokenharbor.names k ON k.id = e.key_id LEFT JOIN tokenharbor.names a ON a.id = e.account_id
  LEFT JOIN tokenharbor.names m ON m.id = e.model_id LEFT JOIN tokenharbor.names o ON o.id = e.outcome_id
  LEFT JOIN tokenharbor.names v ON v.id = e.provider_id LEFT JOIN tokenharbor.names u ON u.id = e.upstream_model_id
  LEFT JOIN tokenharbor.prices p ON p.id = e.price_id`;
const READ_SOME = `${READ_ENTRIES} WHERE e.request_id = ANY ($1::uuid[])`;

const INSERT = `
  INSERT INTO tokenharbor.entries (request_id, key_id, account_id, model_id, price_id, outcome_id, provider_id,
    upstream_model_id, attempts, estimated, held_nano, at_ms, settled_at, input_tokens, output_tokens,
    cache_read_tokens, cache_write_tokens, reasoning_tokens, cost_nano, steering_tokens, rare_counts, lost)
  SELECT * FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::integer[], $5::integer[], $6::integer[],
    $7::integer[], $8::integer[], $9::integer[], $10::boolean[], $11::bigint[], $12::bigint[], $13::bigint[],
    $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[],
    $21::text[], $22::text[])`;

export function insertEntries(
  session: Session,
  entries: readonly NewEntry[],
  names: Names,
  prices: PriceVersions,
): Promise<unknown> {
  const ofHold = (of: (hold: Hold) => number | bigint | null) => numbers(entries.map(({ hold }) => of(hold)));
  const own = (of: (settlement: Settlement) => number | bigint | null) =>
    numbers(entries.map(({ settlement }) => of(settlement)));
  const named = (name: string | undefined) => (name === undefined ? null : names.idOf(name));
  return session.send(INSERT, [
    plainTexts(entries.map(({ id }) => id)),
    ofHold(({ keyId }) => keyId),
    ofHold(({ accountId }) => accountId),
    numbers(entries.map(({ modelId }) => modelId)),
    numbers(
      entries.map(({ hold, settlement: { price } }) => (price === undefined ? hold.priceId : prices.idOf(price))),
    ),
    own(({ outcome }) => names.idOf(outcome)),
    own(({ provider }) => named(provider)),
    own(({ upstreamModel }) => named(upstreamModel)),
    own(({ attempts }) => attempts),
    plainTexts(entries.map(({ settlement }) => (settlement.estimated ? 't' : 'f'))),
    ofHold(({ amountNano }) => amountNano),
    ofHold(({ atMs }) => atMs),
    own(({ settledAtMs }) => settledAtMs),
    own(({ usage }) => usage.inputTokens),
    own(({ usage }) => usage.outputTokens),
    own(({ usage }) => usage.cacheReadTokens),
    own(({ usage }) => usage.cacheWriteTokens),
    own(({ usage }) => usage.reasoningTokens),
    own(({ costNano }) => costNano),
    own(({ steeringTokens }) => steeringTokens),
    texts(entries.map(({ settlement }) => writeRareCounts(settlement.usage))),
    texts(entries.map(({ settlement }) => writeLost(settlement.lost))),
  ]);
}

/** By the 32 hex digits of the request. */
export async function readEntries(session: Session, ids: readonly string[]): Promise<Map<string, LedgerEntry>> {
  const rows = ids.length === 0 ? [] : await session.send(READ_SOME, [plainTexts(ids)]);
  return new Map(rows.map((row) => [hexOf(row), toEntry(row)]));
}

/** A row of `READ_ENTRIES`. */
export function toEntry(row: Row): LedgerEntry {
  const number = (name: string) => Number(row[name]);
  return {
    requestId: `req_th_${hexOf(row)}`,
    keyId: String(row['key']),
    account: String(row['account']),
    model: String(row['model']),
    price: toPrice(row),
    heldNano: BigInt(String(row['held_nano'])),
    atMs: number('at_ms'),
    settledAtMs: number('settled_at'),
    outcome: String(row['outcome']),
    usage: {
      inputTokens: number('input_tokens'),
      outputTokens: number('output_tokens'),
      cacheReadTokens: number('cache_read_tokens'),
      cacheWriteTokens: number('cache_write_tokens'),
      reasoningTokens: number('reasoning_tokens'),
      ...readRareCounts(row['rare_counts'] ?? null),
    },
    costNano: BigInt(String(row['cost_nano'])),
    estimated: row['estimated'] === 't',
    provider: row['provider'] ?? undefined,
    upstreamModel: row['upstream_model'] ?? undefined,
    attempts: number('attempts'),
    lost: readLost(row['lost'] ?? null),
    steeringTokens: number('steering_tokens'),
  };
}
