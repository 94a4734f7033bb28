import type { FoundSession, NewSession, OperatorRecord, OperatorStore } from '../operator-store.ts';
import type { Database } from './database.ts';
import type { Row, Session } from './session.ts';

const FIND = 'SELECT * FROM tokenharbor.operators WHERE name = $1';
const ADD_OPERATOR = 'INSERT INTO tokenharbor.operators (name, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING';
const DROP_LINKS = 'DELETE FROM tokenharbor.login_links WHERE expires_at <= $1';
const ADD_LINK = 'INSERT INTO tokenharbor.login_links (digest, operator, expires_at) VALUES ($1, $2, $3)';
const SPEND_LINK = 'DELETE FROM tokenharbor.login_links WHERE digest = $1 RETURNING operator, expires_at';
const DROP_SESSIONS = 'DELETE FROM tokenharbor.operator_sessions WHERE idle_until <= $1 OR ends_at <= $1';
const ADD_SESSION = `
  INSERT INTO tokenharbor.operator_sessions (digest, operator, by_link, used_at, idle_until, ends_at)
  VALUES ($1, $2, $3, $4, $5, $6)`;
const FIND_SESSION = `
  SELECT operator_sessions.*, password_hash IS NOT NULL AS has_password
  FROM tokenharbor.operator_sessions JOIN tokenharbor.operators ON operators.name = operator
  WHERE digest = $1 AND idle_until > $2 AND ends_at > $2`;
const USE_SESSION = 'UPDATE tokenharbor.operator_sessions SET used_at = $2, idle_until = $3 WHERE digest = $1';
const END_SESSION = 'DELETE FROM tokenharbor.operator_sessions WHERE digest = $1';
/** Who begins a session and who changes the password wait for each other here: none begins by what another has changed. */
const LOCK = 'SELECT password_hash FROM tokenharbor.operators WHERE name = $1 FOR NO KEY UPDATE';
const LOCK_TO_BEGIN = 'SELECT password_hash FROM tokenharbor.operators WHERE name = $1 FOR SHARE';
const LOCK_OPERATOR_OF = `
  SELECT 1 FROM tokenharbor.operators
  WHERE name = (SELECT operator FROM tokenharbor.login_links WHERE digest = $1) FOR SHARE`;
const LOCK_SESSION = 'SELECT 1 FROM tokenharbor.operator_sessions WHERE digest = $1 AND operator = $2 FOR UPDATE';
const SET_PASSWORD = 'UPDATE tokenharbor.operators SET password_hash = $2 WHERE name = $1';
const END_OTHERS = 'DELETE FROM tokenharbor.operator_sessions WHERE operator = $1 AND digest <> $2';
const DROP_OWN_LINKS = 'DELETE FROM tokenharbor.login_links WHERE operator = $1';

/** The operators in a migrated database. */
export function createPostgresOperatorStore(database: Database): OperatorStore {
  return {
    find: async (name) => (await database.query(FIND, [name])).map(toOperator)[0],
    addLink: ({ digest, operator, expiresAt }, now) =>
      database.transaction(async (session) => {
        await session.send(DROP_LINKS, [now]);
        await session.send(ADD_OPERATOR, [operator, now]);
        await session.send(ADD_LINK, [digest, operator, expiresAt]);
      }),
    beginByLink: (link, begun) =>
      database.transaction(async (session) => {
        // The operator is locked before the link, as by a change of the password: neither waits for the other for ever.
        if ((await session.send(LOCK_OPERATOR_OF, [link])).length === 0) return undefined;
        const [row] = await session.send(SPEND_LINK, [link]);
        if (row === undefined || Number(row['expires_at']) <= begun.usedAt) return undefined;
        return begin(session, String(row['operator']), true, begun);
      }),
    beginByPassword: (operator, passwordHash, begun) =>
      database.transaction(async (session) => {
        const [row] = await session.send(LOCK_TO_BEGIN, [operator]);
        return row?.['password_hash'] === passwordHash ? begin(session, operator, false, begun) : undefined;
      }),
    findSession: async (digest, now) => (await database.query(FIND_SESSION, [digest, now])).map(toSession)[0],
    async useSession(digest, usedAt, idleUntil) {
      await database.query(USE_SESSION, [digest, usedAt, idleUntil]);
    },
    async endSession(digest) {
      await database.query(END_SESSION, [digest]);
    },
    setPassword: ({ operator, before, hash, session: kept }) =>
      database.transaction(async (session) => {
        const [row] = await session.send(LOCK, [operator]);
        if (row === undefined || row['password_hash'] !== before) return false;
        if ((await session.send(LOCK_SESSION, [kept, operator])).length === 0) return false;
        await session.send(SET_PASSWORD, [operator, hash]);
        await session.send(END_OTHERS, [operator, kept]);
        await session.send(DROP_OWN_LINKS, [operator]);
        return true;
      }),
  };
}

async function begin(
  session: Session,
  operator: string,
  byLink: boolean,
  { digest, usedAt, idleUntil, endsAt }: NewSession,
): Promise<FoundSession | undefined> {
  await session.send(DROP_SESSIONS, [usedAt]);
  await session.send(ADD_SESSION, [digest, operator, byLink, usedAt, idleUntil, endsAt]);
  return (await session.send(FIND_SESSION, [digest, usedAt])).map(toSession)[0];
}

function toOperator(row: Row): OperatorRecord {
  return {
    name: String(row['name']),
    passwordHash: row['password_hash'] ?? null,
    createdAt: Number(row['created_at']),
  };
}

function toSession(row: Row): FoundSession {
  return {
    digest: String(row['digest']),
    operator: String(row['operator']),
    byLink: row['by_link'] === 't',
    usedAt: Number(row['used_at']),
    idleUntil: Number(row['idle_until']),
    endsAt: Number(row['ends_at']),
    hasPassword: row['has_password'] === 't',
  };
}
