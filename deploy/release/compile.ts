import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './run-tool.ts';
import type { Target } from './targets.ts';

interface Compilation {
  readonly root: string;
  readonly target: Target;
  /** Bun's executable for the target. */
  readonly runtime: string;
  readonly commit: string;
  /** When the commit was made, Unix seconds. */
  readonly time: number;
  /** An empty directory of its own: the executable's name is part of its bytes, so it is the same each time. */
  readonly directory: string;
}

/** Compiles the program for a target; returns the executable's path. */
export function compile({ root, target, runtime, commit, time, directory }: Compilation): string {
  mkdirSync(directory, { recursive: true });
  const outfile = join(directory, target.executable);
  runTool(
    [
      process.execPath,
      ...'build --compile --bytecode --format=esm --minify-syntax --minify-whitespace'.split(' '),
      // A .env or bunfig.toml of the directory the program is started in is not the program's.
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-bunfig',
      // Bun writes the directory of a CommonJS package (pino, thread-stream) into the executable in place of this name.
      '--define=__dirname="/"',
      `--define=TOKENHARBOR_COMMIT="${commit}"`,
      `--define=TOKENHARBOR_EPOCH=${time}`,
      `--define=TOKENHARBOR_TARGET="${target.bunTarget}"`,
      `--target=${target.bunTarget}`,
      `--compile-executable-path=${runtime}`,
      `--outfile=${outfile}`,
      'src/main.ts',
    ],
    { cwd: root, env: { NODE_ENV: 'production' } },
  );
  return outfile;
}
