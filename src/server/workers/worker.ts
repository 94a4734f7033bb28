import type { Listen } from '../runtime/listener.ts';
import { type Order, type Report, WORKER_VARIABLE } from './orders.ts';

/** This process as one of several behind one address. */
export interface Worker {
  /** From 0. */
  readonly index: number;
  /** It listens at `url`. */
  ready(url: string): void;
}

/** Whether this process is a worker: undefined where no supervisor started it. */
export function asWorker(env: Readonly<Record<string, string | undefined>>): Worker | undefined {
  const index = Number(env[WORKER_VARIABLE] ?? '');
  if (env[WORKER_VARIABLE] === undefined || !Number.isSafeInteger(index) || process.send === undefined)
    return undefined;
  return { index, ready: (url) => report({ ready: url }) };
}

export interface Obedience {
  readonly reload: () => void;
  readonly stop: () => void;
  /** A second `stop`: what is in flight ends now. */
  readonly interrupt: () => void;
  /** What it is at is to be told in the log. */
  readonly dump: () => void;
  readonly isHealthy: () => Promise<boolean>;
}

/**
 * Does what the supervisor says, and nothing that signals say: a terminal and a service manager send theirs to every
 * process of the group, and a worker must not take the echo of one stop for a second. Stops when the supervisor is gone.
 */
export function obeySupervisor({ reload, stop, interrupt, dump, isHealthy }: Obedience): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => undefined);
  process.on('disconnect', stop);
  process.on('message', (order: Order) => {
    if (order === 'reload') reload();
    else if (order === 'stop') stop();
    else if (order === 'interrupt') interrupt();
    else if (order === 'dump') dump();
    else void isHealthy().then((healthy) => report({ healthy }));
  });
}

/** The address of a worker's own admin listener: the next port, or the next name. */
export function adminListenOf<T extends Listen & { readonly text: string }>(at: T, index: number): T {
  if (index === 0) return at;
  if (at.kind === 'unix') return { ...at, path: `${at.path}.${index}`, text: `${at.text}.${index}` };
  const port = at.port === 0 ? 0 : at.port + index;
  return { ...at, port, text: at.text.replace(/\d+$/, String(port)) };
}

function report(report: Report): void {
  // Once the supervisor is gone there is nobody to tell.
  if (process.connected === true) process.send?.(report);
}
