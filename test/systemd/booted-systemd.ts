import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandResult } from '../support/gateway.ts';
import { PROJECT_ROOT, programCommand } from '../support/gateway.ts';

export interface BootedSystemd {
  /** Runs shell lines beside it, in the project's directory; `sudo` runs what follows it. */
  run(lines: string): Promise<CommandResult>;
  stop(): Promise<void>;
}

/** A systemd with nothing but its own, and the program as `/usr/bin/tokenharbor`. A text: why there can be none here. */
export async function bootSystemd(): Promise<BootedSystemd | string> {
  const [program = ''] = programCommand();
  const child = Bun.spawn([join(import.meta.dir, 'boot.sh'), program], {
    cwd: PROJECT_ROOT,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const outer = Number(new TextDecoder().decode(value));
  if (value === undefined || !Number.isInteger(outer)) {
    const why = await new Response(child.stderr).text();
    if ((await child.exited) !== 77) throw new Error(why);
    return why.trim();
  }
  const stop = async () => {
    await child.stdin.end();
    await child.exited;
  };
  try {
    const first = await firstChildOf(outer);
    const run = (lines: string) => runBeside(first, lines);
    await until(async () => (await run('systemctl is-system-running')).stdout.trim() === 'running');
    return { run, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function runBeside(pid: number, lines: string): Promise<CommandResult> {
  const script = `sudo() { env "$@"; }\nset -o pipefail\n${lines}`;
  const child = Bun.spawn(
    ['nsenter', '--target', String(pid), '--all', `--wdns=${PROJECT_ROOT}`, 'bash', '-c', script],
    {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', OPENAI_API_KEY: 'sk-made-up', SYSTEMD_PAGER: '' },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    },
  );
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}

/** `unshare` forks once; its child is the first process of the namespaces. */
async function firstChildOf(pid: number): Promise<number> {
  let child = 0;
  await until(async () => {
    try {
      child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
      return child > 0 && readFileSync(`/proc/${child}/comm`, 'utf8') === 'systemd\n';
    } catch {
      return false;
    }
  });
  return child;
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error('systemd did not come up');
    await Bun.sleep(50);
  }
}
