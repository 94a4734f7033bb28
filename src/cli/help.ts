import type { Command } from 'commander';
import { fail } from './context.ts';
import { EXIT } from './exit-codes.ts';

/** Commander's own `help` looks one level down, and for a verb that there is not it shows the program's help. */
export function registerHelp(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .description('display help for command')
    .argument('[command...]', 'the command, such as keys create')
    .action((names: readonly string[]) => findCommand(program, names).help());
}

function findCommand(program: Command, names: readonly string[]): Command {
  let found = program;
  for (const name of names) {
    const next = found.commands.find((command) => command.name() === name);
    if (next === undefined) {
      const asked = JSON.stringify(names.join(' '));
      return fail(EXIT.USAGE, `There is no command ${asked}. \`tokenharbor help\` lists them.`);
    }
    found = next;
  }
  return found;
}
