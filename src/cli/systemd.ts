import type { Command } from 'commander';
import unit from '../../deploy/systemd/tokenharbor.service' with { type: 'text' };
import { type CliContext, fail } from './context.ts';
import { EXIT } from './exit-codes.ts';

/** Where the unit expects the program, as packages install it. */
const PROGRAM = '/usr/bin/tokenharbor';

const EXAMPLES = `
Examples:
  tokenharbor systemd print > /etc/systemd/system/tokenharbor.service
  tokenharbor systemd print --exec /usr/local/bin/tokenharbor`;

export function registerSystemd(program: Command, context: CliContext): void {
  program
    .command('systemd')
    .description('run under systemd')
    .addHelpText('after', EXAMPLES)
    .command('print')
    .description('print the unit')
    .option('--exec <file>', 'where the program is', PROGRAM)
    .addHelpText('after', EXAMPLES)
    .action(({ exec }: { readonly exec: string }) => void context.stdout.write(unitFor(exec)));
}

function unitFor(exec: string): string {
  // A space would end the path, and `%`, `$` and quotes mean something else to systemd.
  if (!/^\/[\w./+@-]+$/.test(exec)) {
    return fail(EXIT.USAGE, `--exec ${JSON.stringify(exec)}: write a whole path of plain characters.`);
  }
  return unit.replaceAll(`=${PROGRAM} `, `=${exec} `);
}
