import { clearTimeout, setTimeout } from 'node:timers';
import { type Connect, type Connection, connectToRedis, type Reply } from './connection.ts';
import { inTime, LateAnswer } from './in-time.ts';

/** The server was found to be of no use before, and is not asked. */
export class RedisDown extends Error {
  override readonly name = 'RedisDown';
}

export interface RedisLinkOptions {
  readonly url: string;
  /** How long a command may take. */
  readonly timeoutMs?: number;
  /** Told when the server becomes of use, and when it is not, or not any more, and why; in words that hold no secret. */
  readonly onChange?: (isUp: boolean, reason: string) => void;
  readonly connect?: Connect;
}

const TIMEOUT_MS = 50;
/** Written to see whether the server stores anything: a replica and a full one answer everything else. */
const PROBE = ['SET', 'tokenharbor:probe', '1', 'PX', '10000'];
const PROBE_PAUSE_MS = 250;
/** After so long without an answer another connection is tried: another server may stand behind the name by now. */
const GIVE_UP_MS = 1000;
/** What a halted server is told is kept until it goes on or is given up: at 300 bytes each, 3 MB. */
const MOST_TOLD = 10_000;
/** So many late answers in a row, with others between them: a busy machine is late now and then, a far server always. */
const MOST_LATE = 10;
const RECONNECT_FIRST_MS = 50;
const RECONNECT_MOST_MS = 1000;

/**
 * The way to a Redis-compatible server on which nobody waits for it. A command that fails takes the link down, and so
 * does a server that says nothing, or is late again and again. From then on everything is refused at once, and the
 * server is tried in the background, over new connections if need be, until it stores something in time.
 */
export class RedisLink {
  readonly timeoutMs: number;
  readonly #url: string;
  readonly #connect: Connect;
  readonly #onChange: (isUp: boolean, reason: string) => void;
  readonly #tried = Promise.withResolvers<void>();
  readonly #preparations: (readonly string[])[] = [];
  #connection: Connection | undefined;
  #telling = 0;
  #isUp = false;
  /** When the server last said anything, and how many answers have been late since one was not. */
  #heardMs = 0;
  #late = 0;
  #told: boolean | undefined;
  #isClosed = false;
  /** Ends what the loop waits for. */
  #doubt: () => void = () => undefined;
  #wake: () => void = () => undefined;

  constructor({ url, timeoutMs = TIMEOUT_MS, onChange = () => undefined, connect = connectToRedis }: RedisLinkOptions) {
    this.#url = url;
    this.timeoutMs = timeoutMs;
    this.#onChange = onChange;
    this.#connect = connect;
    void this.#run();
  }

  /** Whether a command is sent at all. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Resolves when the server was tried for the first time, to whether it is of use. */
  async tried(): Promise<boolean> {
    await this.#tried.promise;
    return this.#isUp;
  }

  /**
   * Sends a command. Rejects at once while the link is down, and otherwise within the time limit. `onLate` is given an
   * answer nobody waits for any more.
   */
  async send(args: readonly string[], onLate?: (reply: Reply) => void): Promise<Reply> {
    const connection = this.#connection;
    if (!this.#isUp || connection === undefined) throw new RedisDown('Redis is not available');
    const sentMs = performance.now();
    const answer = connection.send(args);
    answer.then(this.#hear, this.#hear);
    try {
      const reply = await inTime(answer, this.timeoutMs, onLate);
      this.#late = 0;
      return reply;
    } catch (error) {
      if (connection === this.#connection && this.#isFailure(error, sentMs)) this.#down(error);
      throw error;
    }
  }

  /**
   * Sends a command nobody waits for, over any connection there is: a server that is slow gets it all the same. It may go
   * astray; then it rejects, or never settles. Beyond a bound of those without an answer it is dropped.
   */
  async tell(args: readonly string[]): Promise<Reply> {
    const connection = this.#connection;
    if (connection === undefined || this.#telling >= MOST_TOLD) throw new RedisDown('Redis is not available');
    this.#telling++;
    try {
      return await connection.send(args);
    } finally {
      this.#telling--;
    }
  }

  /** Has a command sent first on every connection from now on, this one included. */
  prepare(args: readonly string[]): void {
    this.#preparations.push(args);
    this.#connection?.send(args).catch(() => undefined);
  }

  /** Ends the connection and the attempts at one. What is under way rejects. */
  close(): void {
    this.#isClosed = true;
    this.#isUp = false;
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#tried.resolve();
    this.#doubt();
    this.#wake();
  }

  readonly #hear = (): void => {
    this.#heardMs = performance.now();
  };

  #isFailure(error: unknown, sentMs: number): boolean {
    if (error instanceof LateAnswer) return this.#heardMs < sentMs || ++this.#late >= MOST_LATE;
    // Whoever sent it knows what to do.
    return !isUnknownScript(error);
  }

  /** One connection after the other. Never rejects. */
  async #run(): Promise<void> {
    let pauseMs = RECONNECT_FIRST_MS;
    while (!this.#isClosed) {
      try {
        await this.#useOne(() => {
          pauseMs = RECONNECT_FIRST_MS;
        });
      } catch (error) {
        this.#down(error);
      }
      this.#connection?.destroy();
      this.#connection = undefined;
      this.#tried.resolve();
      await this.#pause(pauseMs);
      pauseMs = Math.min(RECONNECT_MOST_MS, pauseMs * 2);
    }
  }

  /** Opens one and keeps it as long as the server answers on it. Rejects with what went wrong. */
  async #useOne(onUp: () => void): Promise<void> {
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => undefined);
    const connection = await this.#connect(this.#url, lost.reject);
    if (this.#isClosed) {
      connection.destroy();
      return;
    }
    this.#connection = connection;
    // What fails of them will fail again when it is needed, or was not needed.
    for (const args of this.#preparations) connection.send(args).catch(() => undefined);
    while (!this.#isClosed) {
      await Promise.race([this.#untilSound(connection), lost.promise]);
      const doubted = new Promise<void>((resolve) => {
        this.#doubt = resolve;
      });
      onUp();
      this.#up();
      await Promise.race([doubted, lost.promise]);
    }
  }

  /** Waits until the server stores something in time. Rejects when it does not store at all. */
  async #untilSound(connection: Connection): Promise<void> {
    while (!this.#isClosed) {
      const startedMs = performance.now();
      await inTime(connection.send(PROBE), GIVE_UP_MS);
      if (performance.now() - startedMs <= this.timeoutMs) return;
      this.#tried.resolve();
      await this.#pause(PROBE_PAUSE_MS);
    }
  }

  #up(): void {
    if (this.#isClosed) return;
    this.#isUp = true;
    this.#late = 0;
    this.#tried.resolve();
    this.#tellChange(true, 'Redis answers');
  }

  #down(error: unknown): void {
    this.#doubt();
    this.#isUp = false;
    this.#tellChange(false, describe(error));
  }

  #tellChange(isUp: boolean, reason: string): void {
    if (this.#isClosed || this.#told === isUp) return;
    this.#told = isUp;
    this.#onChange(isUp, reason);
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isClosed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

/** What a server or a socket says of itself; neither repeats what it was sent. */
function describe(error: unknown): string {
  if (error instanceof LateAnswer) return error.message;
  return error instanceof Error ? error.message.slice(0, 200) : 'the connection failed';
}
