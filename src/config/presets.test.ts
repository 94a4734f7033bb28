import { describe, expect, test } from 'bun:test';
import { checkKind } from './kinds.ts';
import { configOf, problemsOf } from './load.fixture.ts';
import { PRESETS, PRESET_NAMES, findPreset } from './presets.ts';
import { readDialect, writeDialect } from './schema-dialect.ts';

describe('the presets', () => {
  test('cover the vendors and servers people ask for, each once', () => {
    expect(new Set(PRESET_NAMES).size).toBe(PRESET_NAMES.length);
    const wanted =
      'openai anthropic openrouter dashscope deepseek groq mistral xai together fireworks cerebras gemini azure ollama vllm sglang llamacpp moonshot zai minimax demo';
    expect(PRESET_NAMES.toSorted()).toEqual(wanted.split(' ').toSorted());
  });

  test.each(PRESETS.filter((preset) => preset.kind === 'http').map((preset) => [preset.name, preset] as const))(
    '%s is complete',
    (_, preset) => {
      expect(preset.shapes).toHaveLength(1);
      const url = preset.baseUrl ?? preset.baseUrlExample ?? '';
      expect(checkKind('base-url', url, {})).toBeUndefined();
      expect(url.endsWith('/')).toBe(false);
      if (preset.shapes[0] === 'anthropic') expect(url).not.toContain('/v1');
      // A server of one's own needs no key; a vendor always does, and its URL is encrypted.
      expect(preset.keyEnv.length > 0).toBe(url.startsWith('https://'));
      for (const variable of preset.keyEnv) expect(variable).toMatch(/^[A-Z][A-Z0-9_]*_API_KEY$/);
    },
  );

  test.each(PRESETS.filter((preset) => preset.baseUrl !== undefined).map((preset) => [preset.name] as const))(
    '%s makes a provider out of nothing but its name and key',
    (name) => {
      const preset = findPreset(name);
      const env = Object.fromEntries((preset?.keyEnv ?? []).map((variable) => [variable, 'sk-test']));
      const [provider] = configOf(`providers: { p: { preset: ${name} } }`, { env }).providers;
      expect(provider?.baseUrl).toBe(preset?.baseUrl);
      expect(provider?.apiKeys).toEqual(preset?.keyEnv.length === 0 ? [] : ['sk-test']);
      expect(provider?.dialect.auth).toBe(preset?.keyEnv.length === 0 ? 'none' : preset?.auth);
    },
  );

  test.each(PRESETS.map((preset) => [preset.name, preset] as const))(
    '%s says of its dialect what a file could say',
    (name, { dialect, models }) => {
      for (const facts of [dialect, ...(models ?? []).map((model) => model.facts)]) {
        const text = `providers: { p: { preset: ${name}, dialect: ${JSON.stringify(writeDialect(facts))} } }`;
        const problems = problemsOf(text).filter((line) => line.includes('.dialect'));
        expect(problems).toEqual(
          name === 'demo' ? ['th.yaml:1: providers.p.dialect: means nothing beside preset: demo. Remove it.'] : [],
        );
        expect(readDialect(writeDialect(facts))).toEqual(facts);
      }
    },
  );

  test('know where a vendor refuses what the shape allows', () => {
    const dialectOf = (name: string) => findPreset(name)?.dialect;
    expect(dialectOf('mistral')).toMatchObject({ usageInStream: false, toolId: 'mistral9', prefill: 'prefix' });
    expect(findPreset('azure')?.auth).toBe('api-key');
    expect(findPreset('anthropic')?.auth).toBe('x-api-key');
    expect(dialectOf('openai')).toMatchObject({ maxTokensField: 'max_completion_tokens', toolIdMax: 40 });
    expect(dialectOf('openrouter')).toMatchObject({
      reasoningOut: ['reasoning_details', 'reasoning'],
      thinkSwitch: 'reasoning',
      cache: 'cache_control',
    });
    expect(dialectOf('vllm')).toMatchObject({
      reasoningOut: ['reasoning', 'reasoning_content'],
      reasoningIn: 'reasoning',
      prefill: 'continue_final',
    });
    expect(dialectOf('deepseek')).toMatchObject({
      thinkSwitch: 'thinking',
      reasoningEcho: 'tool_turns',
      forcedToolWithThinking: false,
      images: 'none',
    });
    expect(dialectOf('dashscope')).toMatchObject({ thinkSwitch: 'enable_thinking', thinkBudget: 'thinking_budget' });
    expect(dialectOf('minimax')?.reasoningOut).toEqual(['reasoning_details', 'think_tags']);
    expect(findPreset('sglang')?.baseUrl).toBe('http://127.0.0.1:30000/v1');
  });
});
