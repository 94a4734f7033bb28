import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { takeApart } from '../../../../test/support/json-tokens.ts';
import { readOpenAiUsage } from '../../openai/usage.ts';
import { expectedOf } from './openai-stream-reference.fixture.ts';
import { OpenAiSameShapeStream } from './openai-stream.ts';
import {
  dataOf,
  DONE,
  FINISH,
  framesOf,
  lastError,
  openAiFrames,
  openAiStream,
  TEXT,
} from './openai-streams.fixture.ts';
import { eventsOf, jsonOf, OPTIONS, readsOf, run } from './stream-runs.fixture.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(10_000 + RUNS * 50);
const encoder = new TextEncoder();

type Options = Partial<typeof OPTIONS>;

const open = (options: Options = {}) => new OpenAiSameShapeStream({ ...OPTIONS, ...options });

describe('any OpenAI stream to an OpenAI client', () => {
  test('every frame is what a simple reading of it says, in value and in untouched bytes', () => {
    const ends = { done: 0, error: 0, open: 0 };
    fc.assert(
      fc.property(openAiStream, fc.boolean(), (text, hideUsage) => {
        const expected = expectedOf(text, 'public-model', hideUsage);
        // Three frames that are no JSON fail a stream; that has a test of its own.
        fc.pre(framesOf(text).filter((frame) => frame.includes('data:') && !jsonOf(dataOf(frame))).length < 3);
        const transcoder = open({ hideUsage });
        const out = Buffer.from(transcoder.push(encoder.encode(text))).toString('utf8');
        const frames = framesOf(out);
        expect(frames.join('')).toBe(out);
        expect(transcoder.state).toBe(({ done: 'complete', error: 'failed', open: 'open' } as const)[expected.end]);
        if (expected.end === 'error') frames.pop();
        expect(frames.length).toBe(expected.told.length);
        for (const [i, { raw, value, members }] of expected.told.entries()) {
          if (raw !== undefined) expect(frames[i]).toBe(raw);
          else {
            const data = dataOf(frames[i]!);
            expect(jsonOf(data)).toEqual(value as never);
            const kept = takeApart(data).members.map((member) => member.raw);
            const renamed = kept.length > members!.length;
            expect(kept.filter((member) => !renamed || !member.startsWith('"model"'))).toEqual([...members!]);
          }
        }
        const reported = readOpenAiUsage(expected.usage);
        const input = (reported?.inputTokens ?? 0) + (reported?.cacheReadTokens ?? 0);
        const isTold = reported !== undefined && input > 0 && reported.outputTokens > 0;
        if (isTold && expected.end === 'done') expect(transcoder.usage).toEqual(reported);
        else if (!isTold && transcoder.hasOutput) expect(transcoder.usageEstimated).toBe(true);
        const rest = Buffer.from(transcoder.end()).toString('utf8');
        if (expected.end !== 'open') expect(rest).toBe('');
        else if (expected.finished) expect(rest).toBe(DONE);
        else expect(jsonOf(dataOf(rest))).toMatchObject({ error: { code: 'upstream_eof' } });
        ends[expected.end]++;
      }),
      { numRuns: RUNS * 3 },
    );
    expect(Math.min(...Object.values(ends))).toBeGreaterThan(RUNS / 10);
  });

  test('the template path gives the bytes the slow path gives', () => {
    fc.assert(
      fc.property(openAiFrames, fc.constantFrom('\n', '\r\n', '\r'), fc.boolean(), (frames, end, hideUsage) => {
        const shared = open({ hideUsage });
        for (const frame of frames) {
          const bytes = encoder.encode(`${frame}\n\n`.replaceAll('\n', end));
          // One that has just begun knows no template.
          const fresh = open({ hideUsage });
          const expected = Buffer.from(fresh.push(bytes)).toString('latin1');
          // Three frames that are no JSON fail the stream as a whole.
          const before = shared.state;
          if (before !== 'open') break;
          const got = Buffer.from(shared.push(bytes)).toString('latin1');
          const { state } = shared;
          if (state === 'failed' && fresh.state !== 'failed') break;
          expect(got).toBe(expected);
          expect(state).toBe(fresh.state);
        }
      }),
      { numRuns: RUNS * 3 },
    );
  });

  test('C111, fault 39: any re-chunking gives the same bytes, state and usage', () => {
    fc.assert(
      fc.property(
        openAiStream,
        fc.boolean(),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        (text, hideUsage, most, seed) => {
          const bytes = encoder.encode(text);
          const whole = run(open({ hideUsage }), [bytes]);
          const pieces = run(open({ hideUsage }), readsOf(bytes, most, seed));
          expect(pieces.text).toBe(whole.text);
          expect(pieces.state).toBe(whole.state);
          expect(pieces.usage).toEqual(whole.usage as never);
          expect(pieces.error?.code).toBe(whole.error?.code as never);
          expect(pieces.error?.message).toBe(whole.error?.message as never);
        },
      ),
      { numRuns: RUNS * 2 },
    );
  });

  test('fault 79: hostile bytes give an answer or an ApiError, never more, and never without end', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .tuple(openAiStream, fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.boolean()), { minLength: 1, maxLength: 8 }))
        .map(([text, changes]) => {
          const out = [...encoder.encode(text)];
          for (const [at, byte, insert] of changes) out.splice(at % (out.length + 1), insert ? 0 : 1, byte);
          return Uint8Array.from(out);
        }),
    );
    fc.assert(
      fc.property(bytes, fc.boolean(), fc.integer({ min: 1, max: 50 }), (stream, hideUsage, most) => {
        const whole = run(open({ hideUsage }), [stream]);
        expect(whole.state).not.toBe('open');
        // Every frame may grow by a longer model id; one error or [DONE] is added.
        expect(whole.text.length).toBeLessThan(stream.length * 4 + 400);
        if (whole.state === 'failed') lastError(whole);
        const pieces = run(open({ hideUsage }), readsOf(stream, most));
        expect([pieces.state, pieces.usage]).toEqual([whole.state, whole.usage]);
        expect(eventsOf(pieces.text)).toEqual(eventsOf(whole.text));
      }),
      { numRuns: RUNS * 3 },
    );
  });

  test('a long stream in small reads takes linear time', () => {
    const frames = Array.from({ length: 20_000 }, (_, i) => TEXT.replace('"a"', `"token ${i}"`)).join('');
    const bytes = encoder.encode(frames + FINISH + DONE);
    const start = performance.now();
    expect(run(open({ hideUsage: true }), readsOf(bytes, 40)).state).toBe('complete');
    expect(performance.now() - start).toBeLessThan(9_000);
  });
});
