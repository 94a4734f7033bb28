import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { AnthropicAggregator } from '../../anthropic/aggregate.ts';
import { madeMessage } from '../../anthropic/messages.fixture.ts';
import { anthropicStream } from '../same-shape/anthropic-streams.fixture.ts';
import { readsOf } from '../same-shape/stream-runs.fixture.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { accumulateAsPython, accumulateWithSdk, chunksOf, deltasOf, planWith, runAnswer } from './answers.fixture.ts';
import { readAnthropicMessage } from './response.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(20_000 + RUNS * 60);
const encoder = new TextEncoder();
type Json = Record<string, unknown>;

const plans = fc.record({
  includeUsage: fc.boolean(),
  showReasoning: fc.boolean(),
  searches: fc.boolean(),
  customTools: fc.constantFrom(new Set<string>(), new Set(['f'])),
  legacyFunctions: fc.constantFrom(false, false, false, true),
}) as fc.Arbitrary<Partial<AnswerPlan>>;

const anyStream = fc.oneof(
  madeMessage.map(({ stream }) => stream),
  anthropicStream,
);

/** Many deltas of one kind, so that templates are learnt, and then bytes that are not what they were. */
const mutated = fc
  .tuple(
    fc.oneof(
      anyStream,
      fc
        .tuple(
          fc.constantFrom('text_delta","text', 'thinking_delta","thinking', 'input_json_delta","partial_json'),
          fc.array(fc.constantFrom('a', '\\"', '\\u00e9', '', '世'), { minLength: 3, maxLength: 12 }),
          fc.boolean(),
        )
        .map(([kind, texts, named]) => {
          const block = kind.startsWith('input')
            ? '{"type":"tool_use","id":"t","name":"f","input":{}}'
            : kind.startsWith('text')
              ? '{"type":"text","text":""}'
              : '{"type":"thinking","thinking":""}';
          const frames = texts.map(
            (text, i) =>
              `${named ? 'event: content_block_delta\n' : ''}data: {"type":"content_block_delta","index":0,"delta":{"type":"${kind}":"${text}"}${' '.repeat(i % 3)}}\n\n`,
          );
          return `data: {"type":"content_block_start","index":0,"content_block":${block}}\n\n${frames.join('')}data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n`;
        }),
    ),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\{}: \n\r,u'))),
        fc.constantFrom('set', 'insert', 'delete', 'double'),
      ),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([text, changes]) => {
    const out = [...encoder.encode(text)];
    for (const [at, byte, how] of changes) {
      const place = at % (out.length + 1);
      if (how === 'double') out.splice(place, 0, ...out.slice(place, place + 40));
      else out.splice(place, how === 'insert' ? 0 : 1, ...(how === 'delete' ? [] : [byte]));
    }
    return Uint8Array.from(out);
  });

describe('any Anthropic stream to an OpenAI client', () => {
  test('the templates take no frame that a closer reading would take otherwise', () => {
    fc.assert(
      fc.property(anyStream, plans, fc.integer({ min: 1, max: 300 }), fc.nat(), (text, plan, most, seed) => {
        const bytes = encoder.encode(text);
        const slow = runAnswer([bytes], plan, { templates: false });
        expect(runAnswer([bytes], plan)).toEqual(slow);
        expect(runAnswer(readsOf(bytes, most, seed), plan)).toEqual(slow);
      }),
      { numRuns: RUNS * 3 },
    );
  });

  test('fault 79: hostile bytes give the same with templates as without, an answer or an error, and never half of either', () => {
    const ends = { complete: 0, failed: 0, open: 0 };
    fc.assert(
      fc.property(mutated, plans, fc.integer({ min: 1, max: 60 }), fc.nat(), (bytes, plan, most, seed) => {
        const slow = runAnswer([bytes], plan, { templates: false });
        expect(runAnswer([bytes], plan)).toEqual(slow);
        expect(runAnswer(readsOf(bytes, most, seed), plan)).toEqual(slow);
        const { state } = slow.told;
        ends[state]++;
        expect(state).not.toBe('open');
        expect(slow.text.includes('data: [DONE]')).toBe(state === 'complete');
        expect(chunksOf(slow.text).some(({ error }) => error !== undefined)).toBe(state === 'failed');
        expect(slow.text.length).toBeLessThan(bytes.length * 12 + 3000);
      }),
      { numRuns: RUNS * 5 },
    );
    expect(Math.min(ends.complete, ends.failed)).toBeGreaterThan(RUNS / 10);
  });

  test('C055: one role, first; one reason, last; numbers from 0 without a gap; nothing behind the count', () => {
    fc.assert(
      fc.property(anyStream, plans, (text, plan) => {
        const run = runAnswer([encoder.encode(text)], plan);
        const chunks = chunksOf(run.text).filter(({ error }) => error === undefined);
        const deltas = deltasOf(run.text);
        if (deltas.length > 0) expect(deltas[0]).toEqual({ role: 'assistant', content: '' });
        expect(deltas.slice(1).filter((delta) => 'role' in delta)).toEqual([]);
        const calls = deltas.flatMap(({ tool_calls: list = [] }) => list as { index: number; id?: string }[]);
        expect(calls.filter(({ id }) => id !== undefined).map(({ index }) => index)).toEqual([
          ...calls.filter(({ id }) => id !== undefined).keys(),
        ]);
        for (const name of ['reasoning_details', 'annotations', 'refusal'])
          expect(deltas.filter((delta) => name in delta).length).toBeLessThan(2);
        expect(new Set(chunks.map(({ id }) => id)).size).toBeLessThan(2);
        const reasons = chunks.flatMap(({ choices }) =>
          (choices as { finish_reason: unknown }[]).map(({ finish_reason: reason }) => reason),
        );
        const complete = run.told.state === 'complete';
        expect(reasons.filter((reason) => reason !== null).length).toBe(complete ? 1 : 0);
        if (complete) expect(reasons.at(-1)).toBeString();
        const counted = chunks.filter(({ usage }) => usage !== null && usage !== undefined);
        expect(counted).toEqual(complete && plan.includeUsage ? [chunks.at(-1)!] : []);
        if (!plan.includeUsage) expect(run.text).not.toContain('"usage"');
      }),
      { numRuns: RUNS * 2 },
    );
  });

  test('P1: a stream accumulated is the JSON answer of the same message, with both SDKs', async () => {
    const kept = { stream: 0, json: 0 };
    await fc.assert(
      fc.asyncProperty(madeMessage, plans, async ({ json, stream }, chosen) => {
        const plan = { ...chosen, includeUsage: true };
        const answer = readAnthropicMessage(encoder.encode(json), planWith(plan));
        const aggregator = new AnthropicAggregator();
        aggregator.push(encoder.encode(stream));
        expect(readAnthropicMessage(aggregator.end(), planWith(plan))).toEqual(answer);
        const run = runAnswer([encoder.encode(stream)], plan);
        const completion = JSON.parse(Buffer.from(answer.bytes).toString('utf8')) as Json;
        const [choice] = completion.choices as { message: Json; finish_reason: string }[];
        const told = accumulateAsPython(run.text);
        expect(comparable(told.message)).toEqual(comparable(choice!.message));
        expect([told.finish, told.usage]).toEqual([choice!.finish_reason, completion.usage]);
        expect([run.told.usage, run.told.usageEstimated]).toEqual([answer.usage, answer.usageEstimated]);
        expect(chunksOf(run.text)[0]!.id).toBe(completion.id);
        // A turn whose thinking did not come first is kept of JSON alone.
        if (answer.kept !== undefined) kept.json++;
        if (run.told.kept !== undefined) {
          kept.stream++;
          // Empty texts before the first thinking are not kept of a stream.
          expect(run.told.kept.toolCallId).toBe(answer.kept!.toolCallId);
          expect(answer.kept!.turn).toEndWith(run.told.kept.turn.slice(1));
        }
        const sdk = await accumulateWithSdk(run.text, { stream_options: { include_usage: true } });
        const [sdkChoice] = sdk.choices as { message: Json; finish_reason: string }[];
        expect(sdkChoice!.finish_reason).toBe(choice!.finish_reason);
        expect(sdkChoice!.message.content ?? '').toBe((choice!.message.content as string | null) ?? '');
        // The SDK leaves out what it does not know of a message with a `function_call`.
        for (const name of plan.legacyFunctions ? [] : ['reasoning_details', 'annotations'])
          expect(sdkChoice!.message[name]).toEqual(choice!.message[name] as never);
        expect(comparable(sdkChoice!.message).tool_calls).toEqual(comparable(choice!.message).tool_calls as never);
        expect(sdk.usage).toEqual(completion.usage as never);
      }),
      { numRuns: RUNS },
    );
    expect(kept.stream).toBeGreaterThan(0);
    expect(kept.json).toBeGreaterThanOrEqual(kept.stream);
  });

  test('an annotation covers exactly the text of the block that cites', () => {
    fc.assert(
      fc.property(madeMessage, ({ json, stream }) => {
        const run = runAnswer([encoder.encode(stream)], { searches: true });
        const { message } = accumulateAsPython(run.text);
        const content = message.content as string;
        const texts = (
          JSON.parse(json) as { content: { type: string; text: string; citations?: { url?: string }[] }[] }
        ).content.filter(({ type }) => type === 'text');
        const expected = texts.flatMap(({ text, citations }) =>
          (citations ?? []).filter(({ url }) => url !== undefined).map(({ url }) => [url, text]),
        );
        const annotations = (message.annotations ?? []) as {
          url_citation: { url: string; start_index: number; end_index: number };
        }[];
        expect<unknown>(
          annotations.map(({ url_citation: { url, start_index: start, end_index: end } }) => [
            url,
            content.slice(start, end),
          ]),
        ).toEqual(expected);
      }),
      { numRuns: RUNS * 2 },
    );
  });
});

/** What the two forms of an answer differ in by their nature: nulls, and the numbers of calls. */
function comparable(message: Json): Json {
  const { content, refusal, tool_calls: calls, ...rest } = message;
  const { parsed: _, ...own } = rest;
  return {
    ...own,
    content: content ?? '',
    ...(refusal === null || refusal === undefined ? {} : { refusal }),
    ...(calls === undefined
      ? {}
      : {
          tool_calls: (calls as Json[]).map(({ index: _index, function: fn, ...call }) => ({
            ...call,
            ...(fn === undefined ? {} : { function: { name: (fn as Json).name, arguments: (fn as Json).arguments } }),
          })),
        }),
  };
}
