/**
 * Recorded requests and streams with bytes changed at random, for as long as `TH_FUZZ_S` says (2 s). A failure names
 * its seed; `TH_FUZZ_SEED` begins there.
 */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { ApiError } from '../../src/protocol/api-error.ts';
import { estimateTokens } from '../../src/protocol/anthropic/estimate-tokens.fixture.ts';
import { readRequest } from '../../src/protocol/request.ts';
import type { Shape } from '../../src/protocol/shape.ts';
import { crossingOf } from '../../src/protocol/transcode/crossing.fixture.ts';
import { relayJson } from '../../src/protocol/transcode/same-shape/response.ts';
import { prepareSameShape } from '../../src/protocol/transcode/same-shape/request.ts';
import { openSameShapeStream } from '../../src/protocol/transcode/same-shape/stream.ts';
import { Warnings } from '../../src/protocol/transcode/warnings.ts';
import {
  eventsOf,
  jsonOf,
  OPTIONS,
  readsOf,
  run,
} from '../../src/protocol/transcode/same-shape/stream-runs.fixture.ts';
import { readUpstreamFault } from '../../src/protocol/transcode/upstream-error.ts';
import { loadCorpus, recordedRequest, recordedResponse, type CorpusEntry } from '../support/corpus.ts';
import { fuzz } from './fuzz.ts';

const SECONDS = Number(process.env.TH_FUZZ_S ?? 2);
setDefaultTimeout(SECONDS * 10_000 + 20_000);

const corpus = loadCorpus();
const encoder = new TextEncoder();
const shapeOf = (entry: CorpusEntry): Shape => (entry.shape === 'openai-chat' ? 'openai' : 'anthropic');

/** Bytes that mean something to a parser, tried more often than others. */
const SPECIAL = encoder.encode('{}[]",:\\\n\r 0-eu/');

function mutate(bytes: Uint8Array, random: () => number): Uint8Array<ArrayBuffer> {
  const out = [...bytes];
  const anywhere = () => Math.floor(random() * (out.length + 1));
  for (let left = 1 + Math.floor(random() * 6); left > 0; left--) {
    const byte = random() < 0.6 ? SPECIAL[Math.floor(random() * SPECIAL.length)]! : Math.floor(random() * 256);
    const at = anywhere();
    const kind = random();
    if (kind < 0.3) out[Math.max(0, Math.min(at, out.length - 1))] = byte;
    else if (kind < 0.5) out.splice(at, 0, byte);
    else if (kind < 0.7) out.splice(at, 1 + Math.floor(random() * 8));
    else if (kind < 0.85) out.splice(at, 0, ...out.slice(anywhere(), anywhere()).slice(0, 300));
    else out.length = at;
  }
  return Uint8Array.from(out);
}

/** The result, or the ApiError that stands for it; everything else is a fault. */
function attempt<T>(act: () => T): T | ApiError {
  try {
    return act();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

describe.skipIf(corpus === undefined)('fault 79: recorded traffic with changed bytes', () => {
  test('a request is refused, or goes on as JSON with the very members it had', () => {
    const requests = (corpus ?? []).flatMap((entry) => {
      const body = recordedRequest(entry);
      const text = body === undefined ? '' : JSON.stringify(body);
      return text.length > 20 && text.length < 20_000 ? [{ shape: shapeOf(entry), bytes: encoder.encode(text) }] : [];
    });
    fuzz(SECONDS * 1000, requests, ({ shape, bytes }, random) => {
      const changed = mutate(bytes, random);
      const facts = attempt(() => readRequest(changed));
      if (facts instanceof ApiError) {
        expect(facts.code).toMatch(/^(invalid_json|invalid_value|missing_required_parameter)$/);
        expect(facts.message.length).toBeLessThan(700);
        return;
      }
      const { body, usageInjected } = prepareSameShape(
        shape,
        crossingOf(changed, shape, {}, { upstreamModel: 'upstream "model"' }),
        new Warnings(),
      );
      const [before, after] = [jsonOf(Buffer.from(changed).toString()), jsonOf(Buffer.from(body).toString())];
      const { model, stream_options, ...rest } = after ?? {};
      expect(model).toBe('upstream "model"');
      if (usageInjected) expect(stream_options).toMatchObject({ include_usage: true });
      const expected = Object.fromEntries(
        Object.entries(before ?? {}).filter(([name]) => !/^(?:th_|model$|stream_options$)/.test(name)),
      );
      expect(JSON.stringify(rest)).toBe(JSON.stringify(expected));
      expect(estimateTokens(facts)).toBeGreaterThan(0);
    });
  });

  test('a stream ends as complete or failed, the same however it is cut', () => {
    const streams = (corpus ?? []).filter(({ response, bytes }) => response.endsWith('.sse') && bytes < 60_000);
    fuzz(SECONDS * 1000, streams, (entry, random) => {
      const bytes = mutate(recordedResponse(entry), random);
      const way = random();
      const options = {
        ...OPTIONS,
        hideUsage: way < 0.5,
        eofWithoutDone: way < 0.2 ? ('ok' as const) : ('error' as const),
      };
      const open = () => openSameShapeStream(shapeOf(entry), options);
      const whole = run(open(), [bytes]);
      expect(whole.state).not.toBe('open');
      const pieces = run(open(), readsOf(bytes, 1 + Math.floor(random() * 200)));
      expect([pieces.state, pieces.usage]).toEqual([whole.state, whole.usage]);
      expect(eventsOf(pieces.text)).toEqual(eventsOf(whole.text));
      const last = eventsOf(whole.text).at(-1);
      if (whole.state === 'failed') expect(jsonOf(last?.data ?? '')?.error).toBeDefined();
      else {
        const told = last?.data.trim().startsWith('[DONE]') || last?.event === 'message_stop';
        expect(told || jsonOf(last?.data ?? '')?.type === 'message_stop').toBe(true);
      }
      for (const count of Object.values(whole.usage ?? {}))
        expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
    });
  });

  test('a JSON answer or error is told as one, or as an ApiError', () => {
    const answers = (corpus ?? []).filter(({ response, bytes }) => response.endsWith('.json') && bytes < 60_000);
    fuzz(SECONDS * 1000, answers, (entry, random) => {
      const bytes = mutate(recordedResponse(entry), random);
      const answer = attempt(() => relayJson(shapeOf(entry), bytes, OPTIONS));
      if (answer instanceof ApiError) expect(answer.message.length).toBeGreaterThan(0);
      else expect(jsonOf(Buffer.from(answer.bytes).toString())).toBeDefined();
      const value = jsonOf(Buffer.from(bytes).toString());
      if (value !== undefined) expect(readUpstreamFault(value)?.message ?? 'none').not.toBe('');
    });
  });
});
