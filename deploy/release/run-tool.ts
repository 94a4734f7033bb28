interface ToolOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end and returns its standard output; throws with its standard error where it fails. */
export function runTool(command: readonly string[], { cwd, env = {} }: ToolOptions): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], {
    cwd,
    env: { ...process.env, ...env },
    stdin: 'ignore',
  });
  if (exitCode !== 0) {
    const said = stderr.toString().trim() || stdout.toString().trim();
    throw new Error(`${command.slice(0, 2).join(' ')} ended with ${exitCode}: ${said.slice(-500)}`);
  }
  return stdout.toString();
}
