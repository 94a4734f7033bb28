import { type ChildProcess, spawn } from 'node:child_process';
import { ownCommand } from '../runtime/own-command.ts';
import { WORKER_VARIABLE } from './orders.ts';

export interface WorkerSetting {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Arguments of this process that the worker is not given. */
  readonly without: readonly string[];
}

/** Starts this very program once more, as the worker of a number. */
export function spawnWorker(index: number, { env, cwd, without }: WorkerSetting): ChildProcess {
  const [command, ...before] = ownCommand();
  const args = process.argv.slice(2).filter((arg) => !without.includes(arg));
  // The service manager speaks with the supervisor alone.
  const { NOTIFY_SOCKET: _socket, WATCHDOG_USEC: _period, WATCHDOG_PID: _pid, ...rest } = env;
  return spawn(command, [...before, ...args], {
    cwd,
    env: { ...rest, [WORKER_VARIABLE]: String(index) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}
