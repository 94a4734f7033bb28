import { describe, expect, test } from 'bun:test';
import { effectivePrice, findKnownPrice } from './known-prices.ts';
import { configOf, problemsOf } from './load.fixture.ts';
import { PRICE_LISTS } from './prices/lists.ts';

const VENDOR = '{ preset: openai, api_key: k }';

/** What the first target of the only model costs, for the id that the upstream is asked for. */
function priceAt(provider: string, model: string, upstreamModel: string) {
  const { providers, models } = configOf(`providers: { p: ${provider} }\nmodels: { ${model} }\n`);
  const [first] = models;
  const target = first?.targets[0];
  if (first === undefined || target === undefined) throw new Error('no target');
  return effectivePrice(providers[0], first, target, upstreamModel);
}

describe('the price of an answer', () => {
  const known = findKnownPrice('openai', 'gpt-4.1');
  const target = (more = '') => `targets: [{ provider: p, model: gpt-4.1${more} }]`;
  const TARGET_PRICE = ', price: { input: 1, output: 1 }';
  const MODEL_PRICE = ', price: { input: 3, output: 3 }';

  test('is the target’s, else the model’s, else the vendor’s list price, else none', () => {
    const inputOf = (...given: Parameters<typeof priceAt>) => priceAt(...given)?.price.input;
    expect(inputOf(VENDOR, `m: { ${target(TARGET_PRICE)}${MODEL_PRICE} }`, 'gpt-4.1')).toBe(1_000_000_000n);
    expect(inputOf(VENDOR, `m: { ${target()}${MODEL_PRICE} }`, 'gpt-4.1')).toBe(3_000_000_000n);
    expect(inputOf(VENDOR, `m: { ${target()} }`, 'gpt-4.1')).toBe(2_000_000_000n);
    expect(priceAt(VENDOR, `m: { ${target()} }`, 'unheard-of')).toBeUndefined();
  });

  test('that is written stands alone, free of charge included', () => {
    const written = priceAt(VENDOR, `m: { ${target()}, price: { input: 0, output: 0 } }`, 'gpt-4.1');
    expect(written).toEqual({
      price: expect.objectContaining({ input: 0n, output: 0n, cacheRead: 0n, webSearch: 0n }),
    });
  });

  test('that is known says whose it is, of when and from where', () => {
    expect(priceAt(VENDOR, `m: { ${target()} }`, 'gpt-4.1')).toEqual({
      price: known?.price as never,
      known: known as never,
    });
    expect(known).toMatchObject({ preset: 'openai', source: 'https://developers.openai.com/api/docs/pricing' });
    expect(known?.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  test('of a target of a glob is that of each model', () => {
    const glob = '"openai/*": { targets: [{ provider: p, model: "*" }] }';
    expect(priceAt(VENDOR, glob, 'gpt-4.1')?.known).toEqual(known as never);
    expect(priceAt(VENDOR, glob, 'gpt-4.1-mini')?.price.input).toBe(400_000_000n);
    expect(priceAt(VENDOR, glob, '*')).toBeUndefined();
  });
});

describe('list prices hold', () => {
  const model = 'm: { targets: [{ provider: p, model: gpt-4.1 }] }';
  const holds = (provider: string) => priceAt(provider, model, 'gpt-4.1') !== undefined;

  test('at the preset’s own address, with or without a slash, unless switched off', () => {
    expect(holds(VENDOR)).toBe(true);
    expect(holds('{ preset: openai, api_key: k, base_url: "https://api.openai.com/v1/" }')).toBe(true);
    expect(holds('{ preset: openai, api_key: k, known_prices: false }')).toBe(false);
  });

  test('at another one only when switched on', () => {
    expect(holds('{ preset: openai, api_key: k, base_url: "https://proxy.example/v1" }')).toBe(false);
    expect(holds('{ preset: openai, api_key: k, base_url: "https://proxy.example/v1", known_prices: true }')).toBe(
      true,
    );
    expect(holds('{ shape: openai, api_key: k, base_url: "https://api.openai.com/v1" }')).toBe(false);
  });

  test('for providers from the environment; where the key goes elsewhere, so do the prices', () => {
    const listOf = (env: Record<string, string>) =>
      configOf(undefined, { env }).providers.find(({ name }) => name === 'openai')?.priceList;
    expect(listOf({ OPENAI_API_KEY: 'k' })).toBe('openai');
    expect(listOf({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'https://proxy.example/v1' })).toBeUndefined();
  });

  test('nowhere where there are none, which is said to who asks for them', () => {
    const problems = (provider: string) => problemsOf(`providers: { p: ${provider} }\nmodels: { ${model} }\n`);
    expect(problems('{ preset: ollama, known_prices: true }')).toEqual([
      'th.yaml:1: providers.p.known_prices: no prices of ollama are known. Remove it, and write the price of each model.',
    ]);
    expect(problems('{ shape: openai, base_url: "http://127.0.0.1:9/v1", known_prices: true }')).toEqual([
      'th.yaml:1: providers.p.known_prices: means nothing without a preset. Remove it, and write the price of each model.',
    ]);
    expect(problems('{ preset: ollama, known_prices: false }')).toEqual([]);
  });
});

describe('an id', () => {
  test('is found whatever its case, as a whole, with the dates a pattern allows', () => {
    const output = (preset: string, id: string) => findKnownPrice(preset, id)?.price.output;
    expect(output('zai', 'GLM-4.6')).toBe(2_200_000_000n);
    expect(output('minimax', 'minimax-m2.5')).toBe(1_200_000_000n);
    expect(output('openai', 'gpt-4.1-2025-04-14')).toBe(8_000_000_000n);
    expect(output('anthropic', 'claude-opus-4-5-20251101')).toBe(25_000_000_000n);
    for (const id of ['gpt-4.1-nano', 'xgpt-4.1', 'gpt-4.', 'gpt-4.1-', '', '*'])
      expect([id, output('openai', id)]).toEqual([id, undefined]);
    expect(output('groq', 'gpt-4.1')).toBeUndefined();
    expect(output('no-preset', 'gpt-4.1')).toBeUndefined();
  });

  test('of every pattern of every list has its price, and no kind of it is missing', () => {
    for (const { preset, prices } of PRICE_LISTS) {
      for (const { models } of prices) {
        for (const pattern of models) {
          const { price } = findKnownPrice(preset, pattern.replace('*', '-some-edition')) ?? {};
          expect([pattern, Object.values(price ?? {}).map((amount) => typeof amount)]).toEqual([
            pattern,
            Array(8).fill('bigint'),
          ]);
        }
      }
    }
  });

  test('of megabytes costs no time', () => {
    const start = performance.now();
    for (let i = 0; i < 50; i++) findKnownPrice('openai', `gpt-4.1-20${'x'.repeat(2_000_000)}`);
    for (let i = 0; i < 50; i++) findKnownPrice('openai', 'x'.repeat(2_000_000));
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

test('Anthropic’s price has every kind it names', () => {
  expect(findKnownPrice('anthropic', 'claude-sonnet-4-6')?.price).toEqual({
    input: 3_000_000_000n,
    output: 15_000_000_000n,
    cacheRead: 300_000_000n,
    cacheWrite: 3_750_000_000n,
    cacheWrite1h: 6_000_000_000n,
    reasoning: 15_000_000_000n,
    webSearch: 10_000_000n,
    request: 0n,
  });
});
