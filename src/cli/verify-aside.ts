import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { text } from 'node:stream/consumers';
import type { LedgerVerdict } from '../server/ledger-watch.ts';
import { ownCommand } from '../server/runtime/own-command.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { EXIT } from './exit-codes.ts';

/**
 * Has `ledger verify` done by a process of its own, with the same configuration: it takes half a minute for ten million
 * entries, which no request should wait for.
 */
export async function verifyAside(
  { config, dataDir }: GlobalOptions,
  place: string,
  { env, cwd }: CliContext,
  signal: AbortSignal,
): Promise<LedgerVerdict> {
  const [command, ...before] = ownCommand();
  const flags = [
    ...(config === undefined ? [] : ['--config', config]),
    ...(dataDir === undefined ? [] : ['--data-dir', dataDir]),
  ];
  const { NOTIFY_SOCKET: _socket, WATCHDOG_USEC: _period, WATCHDOG_PID: _pid, ...rest } = env;
  const child = spawn(command, [...before, 'ledger', 'verify', '--json', ...flags], {
    cwd,
    // Large sums go to a file; a read-only file system has no other place for it.
    env: { ...rest, SQLITE_TMPDIR: place },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
  });
  giveWay(child.pid);
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  const [code, out, err] = await Promise.race([failed, Promise.all([exited, text(child.stdout), text(child.stderr)])]);
  if (code !== EXIT.OK && code !== EXIT.CHECK_FAILED) throw new Error(err.trim() || `it ended with ${code}`);
  const { entries, drift_count: driftCount } = JSON.parse(out) as { entries: number; drift_count: number };
  return { entries, driftCount };
}

function giveWay(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // Not everywhere may it be asked for, as under the unit's filter of system calls.
  }
}
