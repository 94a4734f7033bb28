/** Any stream of an OpenAI upstream, in whatever dialect, to an Anthropic client. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { AnthropicFromOpenAiStream } from '../../../src/protocol/transcode/anthropic-to-openai/stream.ts';
import { accumulateAiSdkStream } from '../../support/accumulate/ai-sdk.ts';
import type { AccumulatedAnswer } from '../../support/accumulate/answer.ts';
import { accumulateAnthropicStream, ANTHROPIC_SDKS } from '../../support/accumulate/anthropic-sdk.ts';
import { anthropicStream } from '../../support/arbitrary/anthropic-stream.ts';
import type { ExpectedAnswer } from '../../support/arbitrary/expected.ts';
import { hostileStream } from '../../support/arbitrary/hostile.ts';
import { openAiStream } from '../../support/arbitrary/openai-stream.ts';
import { checkAnthropicEvents } from '../../support/grammar/anthropic-events.ts';
import { anthropicPlan } from './anthropic-client.ts';
import { compareAnswer } from './compare.ts';
import { readable, readsOf, runStream, type StreamRun } from './run-stream.ts';
import { readersInTurn, RUNS, times } from './runs.ts';

setDefaultTimeout(20_000 + RUNS * 200);
const encoder = new TextEncoder();

type Plan = Parameters<typeof anthropicPlan>[0];

function through(bytes: Uint8Array, plan: Plan = {}, reads: Iterable<Uint8Array> = [bytes]): StreamRun {
  return runStream(new AnthropicFromOpenAiStream(anthropicPlan(plan)), reads);
}

const plans = fc.record({
  showThinking: fc.boolean(),
  liveTools: fc.constantFrom<'all' | Set<string>>('all', new Set()),
});

/** Of a stream that broke, the client has a beginning: calls that were not whole, and what waited for them, are lost. */
function compareBeginning(got: AccumulatedAnswer, expected: ExpectedAnswer, client: string): void {
  const begins = (what: string, part: string, whole: string) => {
    if (!whole.startsWith(part)) throw new Error(`${client}: the ${what} ${part} is no beginning of ${whole}`);
  };
  if (got.error === undefined) throw new Error(`${client}: a broken answer looks whole`);
  begins('text', got.text, expected.text);
  begins('reasoning', got.reasoning, expected.reasoning);
  for (const [i, { name, args }] of got.toolCalls.entries()) {
    const call = expected.toolCalls[i];
    if (call?.name !== name) throw new Error(`${client}: the call ${name} was never made`);
    if (!call.asValue) begins('arguments', args, call.args);
  }
}

describe('an OpenAI stream to an Anthropic client', () => {
  test('P2: the client has what was sent, whichever SDK it uses', async () => {
    const seen = { whole: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(openAiStream, plans, async ({ text, expected: all }, plan) => {
        const { bytes, state, usage, estimated } = through(encoder.encode(text), plan);
        checkAnthropicEvents(bytes);
        const expected = plan.showThinking ? all : { ...all, reasoning: '', text: all.textWithoutThoughts ?? all.text };
        expect(state).toBe(expected.failed ? 'failed' : 'complete');
        seen[expected.failed ? 'failed' : 'whole']++;
        const compare = expected.failed
          ? compareBeginning
          : (got: AccumulatedAnswer, should: ExpectedAnswer, client: string) => compareAnswer(got, should, { client });
        const readers = [
          ...ANTHROPIC_SDKS.map((sdk) => [`Anthropic ${sdk}`, () => accumulateAnthropicStream(bytes, sdk)] as const),
          ['AI SDK anthropic', () => accumulateAiSdkStream('anthropic', bytes)] as const,
        ];
        for (const [name, read] of readersInTurn(readers)) compare(await read(), expected, name);
        if (expected.failed) return;
        expect(estimated).toBe(expected.usage === undefined);
        if (expected.usage !== undefined) expect(usage).toEqual(expected.usage);
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(RUNS / 30);
  });

  test('P3, C111: any re-chunking gives the same answer, state and usage', () => {
    fc.assert(
      fc.property(openAiStream, plans, fc.integer({ min: 1, max: 80 }), fc.nat(), ({ text }, plan, most, seed) => {
        const bytes = encoder.encode(text);
        const whole = through(bytes, plan);
        const pieces = through(bytes, plan, readsOf(bytes, most, seed));
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
        hostileStream(openAiStream, anthropicStream),
        plans,
        fc.integer({ min: 1, max: 200 }),
        fc.nat(),
        (hostile, plan, most, seed) => {
          const bytes = Buffer.from(hostile, 'latin1');
          const { bytes: out, state } = through(bytes, plan);
          checkAnthropicEvents(readable(out, bytes));
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
