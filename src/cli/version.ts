import type { Command } from 'commander';
import { SCHEMA_VERSION } from '../accounts/store/sqlite/migrations.ts';
import { readVersion } from '../version.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { printJson, printLines } from './output.ts';

const EXAMPLES = `
Examples:
  tokenharbor version --json`;

/** In the JSON, `schema` is the version of the database layout this program writes. */
export function registerVersion(program: Command, context: CliContext): void {
  program
    .command('version')
    .description('print the version; with --json also the commit, the runtime, the target and the database schema')
    .addHelpText('after', EXAMPLES)
    .action((_options: unknown, command: Command) => {
      const info = { ...readVersion(), schema: SCHEMA_VERSION };
      if (command.optsWithGlobals<GlobalOptions>().json === true) printJson(context.stdout, info);
      else
        printLines(context.stdout, [
          `tokenharbor ${info.version} (commit ${info.commit}, ${info.runtime}, ${info.target})`,
        ]);
    });
}
