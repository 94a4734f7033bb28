import { clearInterval, setInterval } from 'node:timers';
import type { Usage } from '../../protocol/usage.ts';
import type { UsageRow, UsageStore } from '../store/ports.ts';

/** What one request came to in the end. */
export interface SettledUsage {
  /** When it was settled, Unix milliseconds; its UTC date is the day it counts for. */
  readonly at: number;
  readonly keyId: string;
  readonly account: string;
  readonly model: string;
  readonly usage: Usage;
  readonly costNano: bigint;
  /** Whether the usage had to be estimated. */
  readonly estimated: boolean;
}

export interface UsageRecorder {
  /** Throws a RangeError on a count or a cost no store could hold: one such row would hold up all the others. */
  record(entry: SettledUsage): void;
  /** Requests recorded but not yet in the store. */
  pendingRequests(): number;
  /** Writes everything recorded so far. When it rejects, all of it is kept for the next time. */
  flush(): Promise<void>;
  /** Stops the timer and flushes, trying again for a while. Rejects when something could not be written. */
  close(): Promise<void>;
}

export interface UsageRecorderOptions {
  readonly store: UsageStore;
  /** Told of each write that failed in the background, with the number of requests that wait for the next one. */
  readonly onFlushError: (error: unknown, pendingRequests: number) => void;
  readonly flushMs?: number;
  /** Pause between the tries of `close`. */
  readonly retryMs?: number;
}

const CLOSE_ATTEMPTS = 5;
/** A million dollars for one answer: beyond it something is wrong with the price, not with the bill. */
const MAX_COST_NANO = 10n ** 15n;

/** Collects usage in memory, one row for each day, key and model, and adds it to the store every second. */
export function createUsageRecorder(options: UsageRecorderOptions): UsageRecorder {
  const { store, onFlushError, flushMs = 1000, retryMs = 200 } = options;
  let rows = new Map<string, UsageRow>();
  let inFlight: ReadonlyMap<string, UsageRow> = new Map();
  let writing: Promise<void> | undefined;

  /** One write at a time; a flush asked for meanwhile starts when the running one has ended. */
  async function flush(): Promise<void> {
    // What became of the running one is for its own caller to hear.
    while (writing !== undefined) await writing.catch(() => undefined);
    if (rows.size === 0) return;
    writing = write();
    try {
      await writing;
    } finally {
      writing = undefined;
    }
  }

  async function write(): Promise<void> {
    inFlight = rows;
    rows = new Map();
    try {
      await store.add([...inFlight.values()]);
    } catch (error) {
      for (const [id, row] of inFlight) put(id, row);
      throw error;
    } finally {
      inFlight = new Map();
    }
  }

  function put(id: string, row: UsageRow): void {
    const known = rows.get(id);
    rows.set(id, known === undefined ? row : merge(known, row));
  }

  function pendingRequests(): number {
    let sum = 0;
    for (const row of rows.values()) sum += row.requests;
    for (const row of inFlight.values()) sum += row.requests;
    return sum;
  }

  async function close(): Promise<void> {
    clearInterval(timer);
    for (let attempt = 1; ; attempt++) {
      try {
        return await flush();
      } catch (error) {
        onFlushError(error, pendingRequests());
        if (attempt === CLOSE_ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  const timer = setInterval(() => {
    flush().catch((error: unknown) => onFlushError(error, pendingRequests()));
  }, flushMs);
  timer.unref();

  return {
    record(entry) {
      const row = toRow(entry);
      // The model stands last, so that no text in it can make two rows one.
      put(`${row.day}\n${row.keyId}\n${row.account}\n${row.model}`, row);
    },
    pendingRequests,
    flush,
    close,
  };
}

function toRow(entry: SettledUsage): UsageRow {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = entry.usage;
  checkCount('inputTokens', inputTokens);
  checkCount('outputTokens', outputTokens);
  checkCount('cacheReadTokens', cacheReadTokens);
  checkCount('cacheWriteTokens', cacheWriteTokens);
  checkCount('reasoningTokens', reasoningTokens);
  if (entry.costNano < 0n || entry.costNano > MAX_COST_NANO) {
    throw new RangeError(`costNano is out of range: ${entry.costNano}`);
  }
  return {
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens,
    day: dayOf(entry.at),
    keyId: entry.keyId,
    account: entry.account,
    model: entry.model,
    requests: 1,
    costNano: entry.costNano,
    estimated: entry.estimated ? 1 : 0,
  };
}

function checkCount(name: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${name} is no count of tokens: ${count}`);
}

const DAY_MS = 86_400_000;
let lastDay = { number: -1, text: '' };

/** The UTC date, `YYYY-MM-DD`. One request after another falls on the same day: it is written out once. */
function dayOf(atMs: number): string {
  const number = Math.floor(atMs / DAY_MS);
  if (number !== lastDay.number) lastDay = { number, text: new Date(atMs).toISOString().slice(0, 10) };
  return lastDay.text;
}

function merge(one: UsageRow, other: UsageRow): UsageRow {
  return {
    ...one,
    requests: one.requests + other.requests,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
    cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
    reasoningTokens: one.reasoningTokens + other.reasoningTokens,
    costNano: one.costNano + other.costNano,
    estimated: one.estimated + other.estimated,
  };
}
