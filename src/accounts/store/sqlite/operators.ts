import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { FoundSession, NewSession, OperatorRecord, OperatorStore } from '../operator-store.ts';
import { toStoreError } from './error.ts';
import { transact } from './transact.ts';

type Row = Record<string, SQLOutputValue>;

/** The operators in an open, migrated database. */
export function createSqliteOperatorStore(db: DatabaseSync, path: string): OperatorStore {
  const find = db.prepare('SELECT * FROM operators WHERE name = ?');
  const addOperator = db.prepare(
    'INSERT INTO operators (name, created_at) VALUES (:name, :now) ON CONFLICT DO NOTHING',
  );
  const dropLinks = db.prepare('DELETE FROM login_links WHERE expires_at <= ?');
  const addLink = db.prepare(
    'INSERT INTO login_links (digest, operator, expires_at) VALUES (:digest, :operator, :expiresAt)',
  );
  const findLink = db.prepare('SELECT 1 FROM login_links WHERE digest = ?');
  const spendLink = db.prepare('DELETE FROM login_links WHERE digest = ? RETURNING operator, expires_at');
  const dropSessions = db.prepare('DELETE FROM operator_sessions WHERE idle_until <= :now OR ends_at <= :now');
  const addSession = db.prepare(
    `INSERT INTO operator_sessions (digest, operator, by_link, used_at, idle_until, ends_at)
     VALUES (:digest, :operator, :byLink, :usedAt, :idleUntil, :endsAt)`,
  );
  const findSession = db.prepare(
    `SELECT operator_sessions.*, password_hash IS NOT NULL AS has_password
     FROM operator_sessions JOIN operators ON operators.name = operator
     WHERE digest = :digest AND idle_until > :now AND ends_at > :now`,
  );
  const useSession = db.prepare(
    'UPDATE operator_sessions SET used_at = :usedAt, idle_until = :idleUntil WHERE digest = :digest',
  );
  const endSession = db.prepare('DELETE FROM operator_sessions WHERE digest = ?');
  const setPassword = db.prepare(
    `UPDATE operators SET password_hash = :hash WHERE name = :operator AND password_hash IS :before
     AND EXISTS (SELECT 1 FROM operator_sessions WHERE digest = :session AND operator = :operator)`,
  );
  const endOthers = db.prepare('DELETE FROM operator_sessions WHERE operator = :operator AND digest <> :session');
  const dropOwnLinks = db.prepare('DELETE FROM login_links WHERE operator = ?');

  async function run<T>(work: () => T): Promise<T> {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, path);
    }
  }

  function begin(operator: string, byLink: boolean, { digest, usedAt, idleUntil, endsAt }: NewSession) {
    dropSessions.run({ now: usedAt });
    addSession.run({ digest, operator, byLink: byLink ? 1 : 0, usedAt, idleUntil, endsAt });
    return toSession(findSession.get({ digest, now: usedAt }) as Row);
  }

  return {
    find: (name) =>
      run(() => {
        const row = find.get(name);
        return row === undefined ? undefined : toOperator(row);
      }),
    addLink: ({ digest, operator, expiresAt }, now) =>
      run(() =>
        transact(db, () => {
          dropLinks.run(now);
          addOperator.run({ name: operator, now });
          addLink.run({ digest, operator, expiresAt });
        }),
      ),
    beginByLink: (link, session) =>
      run(() => {
        // Whoever has none is turned away without taking the lock.
        if (findLink.get(link) === undefined) return undefined;
        return transact(db, () => {
          const row = spendLink.get(link);
          if (row === undefined || Number(row['expires_at']) <= session.usedAt) return undefined;
          return begin(String(row['operator']), true, session);
        });
      }),
    beginByPassword: (operator, passwordHash, session) =>
      run(() =>
        transact(db, () => {
          const isStill = find.get(operator)?.['password_hash'] === passwordHash;
          return isStill ? begin(operator, false, session) : undefined;
        }),
      ),
    findSession: (digest, now) =>
      run(() => {
        const row = findSession.get({ digest, now });
        return row === undefined ? undefined : toSession(row);
      }),
    useSession: (digest, usedAt, idleUntil) => run(() => void useSession.run({ digest, usedAt, idleUntil })),
    endSession: (digest) => run(() => void endSession.run(digest)),
    setPassword: ({ operator, before, hash, session }) =>
      run(() =>
        transact(db, () => {
          if (setPassword.run({ operator, before, hash, session }).changes === 0) return false;
          endOthers.run({ operator, session });
          dropOwnLinks.run(operator);
          return true;
        }),
      ),
  };
}

function toOperator(row: Row): OperatorRecord {
  return {
    name: String(row['name']),
    passwordHash: row['password_hash'] === null ? null : String(row['password_hash']),
    createdAt: Number(row['created_at']),
  };
}

function toSession(row: Row): FoundSession {
  return {
    digest: String(row['digest']),
    operator: String(row['operator']),
    byLink: Number(row['by_link']) === 1,
    usedAt: Number(row['used_at']),
    idleUntil: Number(row['idle_until']),
    endsAt: Number(row['ends_at']),
    hasPassword: Number(row['has_password']) === 1,
  };
}
