import { DatabaseSync } from 'node:sqlite';
import type { Command } from 'commander';
import { SCHEMA_VERSION as POSTGRES_SCHEMA_VERSION } from '../accounts/store/postgres/migrations.ts';
import { SCHEMA_VERSION } from '../accounts/store/sqlite/migrations.ts';
import { readVersion } from '../version.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { printJson, printLines } from './output.ts';

const EXAMPLES = `
Examples:
  tokenharbor version --json`;

/** In the JSON, `schema` and `postgres_schema` are the versions of the database layouts this program writes. */
export function registerVersion(program: Command, context: CliContext): void {
  program
    .command('version')
    .description(
      'print the version; with --json also the commit and its date, the runtime, the target, SQLite and the database schemas',
    )
    .addHelpText('after', EXAMPLES)
    .action((_options: unknown, command: Command) => {
      const info = {
        ...readVersion(),
        sqlite: sqliteVersion(),
        schema: SCHEMA_VERSION,
        postgres_schema: POSTGRES_SCHEMA_VERSION,
      };
      if (command.optsWithGlobals<GlobalOptions>().json === true) printJson(context.stdout, info);
      else
        printLines(context.stdout, [
          `tokenharbor ${info.version} (commit ${info.commit}, ${info.runtime}, ${info.target})`,
        ]);
    });
}

/** Not what the process says of itself: on Deno that is another library than the one that opens databases. */
function sqliteVersion(): string {
  const db = new DatabaseSync(':memory:');
  try {
    return String(db.prepare('SELECT sqlite_version() AS version').get()?.['version']);
  } finally {
    db.close();
  }
}
