/**
 * Another process at the same database, for tests: `writer.fixture.ts DIR VERB …`. Prints a line for every change,
 * after the store has acknowledged it.
 */
import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { createKey, revokeKey, rotateKey } from '../../keys/lifecycle.ts';
import { DATABASE_FILE } from './open.ts';
import { openSqliteStores } from './stores.ts';

const [dataDir = '', verb = '', argument = ''] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);

if (verb === 'lock') {
  const db = new DatabaseSync(join(dataDir, DATABASE_FILE), { timeout: 5000 });
  db.exec('BEGIN IMMEDIATE');
  say('locked');
  setTimeout(() => {
    db.exec('ROLLBACK');
    db.close();
  }, Number(argument));
} else {
  const stores = openSqliteStores(dataDir);
  if (verb === 'insert') {
    for (let count = 0; count < Number(argument); count++) {
      const { secret } = await createKey(stores.keys, { name: `${process.pid} ${count}` }, Date.now());
      say(secret);
    }
  } else if (verb === 'rotate') {
    for (let id = argument; ;) {
      const { record } = await rotateKey(stores.keys, id, Date.now());
      id = record.id;
      say(id);
    }
  } else if (verb === 'revoke') {
    await revokeKey(stores.keys, argument, Date.now());
    say('revoked');
  } else if (verb === 'secret') {
    say(Buffer.from(await stores.secrets.secret(argument)).toString('hex'));
  }
  await stores.close();
}
