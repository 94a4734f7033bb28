import { socketAddress } from './address.ts';
import type { LibC } from './libc.ts';
import { Notifier } from './notifier.ts';
import { startWatchdog } from './watchdog.ts';

/** The service manager (systemd) that started this process. Without one every call does nothing. */
export interface ServiceManager {
  /** The start is over. `status` is a line for `systemctl status`. */
  ready(status: string): void;
  /** A reload begins; `reloaded` ends it. */
  reloading(): void;
  /** What there is to add to the status; empty: nothing. */
  reloaded(note: string): void;
  /** A stop begins, in which requests in flight may go on for `drainMs`. */
  stopping(status: string, drainMs: number): void;
  /** Nothing is served any more: what is left needs no watchdog, and stores may close. */
  stopped(): void;
}

export interface ConnectOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the process does its work: its watchdog is fed only then. */
  readonly isHealthy: () => Promise<boolean>;
  /** Told in plain words: the service manager cannot be reached, or the watchdog is no longer fed. */
  readonly onProblem: (what: string) => void;
  /** Left out: the runtime's own. Throws where there is none. */
  readonly openLibC?: () => Promise<LibC>;
}

/** Beyond the requests in flight: their last bytes, and what the ledger has not written yet. */
const CLOSE_MS = 15_000;

const SILENT: ServiceManager = {
  ready: () => undefined,
  reloading: () => undefined,
  reloaded: () => undefined,
  stopping: () => undefined,
  stopped: () => undefined,
};

/** The protocol of sd_notify(3), with the socket and the watchdog's period from the environment. */
export async function connectServiceManager(options: ConnectOptions): Promise<ServiceManager> {
  const { env, onProblem, openLibC = loadLibC } = options;
  const name = env['NOTIFY_SOCKET'] ?? '';
  if (name === '') return SILENT;
  const fail = (why: string) => {
    onProblem(`NOTIFY_SOCKET is set, but the service manager cannot be told anything: ${why}`);
    return SILENT;
  };
  const address = socketAddress(name);
  if (address === undefined) return fail('it names no Unix socket');
  let libc: LibC;
  try {
    libc = await openLibC();
  } catch (cause) {
    return fail(cause instanceof Error ? cause.message : String(cause));
  }
  const socket = libc.openDatagramSocket();
  if (socket < 0) return fail('no Unix socket can be made');
  const notifier = new Notifier(
    (bytes) => libc.send(socket, bytes, address),
    () => onProblem('the service manager takes no message'),
  );
  return speak(notifier, libc, watchdogMs(env), options);
}

function speak(
  notifier: Notifier,
  libc: LibC,
  periodMs: number | undefined,
  { isHealthy, onProblem }: ConnectOptions,
): ServiceManager {
  // A reload before the start is over, or within a stop, is nothing the service manager waits for.
  let phase: 'starting' | 'ready' | 'stopping' = 'starting';
  let listening = '';
  let status = '';
  let stopWatchdog = () => {};
  const watch = (everyMs: number) =>
    startWatchdog({
      everyMs,
      isHealthy,
      feed: () => notifier.hint({ WATCHDOG: 1 }),
      onChange(healthy) {
        if (!healthy) onProblem('the store does not answer: the watchdog is not fed until it does');
        notifier.say({ STATUS: healthy ? status : 'the store does not answer' });
      },
    });
  return {
    ready(text) {
      phase = 'ready';
      listening = status = text;
      notifier.say({ READY: 1, STATUS: status });
      if (periodMs !== undefined) stopWatchdog = watch(periodMs / 2);
    },
    reloading() {
      if (phase !== 'ready') return;
      // With the time, systemd 253 and newer (`Type=notify-reload`) tells this reload from an earlier one.
      notifier.say({ RELOADING: 1, MONOTONIC_USEC: libc.monotonicUs(), STATUS: 'reading the configuration again' });
    },
    reloaded(note) {
      if (phase !== 'ready') return;
      status = note === '' ? listening : `${listening}; ${note}`;
      notifier.say({ READY: 1, STATUS: status });
    },
    stopping(text, drainMs) {
      phase = 'stopping';
      status = text;
      // Whatever limit the unit sets, a drain that was configured longer is waited for.
      notifier.say({ STOPPING: 1, EXTEND_TIMEOUT_USEC: (drainMs + CLOSE_MS) * 1000, STATUS: status });
    },
    stopped: () => stopWatchdog(),
  };
}

/** The watchdog's period, where there is one and it is meant for this process. */
function watchdogMs(env: ConnectOptions['env']): number | undefined {
  const us = Number(env['WATCHDOG_USEC'] ?? '');
  const pid = env['WATCHDOG_PID'] ?? '';
  if (!Number.isSafeInteger(us) || us <= 0 || (pid !== '' && pid !== String(process.pid))) return undefined;
  return us / 1000;
}

async function loadLibC(): Promise<LibC> {
  const { openLibC } = 'Bun' in globalThis ? await import('./libc-bun.ts') : await import('./libc-deno.ts');
  return openLibC();
}
