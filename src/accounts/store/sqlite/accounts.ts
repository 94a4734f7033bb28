import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { AccountRecord, AccountStore, Credit } from '../ports.ts';
import { toStoreError } from './error.ts';
import { readBudget, readLimits, SET_TERMS, termsParameters } from './terms-columns.ts';
import { transact } from './transact.ts';

type Row = Record<string, SQLOutputValue>;

/** The accounts in an open, migrated database. */
export function createSqliteAccountStore(db: DatabaseSync, path: string): AccountStore {
  const insert = db.prepare(
    `INSERT INTO accounts (id, prepaid, credited_nano, budget_nano, budget_period, rpm, tpm, concurrency, created_at)
     VALUES (:id, :prepaid, 0, :budgetNano, :budgetPeriod, :rpm, :tpm, :concurrency, :createdAt)`,
  );
  const setTerms = db.prepare(`UPDATE accounts SET ${SET_TERMS} WHERE id = :id`);
  const find = db.prepare('SELECT * FROM accounts WHERE id = ?');
  const list = db.prepare('SELECT * FROM accounts ORDER BY id');
  const spent = db.prepare(
    `SELECT coalesce(sum(cost_nano), 0) AS nano FROM rollups WHERE account_id = (SELECT id FROM names WHERE name = ?)`,
  );
  const addTo = db.prepare('UPDATE accounts SET credited_nano = credited_nano + :amountNano WHERE id = :account');
  const insertCredit = db.prepare(
    'INSERT INTO credits (account, amount_nano, note, at_ms) VALUES (:account, :amountNano, :note, :atMs)',
  );
  const credits = db.prepare('SELECT account, amount_nano, note, at_ms FROM credits WHERE account = ? ORDER BY id');
  for (const statement of [find, list, spent, credits]) statement.setReadBigInts(true);

  async function run<T>(work: () => T): Promise<T> {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, path);
    }
  }

  function credit({ account, amountNano, note, atMs }: Credit): boolean {
    if (addTo.run({ account, amountNano }).changes === 0) return false;
    insertCredit.run({ account, amountNano, note, atMs });
    return true;
  }

  const read = (id: string): AccountRecord | undefined => {
    const row = find.get(id);
    return row === undefined ? undefined : toRecord(row);
  };

  return {
    create: ({ id, prepaid, budget, limits, createdAt }) =>
      run(() =>
        transact(db, () => {
          insert.run({ id, prepaid: prepaid ? 1 : 0, ...termsParameters({ budget, limits }), createdAt });
          const before = prepaid ? (spent.get(id)?.['nano'] as bigint) : 0n;
          if (before > 0n) {
            credit({ account: id, amountNano: before, note: 'used before the account was prepaid', atMs: createdAt });
          }
          return read(id) as AccountRecord;
        }),
      ),
    find: (id) => run(() => read(id)),
    list: () => run(() => list.all().map(toRecord)),
    async change(id, to) {
      const changed = await run(() =>
        transact(db, () => {
          const old = read(id);
          if (old === undefined) return undefined;
          const terms = to(old);
          if (terms instanceof Error) return terms;
          const { budget, limits } = terms;
          setTerms.run({ id, ...termsParameters(terms) });
          return { ...old, budget, limits };
        }),
      );
      if (changed instanceof Error) throw changed;
      return changed;
    },
    credit: (one) => run(() => transact(db, () => (credit(one) ? read(one.account) : undefined))),
    credits: (account) => run(() => credits.all(account).map(toCredit)),
  };
}

function toRecord(row: Row): AccountRecord {
  return {
    id: String(row['id']),
    prepaid: Number(row['prepaid']) === 1,
    creditedNano: row['credited_nano'] as bigint,
    budget: readBudget(row),
    limits: readLimits(row),
    createdAt: Number(row['created_at']),
  };
}

function toCredit(row: Row): Credit {
  return {
    account: String(row['account']),
    amountNano: row['amount_nano'] as bigint,
    note: String(row['note']),
    atMs: Number(row['at_ms']),
  };
}
