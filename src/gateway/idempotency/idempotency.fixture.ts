import { randomBytes } from 'node:crypto';
import { Exchange } from '../exchange.ts';
import { ManualTicker } from '../manual-ticker.fixture.ts';
import type { Outcome } from '../outcome.ts';
import { createSealer } from '../reasoning/seal.ts';
import { Idempotency } from './idempotency.ts';
import { MemoryReplayStore } from './memory-store.ts';
import type { ReplayStore } from './ports.ts';

const encoder = new TextEncoder();

export interface Asking {
  readonly owner?: string;
  readonly key?: string;
  readonly body?: string;
  readonly run?: (exchange: Exchange, signal: AbortSignal) => Promise<Response>;
}

/** Idempotency keys before answers that a test makes by hand. */
export function build(wrap: (store: MemoryReplayStore) => ReplayStore = (store) => store) {
  const clock = new ManualTicker();
  const limits = { ttlMs: 1_000_000, totalBytes: 1024 * 1024 };
  const memory = new MemoryReplayStore({ now: () => clock.now, limits: () => limits });
  const faults: string[] = [];
  const idempotency = new Idempotency({
    store: wrap(memory),
    sealer: createSealer(randomBytes(32), 'kept answers'),
    ticker: clock.ticker,
    limits: () => limits,
    onFault: (what, cause) => faults.push(`${what}: ${(cause as Error).message}`),
  });
  let runs = 0;
  const ask = ({ owner = 'key_a', key = 'k', body = '{}', run = answerJson }: Asking = {}) => {
    const exchange = new Exchange('POST', '/v1/chat/completions', 'openai');
    exchange.principal = { keyId: owner } as never;
    const client = new AbortController();
    const told: Outcome[] = [];
    const response = idempotency.answer(
      {
        key,
        request: { headers: new Headers(), signal: client.signal },
        exchange,
        body: encoder.encode(body),
        holdOpen: () => undefined,
        tell: (outcome) => told.push(outcome),
      },
      (signal) => {
        runs++;
        return run(exchange, signal);
      },
    );
    response.catch(() => undefined);
    return { exchange, client, told, response };
  };
  return { clock, memory, faults, idempotency, ask, runs: () => runs };
}

/** Another answer each time. */
export async function answerJson(exchange: Exchange): Promise<Response> {
  exchange.attempts = 1;
  exchange.isWhole = true;
  return new Response(`{"id":"${exchange.requestId}"}`, {
    headers: { ...exchange.headers(), 'content-type': 'application/json' },
  });
}

/** A stream that a test writes piece by piece. */
export class ManualAnswer {
  cancelled = false;
  signal: AbortSignal | undefined;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #exchange: Exchange | undefined;

  readonly run = async (exchange: Exchange, signal: AbortSignal): Promise<Response> => {
    this.signal = signal;
    this.#exchange = exchange;
    exchange.attempts = 1;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.cancelled = true;
      },
    });
    return new Response(body, { headers: { ...exchange.headers(), 'content-type': 'text/event-stream' } });
  };

  write(text: string): void {
    this.#controller?.enqueue(encoder.encode(text));
  }

  end(): void {
    if (this.#exchange !== undefined) this.#exchange.isWhole = true;
    this.#controller?.close();
  }

  break(): void {
    this.#controller?.error(new Error('broken'));
  }
}
