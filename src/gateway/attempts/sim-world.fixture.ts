import { NO_USAGE } from '../../protocol/usage.ts';
import { ManualTicker } from '../manual-ticker.fixture.ts';
import type { UpstreamRequest } from '../upstream/port.ts';

/** A small generator of numbers from 0 to below 1 that a seed determines. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A clock on which things happen at their times, and nothing in between. */
export class SimClock extends ManualTicker {
  readonly #due: { readonly atMs: number; readonly call: () => void }[] = [];

  at(afterMs: number, call: () => void): void {
    this.#due.push({ atMs: this.now + afterMs, call });
  }

  /** At its own time, not at the next check. */
  override after(ms: number, call: () => void): () => void {
    this.at(ms, () => undefined);
    return super.after(ms, call);
  }

  /** Runs until a time, checking deadlines every quarter of a second as the real one does. */
  async runUntil(endMs: number): Promise<void> {
    await settle();
    while (this.now < endMs) {
      const nextDue = this.#due.reduce((least, { atMs }) => Math.min(least, atMs), endMs);
      const step = Math.min(nextDue, this.now + 250);
      this.advance(Math.max(0, step - this.now));
      const ready = this.#due.filter(({ atMs }) => atMs <= this.now).sort((a, b) => a.atMs - b.atMs);
      for (const entry of ready) this.#due.splice(this.#due.indexOf(entry), 1);
      for (const { call } of ready) call();
      if (ready.length > 0 || this.watching > 0) await settle();
      else if (this.#due.length === 0) this.now = endMs;
    }
  }
}

/** Lets everything that can happen at this time happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** What an upstream does with one request. */
export type Behaviour =
  | { readonly kind: 'json'; readonly afterMs: number }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'refuse' | 'reset' | 'hang' }
  | { readonly kind: 'stream'; readonly opensMs: number; readonly contentMs: number }
  | { readonly kind: 'early'; readonly ends: 'error' | 'cut' }
  | { readonly kind: 'late'; readonly ends: 'error' | 'cut' };

/** Whether the upstream may have done the work, though nothing of it came. */
export function mayHaveCost(behaviour: Behaviour): boolean {
  if (behaviour.kind === 'early') return behaviour.ends === 'cut';
  return (
    behaviour.kind === 'reset' || behaviour.kind === 'hang' || (behaviour.kind === 'status' && behaviour.status === 408)
  );
}

const encoder = new TextEncoder();
const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const ROLE = chunk({ role: 'assistant', content: '' });
const textOf = (place: string) => chunk({ content: wordsOf(place) });
const END = `${chunk({}, 'stop')}data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5}}\n\ndata: [DONE]\n\n`;
/** With a count of what is paid for all the same, but not by the client. */
const ERROR = 'data: {"error":{"message":"full","code":503},"usage":{"prompt_tokens":99,"completion_tokens":9}}\n\n';
export const USAGE = { ...NO_USAGE, inputTokens: 7, outputTokens: 5 };

/** What a place answers: nobody else says the same. */
export function wordsOf(place: string): string {
  return `word of ${place};`;
}

/** How long after it was asked the gateway can tell that nothing will come of it; undefined: it does, or nobody can tell. */
export function failsAfterMs(behaviour: Behaviour): number | undefined {
  switch (behaviour.kind) {
    case 'refuse':
      return 0;
    case 'status':
      return 10;
    case 'reset':
      return 20;
    case 'early':
      return 40;
    default:
      return undefined;
  }
}

/** Does with a request to a place what the behaviour says, at the times of the clock. */
export async function behave(
  behaviour: Behaviour,
  place: string,
  { signal }: UpstreamRequest,
  clock: SimClock,
): Promise<Response> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
  aborted.catch(() => undefined);
  const wait = (ms: number) => Promise.race([new Promise<void>((resolve) => clock.at(ms, resolve)), aborted]);
  switch (behaviour.kind) {
    case 'refuse':
      throw Object.assign(new Error('Unable to connect'), { code: 'ConnectionRefused' });
    case 'reset':
      await wait(20);
      throw Object.assign(new Error('The socket connection was closed unexpectedly'), { code: 'ECONNRESET' });
    case 'hang':
      return aborted;
    case 'status': {
      await wait(10);
      const headers = behaviour.retryAfter === undefined ? {} : { 'retry-after': behaviour.retryAfter };
      return Response.json({ error: { message: 'no', type: 'x' } }, { status: behaviour.status, headers });
    }
    case 'json':
      await wait(behaviour.afterMs);
      return Response.json({
        id: 'c',
        choices: [{ index: 0, message: { role: 'assistant', content: wordsOf(place) }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 7, completion_tokens: 5 },
      });
    default:
      return streamed(behaviour, place, signal, clock);
  }
}

function streamed(behaviour: Behaviour, place: string, signal: AbortSignal, clock: SimClock): Response {
  const text = textOf(place);
  let isOver = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const write = (bytes: string) => void (isOver || controller.enqueue(encoder.encode(bytes)));
      const end = (how: 'end' | 'cut') => {
        if (isOver) return;
        isOver = true;
        if (how === 'end') controller.close();
        else controller.error(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
      };
      signal.addEventListener('abort', () => {
        if (isOver) return;
        isOver = true;
        controller.error(signal.reason);
      });
      const fail = (how: 'error' | 'cut') => (how === 'cut' ? end('cut') : (write(ERROR), end('end')));
      if (behaviour.kind === 'stream') {
        clock.at(behaviour.opensMs, () => write(ROLE));
        clock.at(behaviour.opensMs + behaviour.contentMs, () => write(text));
        clock.at(behaviour.opensMs + behaviour.contentMs + 50, () => (write(text + END), end('end')));
      } else if (behaviour.kind === 'early') {
        clock.at(20, () => write(ROLE));
        clock.at(40, () => fail(behaviour.ends));
      } else if (behaviour.kind === 'late') {
        clock.at(20, () => write(ROLE + text));
        clock.at(60, () => fail(behaviour.ends));
      }
    },
    cancel: () => {
      isOver = true;
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}
