import { randomBytes } from 'node:crypto';
import type { SecretStore } from '../ports.ts';
import type { Database } from './database.ts';
import { toBytes } from './bytes.ts';

const SECRET_BYTES = 32;
const FIND = `SELECT value FROM tokenharbor.secrets WHERE digest = sha256(convert_to($1, 'UTF8'))`;
const INSERT = `
  INSERT INTO tokenharbor.secrets (digest, name, value) VALUES (sha256(convert_to($1, 'UTF8')), $1, $2)
  ON CONFLICT DO NOTHING`;

/** The secrets in a migrated database. */
export function createPostgresSecretStore(database: Database): SecretStore {
  const read = async (name: string) => (await database.query(FIND, [name]))[0]?.['value'];
  return {
    async secret(name) {
      let value = await read(name);
      if (value === undefined) {
        // Of several processes that get here at once one inserts; all of them read what that one inserted.
        await database.query(INSERT, [name, `\\x${randomBytes(SECRET_BYTES).toString('hex')}`]);
        value = await read(name);
      }
      return toBytes(String(value));
    },
  };
}
