import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { openAiStream } from '../same-shape/openai-streams.fixture.ts';
import { readsOf } from '../same-shape/stream-runs.fixture.ts';
import {
  type Crossed,
  chunk,
  cross,
  encoder,
  finalMessages,
  type PlanOptions,
  planOf,
  sse,
  usageChunk,
} from './answers.fixture.ts';
import { readOpenAiCompletion } from './response.ts';
import { OpenAiAggregator } from '../../openai/aggregate.ts';

setDefaultTimeout(60_000);

const word = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ' the',
      'Hello',
      '',
      ' ',
      '\n\n',
      '世',
      '🌍',
      '\\',
      '"',
      '"}}]}\n\n',
      'null',
      '<think>',
      '</think>',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);
const args = fc.constantFrom(
  '',
  '{',
  '}',
  '{}',
  '{"a"',
  ':1',
  '"x',
  '\\"',
  '}"',
  '[1,',
  ']',
  ' ',
  'null',
  '{"a":1}',
  '</tool_call>',
  'tru',
);
const id = fc.constantFrom(undefined, undefined, '', null, 'a', 'b', 'f:0', 'c d');
const call = fc.record(
  {
    index: fc.constantFrom(undefined, 0, 0, 1, 2, 7, null, '0'),
    id,
    type: fc.constant('function'),
    function: fc.oneof(
      fc.record(
        {
          name: fc.constantFrom(undefined, 'f', 'g', '', ' ', null),
          arguments: fc.oneof(args, fc.constantFrom(null, { a: 1 }, 7)),
        },
        { requiredKeys: [] },
      ),
      fc.constant(null),
    ),
    extra_content: fc.constantFrom(undefined, { google: { thought_signature: 'S' } }, null),
  },
  { requiredKeys: [] },
);
const delta = fc.oneof(
  { weight: 4, arbitrary: fc.record({ content: word }) },
  { weight: 3, arbitrary: fc.record({ reasoning_content: word }) },
  { weight: 2, arbitrary: word.map((text) => ({ reasoning: text, reasoning_content: text, content: '' })) },
  {
    weight: 1,
    arbitrary: word.map((text) => ({
      reasoning: text,
      reasoning_details: [{ type: 'reasoning.text', text, index: 0 }],
    })),
  },
  { weight: 5, arbitrary: fc.record({ tool_calls: fc.array(call, { maxLength: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        role: fc.constantFrom('assistant', '', null),
        content: fc.oneof(
          word,
          fc.constantFrom(
            null,
            7,
            [],
            {},
            [{ type: 'text', text: 'x' }, 7],
            [{ type: 'thinking', thinking: [{ text: 't' }] }],
          ),
        ),
        refusal: fc.oneof(word, fc.constant(null)),
        annotations: fc.constantFrom(null, [], [{ url_citation: { url: 'u' } }], 'x'),
        tool_calls: fc.oneof(fc.array(call, { maxLength: 2 }), fc.constantFrom(null, {}, 'x')),
        function_call: fc.constantFrom(null, { name: 'f', arguments: '{' }, { name: '', arguments: '' }, 'x'),
        reasoning_details: fc.constantFrom(null, [{ type: 'reasoning.encrypted', data: 'd' }], [7], 'x'),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(null, {}) },
);
const finish = fc.oneof(
  { weight: 12, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom('stop', 'tool_calls', 'length', '', 'odd', 'content_filter', 'error') },
);
const hostileChunk = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .record({
        delta,
        finish,
        index: fc.constantFrom(0, 0, 0, null),
        usage: fc.constantFrom(undefined, undefined, null, { prompt_tokens: 3, completion_tokens: 4 }),
      })
      .map(({ delta: said, finish: reason, index, usage }) => ({
        id: 'chatcmpl-x',
        choices: [{ index, delta: said, finish_reason: reason }],
        usage,
      })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      usageChunk(),
      {},
      { choices: null },
      { choices: [null] },
      { choices: [7] },
      { choices: {} },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ': c\n\n',
      'data: [DONE]\n\n',
      'data: x\n\n',
      'data: {"error":{"message":"no"}}\n\n',
      'event: x\n\n',
    ),
  },
);
/** Chunks as they come, and the same ones again and again, as a stream of deltas is. */
const hostile = fc
  .array(fc.tuple(hostileChunk, fc.integer({ min: 1, max: 4 })), { maxLength: 12 })
  .map((groups) => groups.flatMap(([c, times]) => Array.from({ length: times }, () => c)));
const plan: fc.Arbitrary<PlanOptions> = fc
  .record({
    showThinking: fc.boolean(),
    liveTools: fc.constantFrom(new Set(['f']), new Set<string>(), 'all' as const),
    tags: fc.boolean(),
    eof: fc.constantFrom('ok' as const, 'error' as const),
  })
  .map(({ tags, eof, ...rest }) => ({
    ...rest,
    capabilities: { reasoningOut: tags ? ['think_tags'] : [], eofWithoutDone: eof },
  }));

const summary = ({ text, state, usage, error, stream }: Crossed) => ({
  text,
  state,
  usage,
  error: error?.message,
  kept: stream.kept,
  oddities: stream.oddities.toJson(),
  estimated: stream.usageEstimated,
});

describe('whatever an upstream sends', () => {
  test('P5: blocks are numbered without a gap, one is open at a time, and there is one end', () => {
    fc.assert(
      fc.property(hostile, plan, (chunks, options) => {
        // The accumulator throws for anything else.
        cross(sse(chunks), options);
      }),
      { numRuns: 2000 },
    );
  });

  test('P3: it is the same however it is cut, and with or without what is known of its frames', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostile.map((chunks) => sse(chunks)),
          openAiStream.map((text) => encoder.encode(text)),
        ),
        plan,
        fc.nat(),
        (bytes, options, seed) => {
          const reference = summary(cross(bytes, options, { knowsFrames: false }));
          expect(summary(cross(bytes, options))).toEqual(reference);
          expect(summary(cross(readsOf(bytes, 40, seed), options))).toEqual(reference);
          expect(summary(cross(readsOf(bytes, 1, seed), options))).toEqual(reference);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('both SDKs read it to its end', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, plan, async (chunks, options) => {
        const { message, text } = cross(sse(chunks), { ...options, liveTools: new Set() });
        if (message === undefined) return;
        for (const read of await finalMessages(text)) {
          expect(read.stop_reason).toBe(message.stop_reason);
          expect((read.content as unknown[]).length).toBe(message.content.length);
          for (const block of read.content as { type: string; input: unknown }[]) {
            if (block.type === 'tool_use') expect(block.input).toBeObject();
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  const inputOf = (usage: Parameters<typeof usageChunk>[0]) => {
    const { message } = cross(sse([chunk({ content: 'a' }, 'stop'), usageChunk(usage)]));
    const told = message?.usage as Record<string, number>;
    return told.input_tokens! + told.cache_read_input_tokens! + told.cache_creation_input_tokens!;
  };

  test('P6: usage adds up', () => {
    const count = fc.nat(1000);
    fc.assert(
      fc.property(count, count, count, (prompt, cached, completion) => {
        const usage = {
          prompt_tokens: prompt + cached,
          completion_tokens: completion,
          prompt_tokens_details: { cached_tokens: cached },
        };
        // An answer of a request without input: zeros say nothing, and an estimate stands in.
        fc.pre(prompt + cached > 0);
        expect(inputOf(usage)).toBe(prompt + cached);
      }),
    );
  });

  test('F3: no input is told of a request that had some: it is estimated, never free', () => {
    const none = { prompt_tokens: 0, prompt_tokens_details: { cached_tokens: 0 } };
    for (const completion of [1, 2, 500]) {
      expect(inputOf({ ...none, completion_tokens: completion })).toBeGreaterThan(0);
    }
  });

  test('a whole answer is never less than its stream', () => {
    // Where a refusal stands among the text is lost when it is put together; beside calls, a function_call repeats one.
    const mixed = /"refusal":"[^"]|"function_call":\{"name":"f"/;
    const plain = hostile.filter((chunks) => !mixed.test(JSON.stringify(chunks)));
    fc.assert(
      fc.property(plain, (chunks) => {
        const { message } = cross(sse(chunks));
        if (message === undefined) return;
        const aggregator = new OpenAiAggregator();
        try {
          aggregator.push(sse(chunks));
        } catch {
          // The stream was over before the error came.
          return;
        }
        const { bytes } = readOpenAiCompletion(aggregator.end(), planOf());
        const whole = JSON.parse(Buffer.from(bytes).toString()) as typeof message;
        const textOf = ({ content }: typeof message) =>
          content
            .map(({ text }) => text ?? '')
            .join('')
            .replace(/\s+/g, '');
        expect(textOf(whole)).toStartWith(textOf(message));
        const calls = ({ content }: typeof message) => content.filter(({ type }) => type === 'tool_use').length;
        expect(calls(whole)).toBeGreaterThanOrEqual(calls(message));
      }),
      { numRuns: 500 },
    );
  });
});

describe('in linear time', () => {
  const timed = (run: () => void) => {
    const started = performance.now();
    run();
    return performance.now() - started;
  };
  const reads = (bytes: Uint8Array) =>
    Array.from({ length: Math.ceil(bytes.length / 16_384) }, (_, i) => bytes.slice(i * 16_384, (i + 1) * 16_384));

  test('C117 sse-huge: one event of 5 MB in reads of 16 KiB, text and arguments', () => {
    const huge = 'x"\n'.repeat(1_250_000);
    for (const piece of [
      { content: huge },
      { reasoning: huge },
      { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: JSON.stringify({ huge }) } }] },
    ]) {
      const pieces = reads(sse([chunk({ content: 'a' }), chunk(piece, 'stop')]));
      let crossed: Crossed | undefined;
      expect(timed(() => (crossed = cross(pieces)))).toBeLessThan(10_000);
      expect(crossed?.state).toBe('complete');
    }
  });

  test('200 calls side by side, and text that waits behind them', () => {
    const rounds = 100;
    const many = (n: number) => {
      const index = [...Array(n).keys()];
      const round = (k: number) =>
        index.map((i) =>
          chunk({
            tool_calls: [
              {
                index: i,
                ...(k === 0 ? { id: `c${i}` } : {}),
                function: {
                  ...(k === 0 ? { name: 'f' } : {}),
                  arguments: k === 0 ? '{"x":"' : k === rounds - 1 ? '"}' : 'abcdefgh',
                },
              },
            ],
          }),
        );
      return sse(
        [...Array(rounds).keys()].flatMap((k) => [...round(k), ...(k === rounds - 1 ? [] : [chunk({ content: 'y' })])]),
      );
    };
    const times = [50, 200].map((n) => {
      const bytes = many(n);
      let crossed: Crossed | undefined;
      const best = Math.min(...[1, 2, 3].map(() => timed(() => (crossed = cross(bytes)))));
      expect(crossed?.message?.content).toHaveLength(n + 1);
      expect(crossed?.message?.content[n - 1]?.input).toEqual({ x: 'abcdefgh'.repeat(rounds - 2) });
      return best;
    });
    expect((times[1] as number) / (times[0] as number)).toBeLessThan(12);
  });
});
