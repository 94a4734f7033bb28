/** Ways of running a stream through a transcoder, and of taking its output apart without any code of the product. */
import { createParser } from 'eventsource-parser';
import type { ApiError } from '../../api-error.ts';
import type { Usage } from '../../usage.ts';
import type { StreamState, StreamTranscoder } from '../stream.ts';
import type { SameShapeOptions } from './options.ts';

export const OPTIONS: SameShapeOptions = {
  publicModel: 'public-model',
  requestId: 'req_th_1',
  hideUsage: false,
  eofWithoutDone: 'error',
  estimateInput: () => 42,
  redact: (text) => text,
};

export interface Run {
  readonly text: string;
  readonly state: StreamState;
  readonly usage: Usage;
  readonly usageEstimated: boolean;
  readonly error: ApiError | undefined;
}

/**
 * Everything the transcoder gave for these reads, the end of the stream included. What it gave is looked at once more
 * at the end: the gateway hands it to a socket that may still be sending it, so nothing may be written into it.
 */
export function run(transcoder: StreamTranscoder, reads: Iterable<Uint8Array>): Run {
  const given: Uint8Array[] = [];
  const then: Uint8Array[] = [];
  const take = (bytes: Uint8Array) => {
    given.push(bytes);
    then.push(Uint8Array.from(bytes));
  };
  for (const bytes of reads) take(transcoder.push(bytes));
  take(transcoder.end());
  const out = Buffer.concat(given);
  if (!out.equals(Buffer.concat(then))) throw new Error('bytes that were given out have changed afterwards');
  const { state, usage, usageEstimated, error } = transcoder;
  return { text: out.toString('utf8'), state, usage, usageEstimated, error };
}

export interface Event {
  readonly event: string | undefined;
  readonly data: string;
}

export function eventsOf(text: string): Event[] {
  const events: Event[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => events.push({ event: event || undefined, data }) });
  parser.feed(text);
  return events;
}

export function jsonOf(data: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Reads of one byte, of a few, of whole packets: the same for the same seed. */
export function* readsOf(bytes: Uint8Array, most: number, seed = 1): Generator<Uint8Array> {
  let state = seed;
  for (let at = 0; at < bytes.length;) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    const length = 1 + ((state >> 8) % most);
    yield bytes.slice(at, at + length);
    at += length;
  }
}
