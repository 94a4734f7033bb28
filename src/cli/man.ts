import type { Command } from 'commander';
import { CONFIG_VARIABLE, OVERRIDES } from '../config/overrides.ts';
import { VERSION } from '../version.ts';
import { readCommandTable } from './command-table.ts';
import type { CliContext } from './context.ts';
import { buildManPage } from './man/page.ts';

const EXAMPLES = `
Examples:
  tokenharbor man | man -l -
  tokenharbor man > /usr/local/share/man/man1/tokenharbor.1`;

export function registerMan(program: Command, context: CliContext): void {
  program
    .command('man')
    .description('print the manual page, for man')
    .addHelpText('after', EXAMPLES)
    .action(() => {
      const variables = [CONFIG_VARIABLE, ...OVERRIDES.flatMap(({ env }) => (env === undefined ? [] : [env]))];
      context.stdout.write(buildManPage({ version: VERSION, table: readCommandTable(program), variables }));
    });
}
