import { describe, expect, test } from 'bun:test';
import { checkKind } from './kinds.ts';
import { configOf } from './load.fixture.ts';
import { PRESETS, PRESET_NAMES, findPreset } from './presets.ts';

describe('the presets', () => {
  test('cover the vendors and servers people ask for, each once', () => {
    expect(new Set(PRESET_NAMES).size).toBe(PRESET_NAMES.length);
    const wanted =
      'openai anthropic openrouter dashscope deepseek groq mistral xai together fireworks cerebras gemini azure ollama vllm llamacpp moonshot zai demo';
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

  test('know where a vendor refuses what the shape allows', () => {
    expect(findPreset('mistral')?.usageInStream).toBe(false);
    expect(findPreset('azure')?.auth).toBe('api-key');
    expect(findPreset('anthropic')?.auth).toBe('x-api-key');
    expect(findPreset('openai')?.maxTokensField).toBe('max_completion_tokens');
    expect(findPreset('openrouter')?.reasoningOut).toEqual(['reasoning_details', 'reasoning']);
    expect(findPreset('vllm')?.reasoningOut).toEqual(['reasoning', 'reasoning_content']);
  });
});
