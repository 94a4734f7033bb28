/** A process of its own at a ledger: starts `ledger-worker.ts` and reads what it acknowledges, line by line. */
import { join } from 'node:path';

const WORKER = join(import.meta.dir, 'ledger-worker.ts');

export interface LedgerProcess {
  readonly pid: number;
  /** Whole lines only: a kill can cut the last one, which is no acknowledgement then. */
  lines(): string[];
  /** Resolves when that many lines are there, or the process has ended. */
  said(count: number): Promise<void>;
  kill(): Promise<void>;
  readonly exited: Promise<{ readonly code: number; readonly errors: string }>;
}

/** `wrapper`: a command the process is run by, such as `strace`. `database`: a PostgreSQL in place of SQLite. */
export function startLedgerProcess(
  args: readonly string[],
  wrapper: readonly string[] = [],
  database?: string,
): LedgerProcess {
  const child = Bun.spawn([...wrapper, process.execPath, WORKER, ...args], {
    env: database === undefined ? process.env : { ...process.env, TOKENHARBOR_DATABASE_URL: database },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  let output = '';
  const errors = new Response(child.stderr).text();
  const read = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) output += decoder.decode(chunk, { stream: true });
  })();
  const exited = Promise.all([child.exited, errors, read]).then(([code, text]) => ({ code, errors: text }));
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  const lines = () =>
    output
      .slice(0, output.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean);
  return {
    pid: child.pid,
    lines,
    async said(count) {
      while (!ended && lines().length < count) await Bun.sleep(1);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    exited,
  };
}
