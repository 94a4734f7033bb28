import { readPrice } from '../../../ledger/price-version.ts';
import type { JournalEntry, OpenHold } from '../../../ledger/ports.ts';
import { readRareCounts, writeRareCounts } from '../../../ledger/usage-counts.ts';
import type { Price } from '../../../pricing.ts';
import { numbers, plainTexts, texts } from '../arrays.ts';
import type { Row, Session } from '../session.ts';

/** An open hold, with its texts and the numbers that stand for them. */
export interface Hold {
  readonly bootId: number;
  readonly keyId: number;
  readonly accountId: number;
  readonly modelId: number;
  readonly priceId: number | null;
  readonly key: string;
  readonly account: string;
  readonly model: string;
  readonly price: Price | undefined;
  readonly amountNano: bigint;
  readonly atMs: number;
}

/** By the 32 hex digits of the request. */
export type HoldsById = ReadonlyMap<string, Hold>;

const READ = `
  SELECT h.*, k.name AS key, a.name AS account, m.name AS model, p.price FROM tokenharbor.holds h
  LEFT JOIN tokenharbor.names k ON k.id = h.key_id LEFT JOIN tokenharbor.names a ON a.id = h.account_id
  LEFT JOIN tokenharbor.names m ON m.id = h.model_id LEFT JOIN tokenharbor.prices p ON p.id = h.price_id`;
const READ_SOME = `${READ} WHERE h.request_id = ANY ($1::uuid[])`;
const READ_BOOT = `${READ} WHERE h.boot_id = $1 ORDER BY h.request_id`;

const LOCK = `
  SELECT request_id, boot_id, amount_nano FROM tokenharbor.holds WHERE request_id = ANY ($1::uuid[])
  ORDER BY request_id FOR UPDATE`;

const INSERT = `
  INSERT INTO tokenharbor.holds (request_id, boot_id, key_id, account_id, model_id, price_id, amount_nano, at_ms)
  SELECT * FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::integer[], $5::integer[], $6::integer[],
    $7::bigint[], $8::bigint[])`;

const DELETE = 'DELETE FROM tokenharbor.holds WHERE request_id = ANY ($1::uuid[])';

const JOURNAL = `
  UPDATE tokenharbor.holds h SET journaled_at = j.at, input_tokens = j.input, output_tokens = j.output,
    cache_read_tokens = j.cache_read, cache_write_tokens = j.cache_write, reasoning_tokens = j.reasoning,
    rare_counts = j.rare
  FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[])
    AS j (id, at, input, output, cache_read, cache_write, reasoning, rare)
  WHERE h.request_id = j.id`;

/** What is there of some requests' holds, for this transaction alone until it ends. */
export async function lockHolds(session: Session, ids: readonly string[]) {
  const rows = ids.length === 0 ? [] : await session.send(LOCK, [plainTexts(ids)]);
  return new Map(
    rows.map((row) => [hexOf(row), { bootId: Number(row['boot_id']), amountNano: BigInt(String(row['amount_nano'])) }]),
  );
}

export async function readHolds(session: Session, ids: readonly string[]): Promise<HoldsById> {
  const rows = ids.length === 0 ? [] : await session.send(READ_SOME, [plainTexts(ids)]);
  return new Map(rows.map((row) => [hexOf(row), toHold(row)]));
}

export function insertHolds(session: Session, holds: HoldsById): Promise<unknown> {
  const all = [...holds.values()];
  return session.send(INSERT, [
    plainTexts([...holds.keys()]),
    numbers(all.map(({ bootId }) => bootId)),
    numbers(all.map(({ keyId }) => keyId)),
    numbers(all.map(({ accountId }) => accountId)),
    numbers(all.map(({ modelId }) => modelId)),
    numbers(all.map(({ priceId }) => priceId)),
    numbers(all.map(({ amountNano }) => amountNano)),
    numbers(all.map(({ atMs }) => atMs)),
  ]);
}

export function deleteHolds(session: Session, ids: readonly string[]): Promise<unknown> {
  return session.send(DELETE, [plainTexts(ids)]);
}

export function journalHolds(session: Session, journal: ReadonlyMap<string, JournalEntry>): Promise<unknown> {
  const all = [...journal.values()];
  return session.send(JOURNAL, [
    plainTexts([...journal.keys()]),
    numbers(all.map(({ atMs }) => atMs)),
    numbers(all.map(({ usage }) => usage.inputTokens)),
    numbers(all.map(({ usage }) => usage.outputTokens)),
    numbers(all.map(({ usage }) => usage.cacheReadTokens)),
    numbers(all.map(({ usage }) => usage.cacheWriteTokens)),
    numbers(all.map(({ usage }) => usage.reasoningTokens)),
    texts(all.map(({ usage }) => writeRareCounts(usage))),
  ]);
}

export async function openHoldsOf(session: Session, bootId: number): Promise<OpenHold[]> {
  return (await session.send(READ_BOOT, [bootId])).map(toOpenHold);
}

function toHold(row: Row): Hold {
  const number = (name: string) => Number(row[name]);
  return {
    bootId: number('boot_id'),
    keyId: number('key_id'),
    accountId: number('account_id'),
    modelId: number('model_id'),
    priceId: row['price_id'] === null ? null : number('price_id'),
    key: String(row['key']),
    account: String(row['account']),
    model: String(row['model']),
    price: toPrice(row),
    amountNano: BigInt(String(row['amount_nano'])),
    atMs: number('at_ms'),
  };
}

function toOpenHold(row: Row): OpenHold {
  const { key, account, model, price, amountNano, atMs } = toHold(row);
  const requestId = `req_th_${hexOf(row)}`;
  const number = (name: string) => Number(row[name]);
  const journal: JournalEntry | undefined =
    row['journaled_at'] === null
      ? undefined
      : {
          requestId,
          atMs: number('journaled_at'),
          usage: {
            inputTokens: number('input_tokens'),
            outputTokens: number('output_tokens'),
            cacheReadTokens: number('cache_read_tokens'),
            cacheWriteTokens: number('cache_write_tokens'),
            reasoningTokens: number('reasoning_tokens'),
            ...readRareCounts(row['rare_counts'] ?? null),
          },
        };
  return { requestId, keyId: key, account, model, price, amountNano, atMs, journal };
}

export function toPrice(row: Row): Price | undefined {
  const text = row['price'] ?? null;
  return text === null ? undefined : readPrice(text);
}

/** The request's 32 digits: PostgreSQL writes them with dashes. */
export function hexOf(row: Row): string {
  return String(row['request_id']).replaceAll('-', '');
}
