import { describe, expect, test } from 'bun:test';
import { configOf } from '../config/load.fixture.ts';
import { PRESETS } from '../config/presets.ts';
import type { Target } from '../gateway/routing/catalogue.ts';
import type { TargetHealth } from '../gateway/routing/health.ts';
import { Health } from '../gateway/routing/health-registry.ts';
import { ANTHROPIC_CAPABILITIES, OPENAI_CAPABILITIES } from '../protocol/transcode/capabilities.ts';
import { buildGraph } from './graph.ts';

const IDENTITY = { userAgent: 'test', via: '1.1 test' };

/** The targets of one model of a configuration. */
function targetsOf(text: string, id: string, env: Record<string, string> = {}): readonly Target[] {
  return buildGraph(configOf(text, { env }), IDENTITY).catalogue.find(id)?.targets ?? [];
}

describe('a preset', () => {
  test.each(PRESETS.map((preset) => [preset.name, preset] as const))(
    '%s is what its targets take',
    (name, { shapes, dialect, keyEnv, baseUrl, kind }) => {
      const env = Object.fromEntries(keyEnv.map((variable) => [variable, 'k']));
      const url = baseUrl === undefined && kind === 'http' ? ', base_url: "https://h.example/v1"' : '';
      const [target] = targetsOf(
        `providers: { p: { preset: ${name}${url} } }
models: { m: { targets: [{ provider: p, model: unheard-of }] } }
`,
        'm',
        env,
      );
      const ofShape = shapes[0] === 'anthropic' ? ANTHROPIC_CAPABILITIES : OPENAI_CAPABILITIES;
      const taken = target?.capabilities;
      const usual = (dialect.effortLevels ?? []).length > 0 ? { thinkSwitch: 'reasoning_effort' } : {};
      expect(taken).toEqual({ ...ofShape, ...(usual as object), ...dialect });
      expect(target?.provider.dialect.usageInStream).toBe(taken?.usageInStream as boolean);
      expect(target?.provider.dialect.eofWithoutDone).toBe(taken?.eofWithoutDone as 'ok' | 'error');
    },
  );

  test('knows the editions of its models', () => {
    const file = `providers:
  dashscope: { preset: dashscope, api_key: k }
  moonshot: { preset: moonshot, api_key: k }
  openrouter: { preset: openrouter, api_key: k }
  openai: { preset: openai, api_key: k }
`;
    const taken = (id: string) => targetsOf(file, id)[0]?.capabilities;
    expect(taken('dashscope/qwen3-32b')?.streamOnly).toBe(true);
    expect(taken('dashscope/qwen3-235b-a22b-thinking-2507')?.streamOnly).toBe(true);
    expect(taken('dashscope/qwen3-coder-30b-a3b-instruct')?.streamOnly).toBe(false);
    expect(taken('dashscope/qwen3-max')?.streamOnly).toBe(false);
    expect(taken('moonshot/kimi-k2.6')).toMatchObject({ thinkSwitch: 'thinking', effortLevels: [], sampling: 'none' });
    expect(taken('moonshot/kimi-k2.7-code')?.thinkSwitch).toBe('none');
    expect(taken('moonshot/kimi-k3')).toMatchObject({ thinkSwitch: 'reasoning_effort', sampling: 'none' });
    expect(taken('openai/gpt-5.6-sol')).toMatchObject({ cache: 'breakpoint', toolsNeedEffortNone: true });
    expect(taken('openai/gpt-5.4')).toMatchObject({ cache: 'auto', toolsNeedEffortNone: true });
    expect(taken('openrouter/openai/gpt-5.4')).toMatchObject({
      cache: 'cache_control',
      toolsNeedEffortNone: false,
      thinkSwitch: 'reasoning',
    });
    expect(taken('openrouter/anthropic/claude-opus-4.6')).toMatchObject({
      toolImages: 'parts',
      maxOutput: 128_000,
      effortLevels: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
    });
  });
});

describe('a configuration', () => {
  const FILE = `providers:
  p: { preset: deepseek, api_key: k, dialect: { stop_max: 1, structured: none, usage_in_stream: false } }
  q: { shape: openai, base_url: "http://127.0.0.1:9/v1" }
models:
  m:
    targets:
      - { provider: p, model: deepseek-v4-pro, priority: 1, dialect: { stop_max: 3 } }
      - { provider: q, model: gpt-4o }
    dialect: { stop_max: 2, prefill: none }
    max_output: 1000
    vision: true
    tools: false
    aliases: [n]
  "q/*": { targets: [{ provider: q, model: "*" }], context: 77 }
`;

  test('stands above the preset and the model: the target’s word above the model’s, that above the provider’s', () => {
    for (const id of ['m', 'n']) {
      const [first, second] = targetsOf(FILE, id);
      expect(second?.capabilities).toMatchObject({
        stopMax: 3,
        prefill: 'none',
        structured: 'none',
        thinkSwitch: 'thinking',
        maxOutput: 1000,
        context: 1_000_000,
        images: 'url',
        tools: false,
      });
      expect(first?.capabilities).toMatchObject({
        stopMax: 2,
        maxOutput: 1000,
        context: 128_000,
        structured: 'strict',
      });
      expect(second?.provider.dialect).toEqual({ auth: 'bearer', usageInStream: false, eofWithoutDone: 'error' });
      expect(first?.provider.dialect).toEqual({ auth: 'none', usageInStream: true, eofWithoutDone: 'error' });
    }
  });

  test('lends the limits of a known model to one that names none', () => {
    const { catalogue } = buildGraph(configOf(FILE), IDENTITY);
    expect(catalogue.find('m')).toMatchObject({ context: 128_000, maxOutput: 1000 });
    expect(catalogue.find('q/gpt-4.1')).toMatchObject({ context: 77, maxOutput: 32_768 });
    expect(catalogue.find('q/unheard-of')).toMatchObject({ context: 77, maxOutput: undefined });
    expect(catalogue.find('q/gpt-4.1')?.targets[0]?.capabilities).toMatchObject({ context: 77, maxOutput: 32_768 });
  });
});

test('what answers cost: the file’s word, else the list price of the model that each target names', () => {
  const file = `providers: { o: { preset: openai, api_key: k }, a: { preset: anthropic, api_key: k }, x: { preset: ollama } }
models:
  "openai/*": { targets: [{ provider: o, model: "*" }, { provider: x, model: "*", price: { input: 9, output: 9 } }] }
  m: { targets: [{ provider: a, model: claude-haiku-4-5 }, { provider: o, model: gpt-4o, price: { input: 5, output: 5 } }] }
`;
  const inputs = (id: string) => targetsOf(file, id).map(({ price }) => price?.input);
  expect(inputs('openai/gpt-4.1')).toEqual([2_000_000_000n, 9_000_000_000n]);
  expect(inputs('openai/gpt-4.1-mini')).toEqual([400_000_000n, 9_000_000_000n]);
  expect(inputs('openai/unheard-of')).toEqual([undefined, 9_000_000_000n]);
  expect(inputs('m')).toEqual([1_000_000_000n, 5_000_000_000n]);
  expect(targetsOf(file, 'm')[0]?.price).toMatchObject({ cacheRead: 100_000_000n, cacheWrite: 1_250_000_000n });
});

describe('what is known of upstreams', () => {
  const file = (url: string, more = '') => `providers: { p: { shape: openai, base_url: "${url}"${more} } }
models: { m: { policy: cost, targets: [{ provider: p, model: x, price: { input: 3, output: 4 } }, { provider: p, model: y, weight: 2 }], price: { input: 1, output: 2 } } }
retry: { attempts: 5, budget: 0.5 }
`;
  const health = new Health();
  const build = (text: string) => buildGraph(configOf(text), IDENTITY, health);
  const healthOf = (text: string) => build(text).catalogue.find('m')?.targets[0]?.health;

  test('outlasts a change of the configuration, but not of the address', () => {
    const known = healthOf(file('http://127.0.0.1:9/v1'));
    expect(healthOf(file('http://127.0.0.1:9/v1', ', headers: { x: y }'))).toBe(known as TargetHealth);
    expect(healthOf(file('http://127.0.0.1:8/v1'))).not.toBe(known as TargetHealth);
  });

  test('a target has its own price or the model’s, its weight, and the model its policy', () => {
    const { catalogue, retry } = build(file('http://127.0.0.1:9/v1'));
    const model = catalogue.find('m');
    expect(model?.policy).toBe('cost');
    expect(model?.targets.map(({ price, weight, hasWeight }) => [price?.output, weight, hasWeight])).toEqual([
      [4_000_000_000n, 1, false],
      [2_000_000_000n, 2, true],
    ]);
    expect(retry).toEqual({ attempts: 5, budget: 0.5 });
  });
});
