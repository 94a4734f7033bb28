import { describe, expect, test } from 'bun:test';
import { configOf, problemsOf } from './load.fixture.ts';

const LOCAL = 'shape: openai, base_url: "http://127.0.0.1:9/v1"';

describe('a provider of the operator', () => {
  test('is complete with a shape and a base URL, and sends no key', () => {
    const [provider] = configOf(`providers: { mine: { ${LOCAL} } }`).providers;
    expect(provider).toEqual({
      name: 'mine',
      kind: 'http',
      shapes: ['openai'],
      baseUrl: 'http://127.0.0.1:9/v1',
      apiKeys: [],
      headers: {},
      timeouts: { connectMs: 5000, firstByteMs: 120_000, idleMs: 120_000, totalMs: 1_800_000 },
      dialect: { auth: 'none', known: {}, knownModels: [], written: {} },
      traceContext: false,
      paceMs: 0,
    });
  });

  test('sends its key the way its shape does, unless told otherwise', () => {
    const authOf = (entry: string): string | undefined =>
      configOf(`providers: { p: { ${entry}, api_key: k } }`).providers[0]?.dialect.auth;
    expect(authOf(LOCAL)).toBe('bearer');
    expect(authOf('shape: anthropic, base_url: "http://127.0.0.1:9"')).toBe('x-api-key');
    expect(authOf('shape: anthropic, base_url: "http://127.0.0.1:9", dialect: { auth: bearer }')).toBe('bearer');
  });

  test('takes several keys, timeouts, headers and facts of its dialect', () => {
    const [provider] = configOf(`providers:
  p:
    ${LOCAL.replaceAll(', ', '\n    ')}
    api_keys: [k1, " k2 "]
    headers: { X-Team: blue }
    timeouts: { connect: 1s, first_byte: 2s, idle: 3s, total: 4m }
    dialect: { max_tokens_field: max_completion_tokens, reasoning_out: [], usage_in_stream: false, eof_without_done: ok }
`).providers;
    expect(provider?.apiKeys).toEqual(['k1', 'k2']);
    expect(provider?.headers).toEqual({ 'x-team': 'blue' });
    expect(provider?.timeouts).toEqual({ connectMs: 1000, firstByteMs: 2000, idleMs: 3000, totalMs: 240_000 });
    expect(provider?.dialect).toEqual({
      auth: 'bearer',
      known: {},
      knownModels: [],
      written: {
        maxTokensField: 'max_completion_tokens',
        reasoningOut: [],
        usageInStream: false,
        eofWithoutDone: 'ok',
      },
    });
  });

  test('O6: has its key trimmed, and refused when white space is left inside', () => {
    const text = `providers: { p: { ${LOCAL}, api_key: "\${K}" } }`;
    expect(configOf(text, { env: { K: ' sk-1 \n' } }).providers[0]?.apiKeys).toEqual(['sk-1']);
    expect(problemsOf(text, { env: { K: 'sk 1' } })).toEqual([
      'th.yaml:1: providers.p.api_key: has white space inside. Write the key as the vendor shows it.',
    ]);
    expect(problemsOf(text, { env: { K: 'sk-é' } })[0]).toContain('has characters outside printable ASCII');
    expect(problemsOf(text, { env: { K: ' ' } })[0]).toContain('is empty');
  });
});

describe('a preset', () => {
  const env = { GROQ_API_KEY: 'sk-env' };

  test('is overridden by any field beside it', () => {
    const text =
      'providers: { p: { preset: groq, base_url: "https://eu.example/v1/", api_key: k, dialect: { max_tokens_field: max_tokens } } }';
    const config = configOf(text);
    expect(config.providers[0]).toMatchObject({ baseUrl: 'https://eu.example/v1', apiKeys: ['k'], preset: 'groq' });
    expect(config.providers[0]?.dialect).toMatchObject({
      known: { maxTokensField: 'max_completion_tokens', reasoningOut: ['reasoning'] },
      written: { maxTokensField: 'max_tokens' },
    });
    expect(config.origins['providers.p.dialect.max_tokens_field']).toMatchObject({ kind: 'file' });
    expect(config.origins['providers.p.dialect.reasoning_out']).toEqual({ kind: 'preset', name: 'groq' });
    expect(config.origins['providers.p.base_url']).toEqual({ kind: 'file', file: 'th.yaml', line: 1 });
  });

  test("takes the vendor's well-known variable when the file gives no key", () => {
    expect(configOf('providers: { p: { preset: groq } }', { env }).providers[0]?.apiKeys).toEqual(['sk-env']);
    expect(problemsOf('providers: { p: { preset: groq } }')).toEqual([
      'th.yaml:1: providers.p.api_key: is missing. Set GROQ_API_KEY, or add api_key.',
    ]);
    expect(problemsOf('providers: { p: { preset: groq } }', { env: { GROQ_API_KEY: 'thk_live_x' } })).toEqual([
      'th.yaml:1: providers.p.api_key: is missing: GROQ_API_KEY holds a key of Token Harbor itself. Set GROQ_API_KEY, or add api_key.',
    ]);
  });

  test("O3: never sends the vendor's variable to a base URL of the operator's", () => {
    const text = 'providers: { p: { preset: groq, base_url: "https://other.example/v1" } }';
    expect(configOf(text, { env }).providers[0]?.apiKeys).toEqual([]);
    expect(problemsOf(text, { env })).toEqual([
      'th.yaml:1: providers.p.base_url: warning: GROQ_API_KEY is not sent to a base_url of your own. Add api_key: ${GROQ_API_KEY} if that key is meant for it.',
    ]);
  });

  test('azure has no base URL but takes its variable beside one', () => {
    const azure = { env: { AZURE_OPENAI_API_KEY: 'a' } };
    expect(problemsOf('providers: { p: { preset: azure } }', azure)).toEqual([
      'th.yaml:1: providers.p.base_url: is missing. Add base_url: https://NAME.openai.azure.com/openai/v1.',
    ]);
    const text = 'providers: { p: { preset: azure, base_url: "https://n.openai.azure.com/openai/v1" } }';
    const [provider] = configOf(text, azure).providers;
    expect([provider?.apiKeys, provider?.dialect.auth]).toEqual([['a'], 'api-key']);
  });

  test('of another shape than the vendor usually speaks loses the facts of that shape', () => {
    const text =
      'providers: { p: { preset: deepseek, shape: anthropic, base_url: "https://api.deepseek.com/anthropic", api_key: k } }';
    const [provider] = configOf(text).providers;
    expect(provider?.shapes).toEqual(['anthropic']);
    expect(provider?.dialect).toEqual({ auth: 'x-api-key', known: {}, knownModels: [], written: {} });
  });

  test('that is mistyped is the only thing reported', () => {
    expect(problemsOf('providers: { p: { preset: gorq } }')).toHaveLength(1);
    expect(problemsOf('providers: { p: { preset: gorq } }')[0]).toEndWith('found "gorq". Did you mean groq?');
  });
});

describe('the demo', () => {
  test('takes a pace and nothing else', () => {
    expect(configOf('providers: { d: { preset: demo, pace: 0ms } }').providers[0]).toMatchObject({
      kind: 'demo',
      paceMs: 0,
    });
    expect(configOf('providers: { d: { preset: demo } }').providers[0]?.paceMs).toBe(20);
    expect(problemsOf('providers: { d: { preset: demo, api_key: k } }', { mode: 0o600 })).toEqual([
      'th.yaml:1: providers.d.api_key: means nothing beside preset: demo. Remove it.',
    ]);
  });

  test('is not there beside providers of the file', () => {
    expect(configOf(`providers: { mine: { ${LOCAL} } }`, { env: { OPENAI_API_KEY: 'k' } }).providers).toHaveLength(1);
  });
});

test.each([
  ['Host: a', 'is set for each request by the server'],
  ['content-length: "1"', 'is set for each request by the server'],
  ['X-TH-Steering: "off"', 'is a header of Token Harbor, which no upstream ever sees'],
  ['"x y": a', 'is not a header name'],
  ['x: "a\\nb"', 'has a value with characters outside printable ASCII'],
  ['x: "é"', 'has a value with characters outside printable ASCII'],
])('the header %s is refused', (header, message) => {
  const problems = problemsOf(`providers: { p: { ${LOCAL}, headers: { ${header} } } }`);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(message);
});

test('keys and the way they are sent must fit together', () => {
  expect(problemsOf(`providers: { p: { ${LOCAL}, dialect: { auth: bearer } } }`)).toEqual([
    'th.yaml:1: providers.p.dialect.auth: needs a key. Add api_key, or write auth: none.',
  ]);
  expect(problemsOf(`providers: { p: { ${LOCAL}, api_key: k, dialect: { auth: none } } }`)).toEqual([
    'th.yaml:1: providers.p.dialect.auth: warning: none: the key of this provider is never sent. Remove the key, or name its header.',
  ]);
  expect(problemsOf(`providers: { p: { ${LOCAL}, api_key: k, api_keys: [k] } }`)).toEqual([
    'th.yaml:1: providers.p.api_keys: stands beside api_key. Keep one of them.',
  ]);
});

test('an Anthropic base URL with /v1 is pointed out', () => {
  expect(problemsOf('providers: { p: { shape: anthropic, base_url: "https://h.example/v1" } }')).toEqual([
    'th.yaml:1: providers.p.base_url: warning: ends in /v1, which is added for each request. Remove /v1, as for the official SDK.',
  ]);
});
