import type { AccountRecord, AccountStore, Credit } from '../ports.ts';
import { texts } from './arrays.ts';
import type { Databases } from './database.ts';
import { Lookups } from './lookups.ts';
import { LOCKS } from './migrations.ts';
import type { Row, Session } from './session.ts';
import { readBudget, readLimits, TERMS_COLUMNS, termsValues } from './terms-columns.ts';

const INSERT = `
  INSERT INTO tokenharbor.accounts (id, prepaid, credited_nano, created_at, ${TERMS_COLUMNS})
  VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8)`;
const LOCK = 'SELECT * FROM tokenharbor.accounts WHERE id = $1 FOR UPDATE';
const SET_TERMS = `UPDATE tokenharbor.accounts SET (${TERMS_COLUMNS}) = ($2, $3, $4, $5, $6) WHERE id = $1`;
const SPENT = `
  SELECT coalesce(sum(cost_nano), 0) AS nano FROM tokenharbor.rollups WHERE account_id =
    (SELECT id FROM tokenharbor.names WHERE digest = sha256(convert_to($1, 'UTF8')))`;
const ADD = 'UPDATE tokenharbor.accounts SET credited_nano = credited_nano + $2 WHERE id = $1 RETURNING *';
const INSERT_CREDIT = 'INSERT INTO tokenharbor.credits (account, amount_nano, note, at_ms) VALUES ($1, $2, $3, $4)';
const CREDITS = 'SELECT * FROM tokenharbor.credits WHERE account = $1 ORDER BY id';
const FIND_SOME = 'SELECT * FROM tokenharbor.accounts WHERE id = ANY ($1::text[])';
const FIND = 'SELECT * FROM tokenharbor.accounts WHERE id = $1';

/** The accounts in a migrated database. */
export function createPostgresAccountStore({ hot, patient: database }: Databases): AccountStore {
  const lookups = new Lookups(
    async (ids) => (await hot.query(FIND_SOME, [texts(ids)])).map(toRecord),
    ({ id }: AccountRecord) => id,
  );
  return {
    create: ({ id, prepaid, budget, limits, createdAt }) =>
      database.transaction(async (session) => {
        // What it spent must not grow between the sum and the credit.
        if (prepaid) await session.send(`SELECT pg_advisory_xact_lock(${LOCKS.counters})`);
        await session.send(INSERT, [id, prepaid, createdAt, ...termsValues({ budget, limits })]);
        const before = prepaid ? BigInt((await session.send(SPENT, [id]))[0]?.['nano'] ?? 0) : 0n;
        if (before > 0n) {
          const note = 'used before the account was prepaid';
          await credit(session, { account: id, amountNano: before, note, atMs: createdAt });
        }
        return toRecord((await session.send(FIND, [id]))[0] as Row);
      }),
    find: (id) => lookups.find(id),
    list: async () => (await database.query('SELECT * FROM tokenharbor.accounts ORDER BY id')).map(toRecord),
    async change(id, to) {
      const changed = await database.transaction(async (session) => {
        const [old] = (await session.send(LOCK, [id])).map(toRecord);
        if (old === undefined) return undefined;
        const terms = to(old);
        if (terms instanceof Error) return terms;
        await session.send(SET_TERMS, [id, ...termsValues(terms)]);
        return { ...old, budget: terms.budget, limits: terms.limits };
      });
      if (changed instanceof Error) throw changed;
      return changed;
    },
    credit: (one) => database.transaction((session) => credit(session, one)),
    credits: async (account) => (await database.query(CREDITS, [account])).map(toCredit),
  };
}

async function credit(session: Session, { account, amountNano, note, atMs }: Credit) {
  const [row] = await session.send(ADD, [account, amountNano]);
  if (row === undefined) return undefined;
  await session.send(INSERT_CREDIT, [account, amountNano, note, atMs]);
  return toRecord(row);
}

function toRecord(row: Row): AccountRecord {
  return {
    id: String(row['id']),
    prepaid: row['prepaid'] === 't',
    creditedNano: BigInt(String(row['credited_nano'])),
    budget: readBudget(row),
    limits: readLimits(row),
    createdAt: Number(row['created_at']),
  };
}

function toCredit(row: Row): Credit {
  return {
    account: String(row['account']),
    amountNano: BigInt(String(row['amount_nano'])),
    note: String(row['note']),
    atMs: Number(row['at_ms']),
  };
}
