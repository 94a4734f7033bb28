import type { ChildProcess } from 'node:child_process';
import type { Order, Report } from './orders.ts';

/** A worker that ended is replaced after this long, and after twice as long each time it does not last. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** One that ran so long had a good start. */
const LASTED_MS = 60_000;

export interface SupervisorOptions {
  readonly count: number;
  /** Starts the worker of a number, with a channel for messages; `isFirst`: the supervisor itself has just started. */
  readonly spawn: (index: number, isFirst: boolean) => ChildProcess;
  /** A worker ended that nobody had told to; another takes its place. */
  readonly onLost: (index: number, how: string) => void;
}

/** A worker ended before it had begun to listen. It has told why. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('a worker could not start');
    this.exitCode = exitCode;
  }
}

interface Seat {
  child: ChildProcess;
  hasListened: boolean;
  startedAtMs: number;
  pauseMs: number;
  timer?: ReturnType<typeof setTimeout>;
  readonly waiting: Set<(healthy: boolean) => void>;
}

/** Keeps so many processes running behind one address, and hands on to each what is asked of all. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #seats: Seat[] = [];
  #phase: 'starting' | 'running' | 'stopping' = 'starting';

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Resolves with the address when all listen: the first alone, for what is done once, then the rest together. */
  async start(): Promise<string> {
    const url = await this.#seat(0);
    if (this.#phase === 'stopping') return url;
    await Promise.all(Array.from({ length: this.#options.count - 1 }, (_, at) => this.#seat(at + 1)));
    if (this.#phase === 'starting') this.#phase = 'running';
    return url;
  }

  reload(): void {
    this.#tell('reload');
  }

  interrupt(): void {
    this.#tell('interrupt');
  }

  /** Each worker tells in the log what it is at. */
  dump(): void {
    this.#tell('dump');
  }

  /** Resolves when every worker has ended. */
  async stop(): Promise<void> {
    this.#phase = 'stopping';
    for (const { timer } of this.#seats) clearTimeout(timer);
    const ended = this.#seats.map(({ child }) => endOf(child));
    this.#tell('stop');
    // One that has just begun may not take messages yet, and then the signal ends it; later it minds no signal.
    for (const { child, hasListened } of this.#seats) if (!hasListened) child.kill('SIGTERM');
    await Promise.all(ended);
  }

  /** Whether every worker is there and does its work. */
  async isHealthy(): Promise<boolean> {
    const answers = this.#seats.map(
      ({ child, waiting }) =>
        new Promise<boolean>((resolve) => {
          if (!child.connected) return resolve(false);
          waiting.add(resolve);
          child.send('health' satisfies Order);
        }),
    );
    return (await Promise.all(answers)).every((healthy) => healthy);
  }

  async #seat(index: number): Promise<string> {
    const child = this.#options.spawn(index, true);
    const startedAtMs = performance.now();
    const seat: Seat = { child, hasListened: false, startedAtMs, pauseMs: FIRST_PAUSE_MS, waiting: new Set() };
    this.#seats[index] = seat;
    const ready = Promise.withResolvers<string>();
    this.#watch(seat, index, ready.resolve, ready.reject);
    return ready.promise;
  }

  #watch(seat: Seat, index: number, onReady: (url: string) => void, onFailed: (cause: Error) => void): void {
    const { child } = seat;
    child.on('message', (report: Report) => {
      if ('ready' in report) {
        seat.hasListened = true;
        onReady(report.ready);
      } else {
        for (const resolve of seat.waiting) resolve(report.healthy);
        seat.waiting.clear();
      }
    });
    child.once('exit', (code, signal) => {
      for (const resolve of seat.waiting) resolve(false);
      seat.waiting.clear();
      if (!seat.hasListened) onFailed(new WorkerFailed(code ?? 1));
      if (this.#phase === 'stopping' || (this.#phase === 'starting' && !seat.hasListened)) return;
      this.#options.onLost(index, signal ?? `exit code ${code}`);
      this.#replace(seat, index);
    });
  }

  #replace(seat: Seat, index: number): void {
    const lasted = performance.now() - seat.startedAtMs >= LASTED_MS;
    const pauseMs = lasted ? FIRST_PAUSE_MS : seat.pauseMs;
    seat.pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    seat.timer = setTimeout(() => {
      seat.child = this.#options.spawn(index, false);
      seat.hasListened = false;
      seat.startedAtMs = performance.now();
      this.#watch(
        seat,
        index,
        () => undefined,
        () => undefined,
      );
    }, pauseMs);
  }

  #tell(order: Order): void {
    for (const { child } of this.#seats) if (child.connected) child.send(order);
  }
}

function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
  });
}
