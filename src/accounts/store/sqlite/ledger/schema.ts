/**
 * The ledger's tables. Texts that repeat (keys, accounts, models, providers) stand once, in `names`; an entry of them
 * has numbers, which makes ten million entries a third of the size. Days are counted from 1970-01-01, UTC.
 */
export const LEDGER_SCHEMA = `
  CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    prepaid INTEGER NOT NULL CHECK (prepaid IN (0, 1)),
    credited_nano INTEGER NOT NULL,
    budget_nano INTEGER CHECK (budget_nano >= 0),
    budget_period TEXT CHECK (budget_period IN ('day', 'week', 'month', 'total')),
    created_at INTEGER NOT NULL,
    CHECK ((budget_nano IS NULL) = (budget_period IS NULL))
  ) STRICT;

  CREATE TABLE credits (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id),
    amount_nano INTEGER NOT NULL CHECK (amount_nano <> 0),
    note TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

  CREATE TABLE prices (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    price TEXT NOT NULL CHECK (json_valid(price))
  ) STRICT;

  CREATE TABLE boots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    opened_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE holds (
    request_id BLOB PRIMARY KEY CHECK (length(request_id) = 16),
    boot_id INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    model_id INTEGER NOT NULL,
    price_id INTEGER,
    amount_nano INTEGER NOT NULL CHECK (amount_nano >= 0),
    at_ms INTEGER NOT NULL CHECK (at_ms >= 0),
    journaled_at INTEGER,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cache_read_tokens INTEGER,
    cache_write_tokens INTEGER,
    reasoning_tokens INTEGER,
    rare_counts TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE entries (
    request_id BLOB PRIMARY KEY CHECK (length(request_id) = 16),
    key_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    model_id INTEGER NOT NULL,
    price_id INTEGER,
    held_nano INTEGER NOT NULL CHECK (held_nano >= 0),
    at_ms INTEGER NOT NULL CHECK (at_ms >= 0),
    settled_at INTEGER NOT NULL,
    outcome_id INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
    output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
    cache_read_tokens INTEGER NOT NULL CHECK (cache_read_tokens >= 0),
    cache_write_tokens INTEGER NOT NULL CHECK (cache_write_tokens >= 0),
    reasoning_tokens INTEGER NOT NULL CHECK (reasoning_tokens >= 0),
    rare_counts TEXT,
    cost_nano INTEGER NOT NULL CHECK (cost_nano >= 0),
    estimated INTEGER NOT NULL CHECK (estimated IN (0, 1)),
    provider_id INTEGER,
    upstream_model_id INTEGER,
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    lost TEXT,
    steering_tokens INTEGER NOT NULL CHECK (steering_tokens >= 0)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'a ledger entry never changes'); END;
  CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'a ledger entry is never deleted'); END;

  -- holder: 0 a key, 1 an account. The last line is a fence: no fault in the program can hold beyond a limit.
  CREATE TABLE counters (
    holder INTEGER NOT NULL CHECK (holder IN (0, 1)),
    holder_id INTEGER NOT NULL,
    period TEXT NOT NULL,
    spent_nano INTEGER NOT NULL CHECK (spent_nano >= 0),
    held_nano INTEGER NOT NULL CHECK (held_nano >= 0),
    ceiling_nano INTEGER NOT NULL,
    overrun_nano INTEGER NOT NULL CHECK (overrun_nano >= 0),
    PRIMARY KEY (holder, holder_id, period),
    CHECK (spent_nano + held_nano <= ceiling_nano + overrun_nano)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE rollups (
    day INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    model_id INTEGER NOT NULL,
    requests INTEGER NOT NULL CHECK (requests >= 0),
    input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
    output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
    cache_read_tokens INTEGER NOT NULL CHECK (cache_read_tokens >= 0),
    cache_write_tokens INTEGER NOT NULL CHECK (cache_write_tokens >= 0),
    reasoning_tokens INTEGER NOT NULL CHECK (reasoning_tokens >= 0),
    cost_nano INTEGER NOT NULL CHECK (cost_nano >= 0),
    estimated INTEGER NOT NULL CHECK (estimated >= 0),
    PRIMARY KEY (day, key_id, account_id, model_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rollups_of_key ON rollups (key_id, day);
  CREATE INDEX rollups_of_account ON rollups (account_id, day);

  -- What was counted before there were entries: the part of the roll-ups that no entry stands for.
  INSERT INTO names (name)
    SELECT key_id FROM usage_by_day UNION SELECT account FROM usage_by_day UNION SELECT model FROM usage_by_day;
  CREATE TABLE usage_before_entries (
    day INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    model_id INTEGER NOT NULL,
    requests INTEGER NOT NULL CHECK (requests >= 0),
    input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
    output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
    cache_read_tokens INTEGER NOT NULL CHECK (cache_read_tokens >= 0),
    cache_write_tokens INTEGER NOT NULL CHECK (cache_write_tokens >= 0),
    reasoning_tokens INTEGER NOT NULL CHECK (reasoning_tokens >= 0),
    cost_nano INTEGER NOT NULL CHECK (cost_nano >= 0),
    estimated INTEGER NOT NULL CHECK (estimated >= 0),
    PRIMARY KEY (day, key_id, account_id, model_id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO usage_before_entries
    SELECT unixepoch(u.day) / 86400, k.id, a.id, m.id, requests, input_tokens, output_tokens, cache_read_tokens,
      cache_write_tokens, reasoning_tokens, max(cost_nano, 0), estimated
    FROM usage_by_day u JOIN names k ON k.name = u.key_id JOIN names a ON a.name = u.account JOIN names m ON m.name = u.model;
  INSERT INTO rollups SELECT * FROM usage_before_entries;
  DROP TABLE usage_by_day;

  ALTER TABLE keys ADD COLUMN budget_nano INTEGER CHECK (budget_nano >= 0);
  ALTER TABLE keys ADD COLUMN budget_period TEXT CHECK (budget_period IN ('day', 'week', 'month', 'total'));

  PRAGMA user_version = 4;
`;
