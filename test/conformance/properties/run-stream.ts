import { isUtf8 } from 'node:buffer';
import { ApiError } from '../../../src/protocol/api-error.ts';
import type { StreamTranscoder } from '../../../src/protocol/transcode/stream.ts';
import type { AccumulatedUsage } from '../../support/accumulate/answer.ts';
import { seededRandom } from '../../support/split-bytes.ts';

export interface StreamRun {
  readonly bytes: Uint8Array;
  readonly state: StreamTranscoder['state'];
  readonly usage: AccumulatedUsage | undefined;
  readonly estimated: boolean;
  readonly error: ApiError | undefined;
}

/**
 * Everything a client gets for these reads, the end of the upstream's stream included. The promises of the push object
 * are checked on the way: what it gives ends at a frame end, is not written to afterwards, and nothing follows its end.
 */
export function runStream(transcoder: StreamTranscoder, reads: Iterable<Uint8Array>): StreamRun {
  const given: Uint8Array[] = [];
  const then: Uint8Array[] = [];
  const take = (bytes: Uint8Array) => {
    // With the line ends the upstream has, where its bytes pass as they are.
    if (bytes.length > 0 && !/(?:\n\n|\r\r|\r\n\r\n)$/.test(Buffer.from(bytes.slice(-4)).toString('latin1'))) {
      throw new Error(`what was given does not end at a frame end: ${Buffer.from(bytes.slice(-60))}`);
    }
    given.push(bytes);
    then.push(Uint8Array.from(bytes));
  };
  for (const bytes of reads) {
    const ended = transcoder.state !== 'open';
    const before = bytes.slice();
    const out = orFail(transcoder, () => transcoder.push(bytes));
    if (ended && out.length > 0) throw new Error(`something follows the end: ${Buffer.from(out)}`);
    if (!Bun.deepEquals(before, bytes)) throw new Error('the bytes of a read have been written to');
    take(out);
  }
  take(orFail(transcoder, () => transcoder.end()));
  if (transcoder.push(new TextEncoder().encode('data: {}\n\n')).length > 0)
    throw new Error('something follows the end');
  if (transcoder.end().length > 0) throw new Error('a second end tells something');
  const bytes = Buffer.concat(given);
  if (!bytes.equals(Buffer.concat(then))) throw new Error('bytes that were given out have changed afterwards');
  const { state, usage, usageEstimated: estimated, error } = transcoder;
  return { bytes, state, usage: usage && toAccumulated(usage), estimated, error };
}

/** What the gateway does with an ApiError: it is the client's last event. */
function orFail(transcoder: StreamTranscoder, act: () => Uint8Array): Uint8Array {
  try {
    return act();
  } catch (error) {
    if (error instanceof ApiError) return transcoder.fail(error);
    throw error;
  }
}

function toAccumulated(usage: NonNullable<StreamTranscoder['usage']>): AccumulatedUsage {
  return {
    input: usage.inputTokens,
    cacheRead: usage.cacheReadTokens,
    cacheWrite: usage.cacheWriteTokens,
    output: usage.outputTokens,
    reasoning: usage.reasoningTokens,
  };
}

/** The bytes in reads of one to `most` bytes, the same for the same seed. */
export function* readsOf(bytes: Uint8Array, most: number, seed: number): Generator<Uint8Array> {
  const random = seededRandom(seed);
  for (let at = 0; at < bytes.length;) {
    const length = 1 + Math.floor(random() * most);
    yield bytes.slice(at, at + length);
    at += length;
  }
}

/**
 * What was given out, as a client decodes it. Text passes as the bytes it came in, so where the upstream's were no UTF-8
 * (`sent`), the client's are none either, and most clients read the replacement character.
 */
export function readable(given: Uint8Array, sent: Uint8Array): Uint8Array {
  return isUtf8(sent) ? given : Buffer.from(Buffer.from(given).toString('utf8'));
}
