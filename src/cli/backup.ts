import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { StoragePlace } from '../accounts/store/open-stores.ts';
import { backupDatabase } from '../accounts/store/sqlite/backup.ts';
import { restoreDatabase } from '../accounts/store/sqlite/restore.ts';
import { type CliContext, type GlobalOptions, fail } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { printJson, printLines } from './output.ts';
import { withProgress } from './progress.ts';
import { toCliError } from './with-stores.ts';

export type PlaceOf = (command: Command) => StoragePlace;

const BACKUP_EXAMPLES = `
Examples:
  tokenharbor backup --out /backup/tokenharbor-2026-03-31.db
The file holds everything: keys' digests, accounts, the ledger and the gateway's own secrets. Keep it as safe as the data directory.`;

const DUMP = 'copy it with its own tools, such as pg_dump --format=custom --file=FILE DATABASE_URL.';
const RESTORE =
  'stop every server, then bring back a copy of pg_dump with pg_restore --clean --if-exists -d DATABASE_URL FILE.';

const RESTORE_EXAMPLES = `
Examples:
  tokenharbor restore /backup/tokenharbor-2026-03-31.db
The database that is replaced is kept beside it, as tokenharbor.db.replaced.`;

export function registerBackup(program: Command, context: CliContext, placeOf: PlaceOf): void {
  const { cwd, stdout } = context;
  const dataDirOf = (command: Command, advice: string): string => {
    const { dataDir, database } = placeOf(command);
    if (database !== undefined) fail(EXIT.USAGE, `The database is PostgreSQL: ${advice}`);
    return dataDir;
  };
  program
    .command('backup')
    .description('copy the database into one file; the server may run')
    .requiredOption('--out <file>', 'a file that is not there yet')
    .addHelpText('after', BACKUP_EXAMPLES)
    .action(async ({ out }: { readonly out: string }, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const { json, quiet } = globals;
      const file = resolve(cwd, out);
      const dataDir = dataDirOf(command, DUMP);
      const { bytes } = await withProgress(context, globals, (onProgress) =>
        backupDatabase(dataDir, file, onProgress),
      ).catch(rethrow);
      if (json === true) printJson(stdout, { file, bytes });
      else if (quiet !== true) printLines(stdout, [`Copied the database to ${file}, ${bytes} bytes.`]);
    });
  program
    .command('restore')
    .description('put a backup in the place of the database; refused while the server runs')
    .argument('<file>', 'what `backup` wrote')
    .addHelpText('after', RESTORE_EXAMPLES)
    .action(async (name: string, _options: unknown, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const { json, quiet } = globals;
      const file = resolve(cwd, name);
      const dataDir = dataDirOf(command, RESTORE);
      const { replaced } = await withProgress(context, globals, (onProgress) =>
        restoreDatabase(file, dataDir, onProgress),
      ).catch(rethrow);
      if (json === true) printJson(stdout, { file, data_dir: dataDir, replaced: replaced ?? null });
      else if (quiet !== true) {
        const kept = replaced === undefined ? '' : ` What was there is now ${replaced}.`;
        printLines(stdout, [`Restored ${dataDir} from ${file}.${kept}`]);
      }
    });
}

function rethrow(error: unknown): never {
  const reason = toCliError(error);
  throw reason instanceof Error ? reason : fail(EXIT.FAILURE, String(error));
}
