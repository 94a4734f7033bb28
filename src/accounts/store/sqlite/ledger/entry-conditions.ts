import type { EntryFilter, EntryQuery } from '../../../ledger/entry-store.ts';
import type { Names } from './names.ts';

/** What a filter comes to in SQL, with the values it takes. */
export interface Conditions {
  /** Each begins with ` AND`. */
  readonly sql: string;
  readonly values: readonly number[];
}

/** Columns of the entries and of the roll-ups alike. */
const ROLLED_UP = [
  ['keyId', 'key_id'],
  ['account', 'account_id'],
  ['model', 'model_id'],
] as const;

/** Undefined: no entry can be meant, for one of the names is not in the ledger. */
export function entryConditions(
  filter: EntryFilter & Pick<EntryQuery, 'outcome'>,
  names: Names,
): Conditions | undefined {
  const rolledUp = rollupConditions(filter, names);
  if (rolledUp === undefined) return undefined;
  const sql = [rolledUp.sql];
  const values = [...rolledUp.values];
  const { provider, outcome } = filter;
  if (provider !== undefined) {
    const id = names.find(provider);
    if (id === undefined) return undefined;
    sql.push(' AND provider_id = ?');
    values.push(id);
  }
  if (outcome !== undefined) {
    const isAmong = 'among' in outcome;
    const known = (isAmong ? outcome.among : outcome.notAmong).flatMap((name) => names.find(name) ?? []);
    if (isAmong && known.length === 0) return undefined;
    sql.push(` AND outcome_id ${isAmong ? '' : 'NOT '}IN (${known.map(() => '?').join()})`);
    values.push(...known);
  }
  return { sql: sql.join(''), values };
}

/** The part of a filter that the roll-ups keep apart too. */
export function rollupConditions(filter: EntryFilter, names: Names): Conditions | undefined {
  const sql: string[] = [];
  const values: number[] = [];
  for (const [field, column] of ROLLED_UP) {
    const name = filter[field];
    if (name === undefined) continue;
    const id = names.find(name);
    if (id === undefined) return undefined;
    sql.push(` AND ${column} = ?`);
    values.push(id);
  }
  return { sql: sql.join(''), values };
}
