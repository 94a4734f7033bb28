import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'bun:test';
import { buildJsonSchema } from './json-schema.ts';
import { configOf, loadText, problemsOf } from './load.fixture.ts';
import { NOT_IN_EFFECT, findNotInEffect } from './not-in-effect.ts';
import { buildPricePage } from './price-page.ts';
import { buildReference } from './reference.ts';
import { ROOT_NODE, type SchemaNode } from './schema-walk.ts';
import { STARTER_FILE } from './starter.ts';

const KEYS = {
  DASHSCOPE_API_KEY: 'sk-dash',
  MY_KEY: 'sk-mine',
  OPENROUTER_API_KEY: 'sk-or',
  ANTHROPIC_API_KEY: 'sk-ant',
  OPENAI_API_KEY: 'sk-openai',
};

/** Every option at once, the way the manual shows it. */
const FULL_EXAMPLE = `listen: 127.0.0.1:8787
admin: { listen: 127.0.0.1:8788 }
data_dir: /var/lib/tokenharbor
database: postgres://...          # left out: SQLite in data_dir
redis: redis://...                # left out: limits are kept in this process
limits: { on_failure: local }     # or closed: while redis does not answer
log: { level: info, bodies: false }
server: { max_body: 32MiB, heartbeat: 10s, drain_timeout: 30s, trusted_proxies: [] }
providers:
  dashscope:
    preset: dashscope             # fills shape, base_url and dialect; any field below overrides it
    api_key: \${DASHSCOPE_API_KEY}
  mine:
    shape: openai                 # openai | anthropic
    base_url: http://127.0.0.1:9101/v1
    api_key: \${MY_KEY}            # or api_keys: [...], used in turn
    headers: { x-team: blue }
    timeouts: { connect: 5s, first_byte: 120s, idle: 120s, total: 30m }
    dialect: { max_tokens_field: max_tokens, reasoning_out: [reasoning_content], usage_in_stream: true }
models:
  tokenharbor/qwen3-max:
    targets:
      - { provider: dashscope, model: qwen3-max, weight: 1, priority: 0 }
      - { provider: openrouter, model: qwen/qwen3-max, priority: 1 }
    price: { input: 1.2, output: 6, cache_read: 0.24, cache_write: 1.5 }
    context: 262144
    max_output: 32768
    tools: true
    vision: false
  anthropic/*:
    targets: [ { provider: anthropic, model: "*" } ]
orchestra:
  pools: { planner: [tokenharbor/qwen3-max], coder: [anthropic/claude], chat: [tokenharbor/qwen3-max] }
retry: { attempts: 3, budget: 0.2 }
`;

describe('the full example', () => {
  test('loads, and all that is said about it is what is not in effect', () => {
    const problems = problemsOf(FULL_EXAMPLE, { env: KEYS });
    expect(problems.filter((line) => !line.includes('warning: is not in effect in this version.'))).toEqual([]);
    const config = configOf(FULL_EXAMPLE, { env: KEYS });
    expect(config.models[0]?.price).toEqual({
      input: 1_200_000_000n,
      output: 6_000_000_000n,
      cacheRead: 240_000_000n,
      cacheWrite: 1_500_000_000n,
      cacheWrite1h: 1_500_000_000n,
      reasoning: 6_000_000_000n,
      webSearch: 0n,
      request: 0n,
    });
    expect(config.providers.map((provider) => provider.name)).toEqual(['dashscope', 'mine', 'openrouter', 'anthropic']);
  });

  test('warns about each option that nothing acts on', () => {
    const asking = FULL_EXAMPLE.replace('bodies: false', 'bodies: true');
    const warned = problemsOf(asking, { env: KEYS }).filter((line) => line.includes('is not in effect'));
    expect(warned).toHaveLength(NOT_IN_EFFECT.length);
    for (const { instead } of NOT_IN_EFFECT) expect(warned.join('\n')).toContain(instead);
  });
});

test('an option not in effect is only warned about when it asks for something', () => {
  expect(findNotInEffect({ log: { bodies: false }, models: { m: { targets: [{}] } } })).toEqual([]);
});

describe('the starter file', () => {
  test('is valid as it is printed, and changes nothing', () => {
    expect(problemsOf(STARTER_FILE)).toEqual([]);
    expect({ ...configOf(STARTER_FILE), origins: {} }).toEqual({ ...configOf(undefined), origins: {} });
  });

  test('is valid with every option switched on', () => {
    const { config, problems } = loadText(STARTER_FILE.replaceAll(/^#(?! |$)/gm, '').replaceAll(/^#  /gm, '  '), {
      env: KEYS,
    });
    expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
    expect(config?.models.map((model) => model.id)).toEqual(['fast', 'mine/*']);
  });

  test('mentions every section there is', () => {
    for (const section of Object.keys(ROOT_NODE.properties ?? {}))
      expect(STARTER_FILE).toMatch(new RegExp(`^#?${section}:`, 'm'));
  });
});

test('docs/config.md is what the schema says today (tokenharbor config reference > docs/config.md)', () => {
  expect(readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8')).toBe(buildReference());
});

test('docs/prices.md is what the lists say today (tokenharbor config prices > docs/prices.md)', () => {
  expect(readFileSync(new URL('../../docs/prices.md', import.meta.url), 'utf8')).toBe(buildPricePage());
  for (const page of ['../../README.md', '../../docs/config.md'])
    expect(readFileSync(new URL(page, import.meta.url), 'utf8')).toContain('prices.md)');
});

describe('the schema', () => {
  test('describes every option and gives each an example or a default', () => {
    for (const [path, node] of leaves(ROOT_NODE, '')) {
      expect([path, node.description ?? '']).not.toEqual([path, '']);
      const isElement = path.endsWith('[]') || path.endsWith('*');
      if (!isElement) expect([path, node.default ?? node.examples?.[0]]).not.toEqual([path, undefined]);
    }
  });

  test('is printed as JSON Schema that lets references stand for anything', () => {
    const schema = JSON.parse(JSON.stringify(buildJsonSchema()));
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
    expect(schema.additionalProperties).toBe(false);
    expect(Object.keys(schema.properties)).toEqual(Object.keys(ROOT_NODE.properties ?? {}));
    const level = schema.properties.log.properties.level;
    expect(level.anyOf[0].enum).toContain('debug');
    expect(new RegExp(level.anyOf[1].pattern).test('${LEVEL}')).toBe(true);
    expect(level.default).toBe('info');
  });
});

function* leaves(node: SchemaNode, path: string): Generator<readonly [string, SchemaNode]> {
  const members = Object.entries(node.properties ?? node.patternProperties ?? {});
  for (const [key, child] of members)
    yield* leaves(child, node.properties === undefined ? `${path}.*` : `${path}.${key}`);
  if (node.items !== undefined) yield* leaves(node.items, `${path}[]`);
  if (members.length === 0 && node.items?.properties === undefined) yield [path, node];
}
