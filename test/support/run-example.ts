/** Runs what documentation says to run. */
import { isAbsolute } from 'node:path';

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How every answer of the demo model to the examples begins. */
export const GREETING = 'Hello! You wrote: "Say hello"';

/** Runs a command in an environment that has nothing but what is given. `cwd`: an absolute path. */
export async function runCommand(
  command: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Finished> {
  if (!isAbsolute(cwd)) throw new Error(`${cwd} is not absolute`);
  const child = Bun.spawn([...command], {
    cwd,
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}

/** The text of an answer that came as a stream of either shape. */
export function textOfStream(stream: string): string {
  const events = stream
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)));
  return events.map((event) => event.choices?.[0]?.delta.content ?? event.delta?.text ?? '').join('');
}

/** The modules that a Python script imports and this machine's Python lacks. */
export async function missingModules(script: string): Promise<readonly string[]> {
  const modules = [...script.matchAll(/^(?:from|import) (\w+)/gm)].map(([, name = '']) => name);
  const missing: string[] = [];
  for (const name of new Set(modules)) {
    const home = process.env.HOME ?? '/';
    const found = await runCommand(['python3', '-c', `import ${name}`], '/', { HOME: home }).catch(() => undefined);
    if (found?.code !== 0) missing.push(name);
  }
  return missing;
}
