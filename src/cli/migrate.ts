import type { Command } from 'commander';
import { migrateStore, planMigration } from '../accounts/store/migrate-store.ts';
import type { MigrationPlan } from '../accounts/store/migration-steps.ts';
import type { PlaceOf } from './backup.ts';
import { type CliContext, fail, type GlobalOptions } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { printJson, printLines } from './output.ts';
import { withProgress } from './progress.ts';
import { toCliError } from './with-stores.ts';

interface MigrateFlags {
  readonly status?: boolean;
  readonly dryRun?: boolean;
}

const EXAMPLES = `
Examples:
  tokenharbor migrate --status
  tokenharbor migrate --dry-run
  tokenharbor migrate
\`serve\` does it by itself when it starts. It goes forward only, in one step that happens whole or not at all: take a
backup before, and stop servers of the older version.
Exit codes of --status: 0 the database is up to date, 3 it is not.`;

export function registerMigrate(program: Command, context: CliContext, placeOf: PlaceOf): void {
  program
    .command('migrate')
    .description('bring the database up to date for this version')
    .option('--status', 'say whether there is something to do, and change nothing')
    .option('--dry-run', 'print what would be run, as SQL, and change nothing')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: MigrateFlags, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      if (flags.status === true && flags.dryRun === true) fail(EXIT.USAGE, '--status and --dry-run: choose one.');
      const isTold = flags.status === true || flags.dryRun === true;
      const place = placeOf(command);
      const plan = await (
        isTold ? planMigration(place) : withProgress(context, globals, (onProgress) => migrateStore(place, onProgress))
      ).catch((error: unknown) => {
        throw toCliError(error);
      });
      const isBehind = plan.steps.length > 0;
      if (globals.json === true) printPlan(plan, flags, context);
      else if (flags.dryRun === true) printSql(plan, context);
      else if (globals.quiet !== true || (isTold && isBehind)) printLines(context.stdout, [tell(plan, isTold)]);
      if (flags.status === true && isBehind) fail(EXIT.CHECK_FAILED, '');
    });
}

function printPlan(
  { where, from, to, steps }: MigrationPlan,
  { status, dryRun }: MigrateFlags,
  { stdout }: CliContext,
) {
  const shown = dryRun === true ? { steps } : {};
  const isDone = status !== true && dryRun !== true;
  printJson(stdout, { database: where, from, to, up_to_date: isDone || steps.length === 0, ...shown });
}

function printSql({ where, from, to, steps }: MigrationPlan, { stdout }: CliContext): void {
  if (steps.length === 0) return printLines(stdout, [`-- ${where} is up to date, at version ${to}: nothing to do`]);
  const parts = steps.flatMap((step) => [`-- version ${step.from} to ${step.to}`, step.sql.trim(), '']);
  printLines(stdout, [`-- ${where}: version ${from} to ${to}`, '', ...parts]);
}

function tell({ where, from, to, steps }: MigrationPlan, isPlan: boolean): string {
  if (steps.length === 0) return `${where} is up to date, at version ${to}.`;
  if (from === 0) return `${where} ${isPlan ? 'is not there yet; it will be made' : 'was made'} at version ${to}.`;
  return `${where} ${isPlan ? 'will be' : 'was'} brought from version ${from} to ${to}.`;
}
