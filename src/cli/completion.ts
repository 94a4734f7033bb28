import { Argument, type Command } from 'commander';
import { type CommandRow, readCommandTable } from './command-table.ts';
import { bashCompletion } from './completion/bash.ts';
import { fishCompletion } from './completion/fish.ts';
import { zshCompletion } from './completion/zsh.ts';
import type { CliContext } from './context.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const satisfies Record<
  string,
  (table: readonly [CommandRow, ...CommandRow[]]) => string
>;
type Shell = keyof typeof SCRIPTS;

const EXAMPLES = `
Examples:
  tokenharbor completion bash > ~/.local/share/bash-completion/completions/tokenharbor
  tokenharbor completion zsh > ~/.zfunc/_tokenharbor      (a directory of $fpath)
  tokenharbor completion fish > ~/.config/fish/completions/tokenharbor.fish
For this shell alone:
  source <(tokenharbor completion bash)`;

export function registerCompletion(program: Command, context: CliContext): void {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell) => void context.stdout.write(SCRIPTS[shell](readCommandTable(program))));
}
