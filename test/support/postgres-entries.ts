/** What stands in the ledger of a PostgreSQL database, read beside the program: by SQL of the tests' own. */
import type { StoredAttempt, StoredEntry } from './ledger-entries.ts';
import type { PostgresServer } from './postgres.ts';

/** Every entry as JSON, whose numbers beyond a double are texts. */
const SELECT = `
  SELECT json_build_object('requestId', 'req_th_' || replace(e.request_id::text, '-', ''), 'key', k.name,
    'account', a.name, 'model', m.name, 'outcome', o.name, 'input', e.input_tokens, 'output', e.output_tokens,
    'cost', e.cost_nano::text, 'held', e.held_nano::text, 'estimated', e.estimated, 'provider', p.name,
    'upstreamModel', u.name, 'attempts', e.attempts, 'lost', coalesce(e.lost::json, '[]'),
    'steering', e.steering_tokens, 'price', r.price, 'heldAt', e.at_ms, 'settledAt', e.settled_at)::text AS entry
  FROM tokenharbor.entries e JOIN tokenharbor.names k ON k.id = e.key_id
    JOIN tokenharbor.names a ON a.id = e.account_id JOIN tokenharbor.names m ON m.id = e.model_id
    JOIN tokenharbor.names o ON o.id = e.outcome_id LEFT JOIN tokenharbor.names p ON p.id = e.provider_id
    LEFT JOIN tokenharbor.names u ON u.id = e.upstream_model_id LEFT JOIN tokenharbor.prices r ON r.id = e.price_id
  ORDER BY e.request_id`;

type Row = Omit<StoredEntry, 'cost' | 'held' | 'lost'> & {
  readonly cost: string;
  readonly held: string;
  readonly lost: StoredAttempt[];
};

/** Every entry, in the order the requests came. */
export async function postgresEntries(server: PostgresServer, database: string): Promise<StoredEntry[]> {
  const rows = await server.sql(database, SELECT);
  return rows.map(({ entry }) => {
    const row = JSON.parse(String(entry)) as Row;
    return { ...row, cost: BigInt(row.cost), held: BigInt(row.held) };
  });
}

export async function postgresOpenHolds(server: PostgresServer, database: string): Promise<number> {
  const [row] = await server.sql(database, 'SELECT count(*)::text AS n FROM tokenharbor.holds');
  return Number(row?.['n']);
}
