/** Any stream of an Anthropic upstream, to an OpenAI client. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { OpenAiFromAnthropicStream } from '../../../src/protocol/transcode/openai-to-anthropic/stream.ts';
import { accumulateAiSdkStream } from '../../support/accumulate/ai-sdk.ts';
import { accumulateOpenAiPython } from '../../support/accumulate/openai-python.ts';
import { accumulateOpenAiStream } from '../../support/accumulate/openai-sdk.ts';
import { anthropicStream } from '../../support/arbitrary/anthropic-stream.ts';
import { hostileStream } from '../../support/arbitrary/hostile.ts';
import { openAiStream } from '../../support/arbitrary/openai-stream.ts';
import { checkOpenAiChunks } from '../../support/grammar/openai-chunks.ts';
import { compareAnswer } from './compare.ts';
import { openAiPlan } from './openai-client.ts';
import { readable, readsOf, runStream, type StreamRun } from './run-stream.ts';
import { readersInTurn, RUNS, times } from './runs.ts';

setDefaultTimeout(20_000 + RUNS * 200);
const encoder = new TextEncoder();

type Plan = Parameters<typeof openAiPlan>[0];

function through(bytes: Uint8Array, plan: Plan = {}, reads: Iterable<Uint8Array> = [bytes]): StreamRun {
  return runStream(new OpenAiFromAnthropicStream(openAiPlan(plan)), reads);
}

describe('an Anthropic stream to an OpenAI client', () => {
  test('P1: the client has what was sent, whichever SDK it uses', async () => {
    const seen = { whole: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(anthropicStream, async ({ text, expected }) => {
        const { bytes, state, usage, estimated } = through(encoder.encode(text));
        checkOpenAiChunks(bytes, { includeUsage: true });
        expect(state).toBe(expected.failed ? 'failed' : 'complete');
        seen[expected.failed ? 'failed' : 'whole']++;
        compareAnswer(accumulateOpenAiPython(bytes), expected, { client: 'OpenAI for Python' });
        const compatible = { client: 'AI SDK openai-compatible', foldsCacheWrites: true, refusalIsText: true };
        const openai = { client: 'AI SDK openai', refusalIsText: true, blindTo: 'reasoning' } as const;
        const readers = [
          [{ client: 'OpenAI' }, () => accumulateOpenAiStream(bytes)],
          [compatible, () => accumulateAiSdkStream('openai-compatible', bytes)],
          [openai, () => accumulateAiSdkStream('openai', bytes)],
        ] as const;
        for (const [client, read] of readersInTurn(readers)) compareAnswer(await read(), expected, client);
        if (expected.failed) return;
        expect(estimated).toBe(expected.usage === undefined);
        if (expected.usage !== undefined) expect(usage).toEqual(expected.usage);
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(RUNS / 30);
  });

  test('P1: a client that asked for neither usage nor reasoning is told neither', () => {
    fc.assert(
      fc.property(anthropicStream, ({ text, expected }) => {
        const { bytes } = through(encoder.encode(text), { includeUsage: false, showReasoning: false });
        checkOpenAiChunks(bytes, { includeUsage: false });
        const got = accumulateOpenAiPython(bytes);
        expect(Buffer.from(bytes).toString()).not.toContain('"reasoning');
        const quiet = { ...expected, reasoning: '', usage: undefined };
        const usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };
        compareAnswer({ ...got, usage }, quiet, { client: 'OpenAI for Python' });
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    );
  });

  test('P3, C111: any re-chunking gives the same bytes, state and usage', () => {
    fc.assert(
      fc.property(anthropicStream, fc.integer({ min: 1, max: 80 }), fc.nat(), ({ text }, most, seed) => {
        const bytes = encoder.encode(text);
        const whole = through(bytes);
        const pieces = through(bytes, {}, readsOf(bytes, most, seed));
        expect(Buffer.from(pieces.bytes).toString()).toBe(Buffer.from(whole.bytes).toString());
        expect({ ...pieces, bytes: 0, error: pieces.error?.message }).toEqual({
          ...whole,
          bytes: 0,
          error: whole.error?.message,
        });
      }),
      { numRuns: times(2), includeErrorInReport: true },
    );
  });

  test('P5: whatever comes, the client gets a stream of its own shape', () => {
    const states = { complete: 0, failed: 0, open: 0 };
    fc.assert(
      fc.property(
        hostileStream(anthropicStream, openAiStream),
        fc.boolean(),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(),
        (hostile, legacyFunctions, most, seed) => {
          const bytes = Buffer.from(hostile, 'latin1');
          const plan = { legacyFunctions, customTools: new Set(['read']) };
          const { bytes: out, state } = through(bytes, plan);
          checkOpenAiChunks(readable(out, bytes), { includeUsage: true, legacyFunctions });
          const pieces = through(bytes, plan, readsOf(bytes, most, seed));
          expect(Buffer.from(pieces.bytes).toString()).toBe(Buffer.from(out).toString());
          states[state]++;
        },
      ),
      { numRuns: times(5), includeErrorInReport: true },
    );
    expect(states.open).toBe(0);
    expect(Math.min(states.complete, states.failed)).toBeGreaterThan(RUNS / 30);
  });
});
