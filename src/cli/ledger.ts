import type { Command } from 'commander';
import { type CliContext, fail, type GlobalOptions } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { printJson, printLines, printTable } from './output.ts';
import { withProgress } from './progress.ts';
import { type OpenStores, withStores } from './with-stores.ts';

const EXAMPLES = `
Examples:
  tokenharbor ledger verify
  tokenharbor ledger verify --json --data-dir /var/lib/tokenharbor`;

export function registerLedger(program: Command, context: CliContext, openStores: OpenStores): void {
  program
    .command('ledger')
    .description('check the books')
    .addHelpText('after', EXAMPLES)
    .command('verify')
    .description('recompute every sum, balance and cost from the entries; exits with 3 when one is not what is stored')
    .addHelpText('after', EXAMPLES)
    .action((_options: unknown, command: Command) =>
      withStores(command, openStores, async ({ ledger }) => {
        const globals = command.optsWithGlobals<GlobalOptions>();
        const { json, quiet } = globals;
        const { entries, openHolds, drift, driftCount } = await withProgress(context, globals, (onProgress) =>
          ledger.verify(onProgress),
        );
        const { stdout } = context;
        if (json === true) {
          printJson(stdout, { ok: driftCount === 0, entries, open_holds: openHolds, drift_count: driftCount, drift });
        } else {
          const found = driftCount === 0 ? 'all as they should be' : `${driftCount} not as they should be`;
          if (quiet !== true || driftCount > 0) {
            printLines(stdout, [`${entries} entries, ${openHolds} open: ${found}`]);
          }
          if (driftCount > 0) {
            const rows = drift.map(({ what, where, stored, recomputed }) => [what, stored, recomputed, where]);
            printTable(stdout, ['WHAT', 'STORED', 'RECOMPUTED', 'WHERE'], rows);
          }
          if (driftCount > drift.length) printLines(stdout, [`and ${driftCount - drift.length} more`]);
        }
        // What was found has been printed; one more line would only be in the way of a script.
        if (driftCount > 0) fail(EXIT.CHECK_FAILED, '');
      }),
    );
}
