import type { EntryFilter, EntryQuery } from '../../../ledger/entry-store.ts';
import { texts } from '../arrays.ts';
import type { Session } from '../session.ts';

const FIND = `
  SELECT name, id FROM tokenharbor.names WHERE digest IN (
    SELECT sha256(convert_to(given.name, 'UTF8')) FROM unnest($1::text[]) AS given (name))`;

/** Columns of the entries and of the roll-ups alike. */
const ROLLED_UP = [
  ['keyId', 'key_id'],
  ['account', 'account_id'],
  ['model', 'model_id'],
] as const;

/** What a filter comes to in SQL. All but numbers of names' own is fixed, so it may stand in a statement's text. */
export interface Conditions {
  /** Each begins with ` AND`; what is behind `e.` are columns. `values` are taken from `$first` on. */
  readonly of: (first: number) => string;
  readonly values: readonly string[];
}

export interface AllConditions {
  readonly entries: Conditions;
  /** The part that the roll-ups keep apart too. */
  readonly rollups: Conditions;
}

/** Undefined: no entry can be meant, for one of the names is not in the ledger. */
export async function findConditions(
  session: Session,
  filter: EntryFilter & Pick<EntryQuery, 'outcome'>,
): Promise<AllConditions | undefined> {
  const { provider, outcome } = filter;
  const outcomes = outcome === undefined ? [] : 'among' in outcome ? outcome.among : outcome.notAmong;
  const named = [...ROLLED_UP.flatMap(([field]) => filter[field] ?? []), ...(provider === undefined ? [] : [provider])];
  const ids = await idsOf(session, [...named, ...outcomes]);
  if (named.some((name) => !ids.has(name))) return undefined;
  const columns: string[] = [];
  const values: string[] = [];
  for (const [field, column] of ROLLED_UP) {
    const name = filter[field];
    if (name === undefined) continue;
    columns.push(`${column} = #::integer`);
    values.push(ids.get(name) as string);
  }
  const rollups = toConditions([...columns], [...values]);
  if (provider !== undefined) {
    columns.push('provider_id = #::integer');
    values.push(ids.get(provider) as string);
  }
  if (outcome !== undefined) {
    const known = outcomes.flatMap((name) => ids.get(name) ?? []);
    const isAmong = 'among' in outcome;
    if (isAmong && known.length === 0) return undefined;
    columns.push(isAmong ? 'outcome_id = ANY (#::integer[])' : 'outcome_id <> ALL (#::integer[])');
    values.push(`{${known.join()}}`);
  }
  return { entries: toConditions(columns, values), rollups };
}

function toConditions(columns: readonly string[], values: readonly string[]): Conditions {
  return { of: (first) => columns.map((sql, at) => ` AND ${sql.replace('#', `$${first + at}`)}`).join(''), values };
}

async function idsOf(session: Session, names: readonly string[]): Promise<Map<string, string>> {
  const rows = names.length === 0 ? [] : await session.send(FIND, [texts(names.map((name) => storable(name)))]);
  const ids = new Map(rows.map((row) => [String(row['name']), String(row['id'])]));
  return new Map(names.flatMap((name) => (ids.has(storable(name)) ? [[name, ids.get(storable(name)) as string]] : [])));
}

/** No text of PostgreSQL's has a character 0. */
function storable(name: string): string {
  return name.replaceAll('\0', '\u{fffd}');
}
