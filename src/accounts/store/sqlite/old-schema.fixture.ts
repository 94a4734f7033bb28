import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The layouts of released versions, as they were: what `migrate` has to be able to read. */
const LAYOUTS = [
  `CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL CHECK (length(prefix) = 12),
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    models TEXT CHECK (json_valid(models)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER,
    rotated_from TEXT UNIQUE REFERENCES keys (id)
  ) STRICT;
  CREATE TABLE usage_by_day (
    day TEXT NOT NULL CHECK (length(day) = 10),
    key_id TEXT NOT NULL,
    account TEXT NOT NULL,
    model TEXT NOT NULL,
    requests INTEGER NOT NULL CHECK (requests >= 0),
    input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
    output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
    cache_read_tokens INTEGER NOT NULL CHECK (cache_read_tokens >= 0),
    cache_write_tokens INTEGER NOT NULL CHECK (cache_write_tokens >= 0),
    reasoning_tokens INTEGER NOT NULL CHECK (reasoning_tokens >= 0),
    cost_nano INTEGER NOT NULL,
    estimated INTEGER NOT NULL CHECK (estimated >= 0),
    PRIMARY KEY (day, key_id, account, model)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 1`,
  `CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL CHECK (length(value) = 32)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 2`,
];

/** A database of an old version with three keys, each the successor of the one before, and three rows of usage in it. */
export function makeOldDatabase(file: string, version: 1 | 2): void {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file);
  for (const layout of LAYOUTS.slice(0, version)) db.exec(layout);
  const key = db.prepare(
    `INSERT INTO keys (id, account, name, prefix, digest, created_at, rotated_from)
     VALUES (?, 'default', 'a key', 'thk_live_abc', ?, ?, ?)`,
  );
  const ids = ['key_a', 'key_b', 'key_c'];
  for (const [at, id] of ids.entries()) key.run(id, String(at).repeat(64), at, ids[at - 1] ?? null);
  const usage = db.prepare(`INSERT INTO usage_by_day VALUES (?, ?, ?, ?, 2, 10, 20, 3, 4, 5, ?, 1)`);
  usage.run('2026-02-28', 'key_a', 'default', 'm', 9_007_199_254_740_993n);
  usage.run('2026-03-01', 'key_a', 'default', 'n', 7n);
  usage.run('2026-03-01', 'key_b', 'default', 'default', 0n);
  db.close();
}
