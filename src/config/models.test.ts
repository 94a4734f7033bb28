import { describe, expect, test } from 'bun:test';
import { configOf, problemsOf } from './load.fixture.ts';

const PROVIDERS = 'providers: { a: { shape: openai, base_url: "http://127.0.0.1:9/v1" }, b: { preset: ollama } }\n';

describe('the models of a file', () => {
  test('have targets, exact prices and facts', () => {
    const [model] = configOf(`${PROVIDERS}models:
  x/y:
    targets: [{ provider: a, model: m }]
    price: { input: 0.1, output: "0.3", cache_read: 0.000000001 }
    context: 262144
    max_output: 32768
    tools: true
    vision: false
`).models;
    expect(model).toEqual({
      id: 'x/y',
      targets: [{ provider: 'a', model: 'm', weight: 1, priority: 0 }],
      policy: 'weight',
      hedge: false,
      price: {
        input: 100_000_000n,
        output: 300_000_000n,
        cacheRead: 1n,
        cacheWrite: 100_000_000n,
        cacheWrite1h: 100_000_000n,
        reasoning: 300_000_000n,
        webSearch: 0n,
        request: 0n,
      },
      context: 262_144,
      maxOutput: 32_768,
      tools: true,
      vision: false,
    });
  });

  test('are hedged where somebody says so, and where there is somebody else to ask', () => {
    const text = (targets: string) => `${PROVIDERS}models:
  m: { hedge: true, targets: [${targets}] }
`;
    const two = text('{ provider: a, model: m }, { provider: b, model: m }');
    expect([configOf(two).models[0]?.hedge, problemsOf(two)]).toEqual([true, []]);
    expect(problemsOf(text('{ provider: a, model: m }'))).toEqual([
      'th.yaml:3: models.m.hedge: warning: has nobody to ask as well: the model has one target. Add a target.',
    ]);
  });

  test('keep every digit of a price, however it is written', () => {
    const text = `${PROVIDERS}models: { m: { targets: [{ provider: a, model: m }], price: { input: 123456789012.123456789, output: "\${P}" } } }`;
    expect(configOf(text, { env: { P: '0.000000007' } }).models[0]?.price).toMatchObject({
      input: 123_456_789_012_123_456_789n,
      output: 7n,
    });
  });

  test('have each kind of a price that is written, and else that of what the kind is a part of', () => {
    const priceOf = (price: string) =>
      configOf(`${PROVIDERS}models: { m: { targets: [{ provider: a, model: m }], price: { ${price} } } }`).models[0]
        ?.price;
    expect(
      priceOf(
        'input: 1, output: 2, cache_read: 3, cache_write: 4, cache_write_1h: 5, reasoning: 6, web_search: 0.01, request: 0.002',
      ),
    ).toEqual({
      input: 1_000_000_000n,
      output: 2_000_000_000n,
      cacheRead: 3_000_000_000n,
      cacheWrite: 4_000_000_000n,
      cacheWrite1h: 5_000_000_000n,
      reasoning: 6_000_000_000n,
      webSearch: 10_000_000n,
      request: 2_000_000n,
    });
    expect(priceOf('input: 1, output: 2, cache_write: 4')).toMatchObject({ cacheWrite1h: 4_000_000_000n });
  });

  test('have no price where none is written', () => {
    expect(
      configOf(`${PROVIDERS}models: { m: { targets: [{ provider: a, model: m }] } }`).models[0],
    ).not.toHaveProperty('price');
  });

  test('are every provider under its name when none are written', () => {
    const config = configOf(PROVIDERS);
    expect(config.models.map(({ id, targets }) => [id, targets])).toEqual([
      ['a/*', [{ provider: 'a', model: '*', weight: 1, priority: 0 }]],
      ['b/*', [{ provider: 'b', model: '*', weight: 1, priority: 0 }]],
    ]);
  });

  test('stand beside the demo when the file names no providers', () => {
    const config = configOf('models: { m: { targets: [{ provider: demo, model: demo }] } }');
    expect(config.models.map((model) => model.id)).toEqual(['m', 'tokenharbor/demo']);
  });

  test('may redefine the demo', () => {
    const config = configOf(
      'models: { tokenharbor/demo: { targets: [{ provider: demo, model: demo }], price: { input: 1, output: 1 } } }',
    );
    expect(config.models).toHaveLength(1);
    expect(config.models[0]?.price?.input).toBe(1_000_000_000n);
  });

  test('that two demo providers would both offer are offered once', () => {
    const config = configOf('providers: { d1: { preset: demo }, d2: { preset: demo } }');
    expect(config.models.map(({ id, targets }) => [id, targets[0]?.provider])).toEqual([['tokenharbor/demo', 'd1']]);
  });
});

describe('a target', () => {
  test('may name a preset nobody declared, as long as its key is there', () => {
    const text = `${PROVIDERS}models: { "anthropic/*": { targets: [{ provider: anthropic, model: "*" }] } }`;
    const config = configOf(text, { env: { ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'unused' } });
    expect(config.providers.map((provider) => provider.name)).toEqual(['a', 'b', 'anthropic']);
    expect(problemsOf(text)).toEqual([
      'th.yaml:2: models["anthropic/*"].targets[0].provider: unknown provider "anthropic". Set ANTHROPIC_API_KEY, or declare anthropic under providers.',
    ]);
  });

  test('that names a local preset is told to declare it', () => {
    const text =
      'providers: { mine: { preset: ollama } }\nmodels: { m: { targets: [{ provider: llamacpp, model: m }] } }';
    expect(problemsOf(text)).toEqual([
      'th.yaml:2: models.m.targets[0].provider: unknown provider "llamacpp". Declare it under providers with preset: llamacpp.',
    ]);
  });

  test('of a provider with a mistake of its own is not called unknown', () => {
    const text =
      'providers: { a: { shape: nope, base_url: "https://h/v1" } }\nmodels: { m: { targets: [{ provider: a, model: m }] } }';
    expect(problemsOf(text)).toHaveLength(1);
    expect(problemsOf(`providers: 5\nmodels: { m: { targets: [{ provider: a, model: m }] } }`)).toHaveLength(1);
  });

  test('may use the star of the id, once', () => {
    const ids = `${PROVIDERS}models:
  "a/*-x": { targets: [{ provider: a, model: "org/*" }] }
  "a/**": { targets: [{ provider: a, model: "**" }] }
  "a b": { targets: [{ provider: a, model: m }] }
`;
    expect(problemsOf(ids)).toEqual([
      'th.yaml:4: models["a/**"]: holds more than one *. Write a glob with a single *.',
      'th.yaml:4: models["a/**"].targets[0].model: holds more than one *. Write a single *.',
      'th.yaml:5: models["a b"]: is not a model id: it is empty or holds white space. Rename it.',
    ]);
  });
});

describe('an alias', () => {
  test('is the same model under another id', () => {
    const config = configOf(
      `${PROVIDERS}models: { m: { targets: [{ provider: a, model: m }], aliases: [fast, cheap], context: 5 } }`,
    );
    expect(config.models.map(({ id, aliasOf, context, targets }) => [id, aliasOf, context, targets[0]?.model])).toEqual(
      [
        ['m', undefined, 5, 'm'],
        ['fast', 'm', 5, 'm'],
        ['cheap', 'm', 5, 'm'],
      ],
    );
  });

  test('may not be a model, another alias, a glob or its own model', () => {
    const text = `${PROVIDERS}models:
  m: { targets: [{ provider: a, model: m }], aliases: [n, "x*", m, "a b"] }
  n: { targets: [{ provider: a, model: m }], aliases: [fast] }
  "g/*": { targets: [{ provider: a, model: m }], aliases: [fast, g] }
`;
    expect(problemsOf(text)).toEqual([
      'th.yaml:3: models.m.aliases[3]: is not a model id without white space. Correct it.',
      'th.yaml:3: models.m.aliases[0]: alias "n" is a model of its own. Remove it, or choose another name.',
      'th.yaml:3: models.m.aliases[1]: alias "x*" involves a glob. Remove it, or choose another name.',
      'th.yaml:3: models.m.aliases[2]: alias loop: m -> m. Remove it, or choose another name.',
      'th.yaml:5: models["g/*"].aliases[0]: alias "fast" involves a glob. Remove it, or choose another name.',
      'th.yaml:5: models["g/*"].aliases[1]: alias "g" involves a glob. Remove it, or choose another name.',
    ]);
  });

  test('loops are found over any number of models', () => {
    const model = (id: string, alias: string): string =>
      `  ${id}: { targets: [{ provider: a, model: m }], aliases: [${alias}] }\n`;
    const problems = problemsOf(`${PROVIDERS}models:\n${model('x', 'y')}${model('y', 'z')}${model('z', 'x')}`);
    expect(problems.map((line) => line.split(': ').slice(2).join(': '))).toEqual([
      'alias loop: x -> y -> z -> x. Remove it, or choose another name.',
      'alias loop: y -> z -> x -> y. Remove it, or choose another name.',
      'alias loop: z -> x -> y -> z. Remove it, or choose another name.',
    ]);
  });
});
