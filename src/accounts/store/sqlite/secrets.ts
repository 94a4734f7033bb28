import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { SecretStore } from '../ports.ts';
import { toStoreError } from './error.ts';

const SECRET_BYTES = 32;

/** The secrets in an open, migrated database. */
export function createSqliteSecretStore(db: DatabaseSync, path: string): SecretStore {
  const find = db.prepare('SELECT value FROM secrets WHERE name = :name');
  const insert = db.prepare('INSERT INTO secrets (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING');
  const read = (name: string) => find.get({ name })?.['value'];
  return {
    async secret(name) {
      try {
        const known = read(name);
        if (known instanceof Uint8Array) return known;
        // Of several processes that get here at once one inserts; all of them read what that one inserted.
        insert.run({ name, value: randomBytes(SECRET_BYTES) });
        return read(name) as Uint8Array;
      } catch (error) {
        throw toStoreError(error, path);
      }
    },
  };
}
