import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { loadCorpus } from '../../test/support/corpus.ts';
import { estimateTokens } from '../protocol/anthropic/estimate-tokens.fixture.ts';
import { estimatePrompt } from '../protocol/anthropic/estimate-tokens.ts';
import { describeRatios, recordedUsages } from '../protocol/anthropic/recorded-usage.fixture.ts';
import { readRequest, type RequestFacts } from '../protocol/request.ts';
import { NO_USAGE, type Usage } from '../protocol/usage.ts';
import { InputEstimates } from './input-estimate.ts';

const encoder = new TextEncoder();
const reported = (inputTokens: number): Usage => ({ ...NO_USAGE, inputTokens });

function factsOf(content: unknown, more: object = {}): RequestFacts {
  return readRequest(encoder.encode(JSON.stringify({ model: 'm', messages: [{ role: 'user', content }], ...more })));
}

const LONG = factsOf('word '.repeat(6000));
const TEXT = estimatePrompt(LONG).text;

/** As many answers of a model as it takes until only they count. */
function teach(estimates: InputEstimates, ratio: number, answers = 32, modelId = 'vendor/model'): void {
  for (let i = 0; i < answers; i++) estimates.learn(modelId, LONG, reported(Math.round(TEXT * ratio)));
}

describe('InputEstimates', () => {
  test('F7: before anything is learnt, the estimate is that of the bytes', () => {
    expect(new InputEstimates().estimate(LONG, 'vendor/model')).toBe(estimateTokens(LONG));
  });

  test('after 32 answers texts count as they were reported; until then the estimate stays high', () => {
    const estimates = new InputEstimates();
    const { other } = estimatePrompt(LONG);
    teach(estimates, 0.6, 30);
    expect(estimates.estimate(LONG, 'vendor/model')).toBe(estimateTokens(LONG));
    teach(estimates, 0.6, 2);
    // But for the first tokens, which small requests would be estimated too low by.
    expect(estimates.estimate(LONG, 'vendor/model')).toBeCloseTo(256 + (TEXT - 256) * 0.6 + other, -1);
    // Of the model that was asked alone.
    expect(estimates.estimate(LONG, 'vendor/other')).toBe(estimateTokens(LONG));
    const image = factsOf([{ type: 'image', source: { type: 'url', url: 'https://x/y' } }]);
    expect(estimates.estimate(image, 'vendor/model')).toBeGreaterThan(1600);
  });

  test('two answers that are higher raise it at once, a single one does not', () => {
    const estimates = new InputEstimates();
    teach(estimates, 0.6);
    const before = estimates.estimate(LONG, 'vendor/model');
    teach(estimates, 2.9, 1);
    expect(estimates.estimate(LONG, 'vendor/model')).toBe(before);
    teach(estimates, 1.2, 1);
    expect(estimates.estimate(LONG, 'vendor/model')).toBeGreaterThan(1.9 * before);
  });

  test('no answer moves it beyond 0.3 or 3', () => {
    const { other } = estimatePrompt(LONG);
    for (const [ratio, bound] of [
      [0.0001, 0.3],
      [1000, 3],
    ] as const) {
      const estimates = new InputEstimates();
      teach(estimates, ratio);
      expect(estimates.estimate(LONG, 'vendor/model')).toBe(
        Math.ceil(TEXT * bound + other + (bound < 1 ? 256 * (1 - bound) : 0)),
      );
    }
  });

  test('what was read from a cache and written to it counts; an answer without usage teaches nothing', () => {
    const estimates = new InputEstimates();
    const third = Math.round(TEXT / 6);
    const usage = {
      ...NO_USAGE,
      inputTokens: third,
      cacheReadTokens: third,
      cacheWriteTokens: third,
      outputTokens: 1e6,
    };
    for (let i = 0; i < 32; i++) estimates.learn('m', LONG, usage);
    const learnt = estimates.estimate(LONG, 'm');
    expect(learnt / TEXT).toBeCloseTo(0.5, 1);
    for (let i = 0; i < 32; i++) estimates.learn('m', LONG, { ...NO_USAGE, outputTokens: 5 });
    expect(estimates.estimate(LONG, 'm')).toBe(learnt);
  });

  test('small requests, and those that are mostly tools or images, teach nothing of texts', () => {
    const tools = Array.from({ length: 20 }, (_, i) => ({ name: `f${i}` }));
    const image = { type: 'image_url', image_url: { url: 'https://x/y' } };
    for (const facts of [
      factsOf('Hi'),
      factsOf('word '.repeat(500), { tools }),
      factsOf([image, { type: 'text', text: 'word '.repeat(500) }]),
    ]) {
      const estimates = new InputEstimates();
      for (let i = 0; i < 100; i++) estimates.learn('m', facts, reported(1));
      expect(estimates.estimate(LONG, 'm')).toBe(estimateTokens(LONG));
    }
  });

  test('ids without end do not fill the memory, and push out those that are used no more', () => {
    const estimates = new InputEstimates();
    teach(estimates, 0.5, 32, 'old');
    teach(estimates, 0.5, 32, 'used');
    for (let i = 0; i < 999; i++) {
      estimates.learn(`id ${i}`, LONG, reported(1000));
      if (i % 100 === 0) estimates.learn('used', LONG, reported(Math.round(TEXT * 0.5)));
    }
    expect(estimates.estimate(LONG, 'old')).toBe(estimateTokens(LONG));
    expect(estimates.estimate(LONG, 'used')).toBeLessThan(0.6 * estimateTokens(LONG));
  });

  test('of a vendor whose counts scatter, nine estimates in ten err upward, and closer than before', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.35, max: 1.6, noNaN: true }), fc.integer(), (density, seed) => {
        const random = generator(seed);
        const estimates = new InputEstimates();
        const ratios: number[] = [];
        const plain: number[] = [];
        for (let i = 0; i < 500; i++) {
          const facts = factsOf('word '.repeat(4000 + Math.floor(random() * 8000)));
          const { text } = estimatePrompt(facts);
          // Most within 15 % of what is usual, and the template around them.
          const real = Math.round(text * density * (0.85 + 0.3 * random()) + 12);
          if (i >= 50) {
            ratios.push(estimates.estimate(facts, 'm') / real);
            plain.push(estimateTokens(facts) / real);
          }
          estimates.learn('m', facts, reported(real));
        }
        const learnt = describeRatios(ratios);
        expect(learnt.upward).toBeGreaterThan(0.9);
        expect(learnt.median).toBeLessThan(1.25);
        expect(Math.abs(learnt.median - 1.1)).toBeLessThan(
          Math.max(0.15, Math.abs(describeRatios(plain).median - 1.1)),
        );
      }),
      { numRuns: 10 },
    );
  });

  const corpus = loadCorpus();
  test.skipIf(corpus === undefined)('on recorded requests, taught by the others of their model', () => {
    const usages = recordedUsages(corpus ?? []);
    const plain: number[] = [];
    const calibrated: number[] = [];
    const taught: [plain: number, calibrated: number][] = [];
    for (const one of usages) {
      const estimates = new InputEstimates();
      const { model } = one.facts;
      const others = usages.filter((other) => other !== one && other.facts.model === model);
      for (let round = 0; round < 40 && others.length > 0; round++) {
        for (const other of others) estimates.learn(model, other.facts, other.usage);
      }
      const without = estimateTokens(one.facts) / one.inputTokens;
      const withIt = estimates.estimate(one.facts, model) / one.inputTokens;
      plain.push(without);
      calibrated.push(withIt);
      if (without !== withIt) taught.push([without, withIt]);
    }
    const told = {
      'all, by bytes alone': describeRatios(plain),
      'all, calibrated': describeRatios(calibrated),
      'those with something learnt, by bytes alone': describeRatios(taught.map(([without]) => without)),
      'those with something learnt, calibrated': describeRatios(taught.map(([, withIt]) => withIt)),
    };
    if (process.env.TH_PRINT !== undefined) {
      for (const [name, { text }] of Object.entries(told)) console.log(`${name}: ${text}`);
    }
    expect(plain.length).toBeGreaterThan(550);
    expect(taught.length).toBeGreaterThan(30);
    expect(told['all, by bytes alone'].upward).toBeGreaterThan(0.95);
    expect(told['all, calibrated'].upward).toBeGreaterThan(0.95);
    expect(told['those with something learnt, calibrated'].upward).toBeGreaterThan(0.95);
    expect(told['those with something learnt, calibrated'].median).toBeLessThan(
      told['those with something learnt, by bytes alone'].median,
    );
  });
});

/** Numbers in [0, 1) that a seed decides (mulberry32). */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
