import { Readable } from 'node:stream';
import { Command, CommanderError } from 'commander';
import { type CliContext, CliError } from './context.ts';
import { EXIT } from './exit-codes.ts';

/** Runs one verb as the program would, with the global flags it has. */
export async function runVerb(
  register: (program: Command, context: CliContext) => void,
  args: readonly string[],
): Promise<{ readonly output: string; readonly errors: string; readonly exitCode: number }> {
  let output = '';
  let errors = '';
  const program = new Command().option('--json').option('--quiet').exitOverride();
  program.configureOutput({ writeOut: (text) => (output += text), writeErr: (text) => (errors += text) });
  const stdout = { write: (text: string) => (output += text) };
  const stderr = { write: (text: string) => (errors += text) };
  register(program, { env: {}, cwd: '/', stdin: Readable.from([]), stdout, stderr });
  let exitCode = 0;
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) exitCode = EXIT.USAGE;
    else if (error instanceof CliError) {
      exitCode = error.exitCode;
      errors += error.message;
    } else throw error;
  }
  return { output, errors, exitCode };
}
