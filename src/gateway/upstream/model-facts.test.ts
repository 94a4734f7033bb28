import { describe, expect, test } from 'bun:test';
import type { Shape } from '../../protocol/shape.ts';
import { type Capabilities, EFFORTS } from '../../protocol/transcode/capabilities.ts';
import { resolveCapabilities } from './capabilities.ts';
import { MODEL_FACTS, bareId, factsOfModel } from './model-facts.ts';

const NOTHING = { vendor: {}, vendorModels: [], provider: {}, model: {}, target: {}, limits: {} };

const takenBy = (model: string, shape: Shape): Capabilities => resolveCapabilities({ shape, ...NOTHING }, model);

const UP_TO_HIGH = 'low medium high';
const UP_TO_MAX = 'low medium high xhigh max';

describe('the bare id of a model', () => {
  test.each([
    ['claude-opus-4-6', 'claude-opus-4-6'],
    ['anthropic/claude-opus-4.6', 'claude-opus-4.6'],
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5-20250929-v1:0'],
    ['us.anthropic.claude-opus-4-1-20250805-v1:0', 'claude-opus-4-1-20250805-v1:0'],
    ['claude-opus-4-1@20250805', 'claude-opus-4-1@20250805'],
    ['databricks-claude-3-7-sonnet', 'claude-3-7-sonnet'],
    ['openai.gpt-oss-20b-1:0', 'gpt-oss-20b-1:0'],
    ['ft:gpt-4o-mini-2024-07-18:org::id', 'gpt-4o-mini-2024-07-18:org::id'],
    ['accounts/fireworks/models/deepseek-v3p1', 'deepseek-v3p1'],
    ['@cf/meta/llama-3.3-70b-instruct-fp8-fast', 'llama-3.3-70b-instruct-fp8-fast'],
    ['Qwen/Qwen2.5-VL-7B-Instruct', 'qwen2.5-vl-7b-instruct'],
    ['gpt-4.1', 'gpt-4.1'],
    ['kimi-k2.thinking', 'kimi-k2.thinking'],
    ['', ''],
  ])('%s → %s', (id, bare) => expect(bareId(id)).toBe(bare));
});

describe('Claude, in its own shape', () => {
  // id, context, longest answer, sampling, thinking, efforts, prefill, system within, structured
  test.each([
    ['claude-3-haiku-20240307', 200_000, 4096, 'full', 'none', '', 'native', false, 'none'],
    ['claude-3-opus-20240229', 200_000, 4096, 'full', 'none', '', 'native', false, 'none'],
    ['claude-3-5-sonnet-20241022', 200_000, 8192, 'full', 'none', '', 'native', false, 'none'],
    ['claude-3.5-haiku', 200_000, 8192, 'full', 'none', '', 'native', false, 'none'],
    ['claude-3-7-sonnet-latest', 200_000, 64_000, 'full', 'budget', '', 'native', false, 'none'],
    ['claude-opus-4-20250514', 200_000, 32_000, 'full', 'budget', '', 'native', false, 'none'],
    ['claude-opus-4-0', 200_000, 32_000, 'full', 'budget', '', 'native', false, 'none'],
    ['claude-sonnet-4@20250514', 200_000, 64_000, 'full', 'budget', '', 'native', false, 'none'],
    ['claude-sonnet-4', 200_000, 64_000, 'full', 'budget', '', 'native', false, 'none'],
    ['claude-opus-4-1-20250805', 200_000, 32_000, 'one', 'budget', '', 'native', false, 'schema'],
    ['claude-sonnet-4-5', 200_000, 64_000, 'one', 'budget', '', 'native', false, 'schema'],
    ['claude-haiku-4.5', 200_000, 64_000, 'one', 'budget', '', 'native', false, 'schema'],
    ['claude-opus-4-5-20251101', 200_000, 64_000, 'one', 'budget', UP_TO_HIGH, 'native', false, 'schema'],
    ['claude-opus-4-6', 1_000_000, 128_000, 'one', 'both', `${UP_TO_HIGH} max`, 'none', false, 'schema'],
    ['claude-sonnet-4.6', 1_000_000, 128_000, 'one', 'both', `${UP_TO_HIGH} max`, 'none', false, 'schema'],
    ['claude-opus-4-7', 1_000_000, 128_000, 'none', 'adaptive', UP_TO_MAX, 'none', false, 'schema'],
    ['claude-opus-4-8', 1_000_000, 128_000, 'none', 'adaptive', UP_TO_MAX, 'none', true, 'schema'],
    ['claude-opus-5', 1_000_000, 128_000, 'none', 'adaptive', UP_TO_MAX, 'none', true, 'schema'],
    ['claude-sonnet-5', 1_000_000, 128_000, 'none', 'adaptive', UP_TO_MAX, 'none', true, 'schema'],
    ['claude-haiku-5-5', 1_000_000, 128_000, 'none', 'adaptive', UP_TO_MAX, 'none', true, 'schema'],
    ['claude-sonnet-5-5', 1_000_000, 128_000, 'none', 'always', UP_TO_MAX, 'none', true, 'schema'],
    ['claude-opus-5.5', 1_000_000, 128_000, 'none', 'always', UP_TO_MAX, 'none', true, 'schema'],
    ['claude-fable-5', 1_000_000, 128_000, 'none', 'always', UP_TO_MAX, 'none', true, 'schema'],
    ['claude-mythos-5-1', 1_000_000, 128_000, 'none', 'always', UP_TO_MAX, 'none', true, 'schema'],
    ['claude-mythos-preview', 1_000_000, 128_000, 'none', 'adaptive', UP_TO_MAX, 'none', false, 'schema'],
    ['claude-opus-6', 1_000_000, 128_000, 'none', 'adaptive', UP_TO_MAX, 'none', true, 'schema'],
  ] as const)('%s', (id, context, maxOutput, sampling, thinking, efforts, prefill, midSystem, structured) => {
    const taken = takenBy(id, 'anthropic');
    expect(taken).toMatchObject({ context, maxOutput, sampling, thinking, prefill, midSystem, structured });
    expect(taken.effortLevels.join(' ')).toBe(efforts);
    expect(taken).toMatchObject({ images: 'url', pdf: true, temperatureMax: 1 });
  });

  test('a forced tool beside thinking is refused by all but one', () => {
    expect(takenBy('claude-fable-5', 'anthropic').forcedToolWithThinking).toBe(true);
    for (const id of ['claude-fable-5-1', 'claude-opus-5-5', 'claude-sonnet-4-5', 'claude-opus-5'])
      expect([id, takenBy(id, 'anthropic').forcedToolWithThinking]).toEqual([id, false]);
  });

  test('in the other shape has only the limits of the model', () => {
    expect(takenBy('anthropic/claude-opus-4.8', 'openai')).toMatchObject({
      context: 1_000_000,
      sampling: 'none',
      thinking: 'none',
      effortLevels: [],
      midSystem: false,
      structured: 'strict',
    });
  });
});

describe('OpenAI', () => {
  // id, context, longest answer, sampling, stop sequences, efforts, tools need effort none
  test.each([
    ['gpt-3.5-turbo', 16_385, 4096, 'full', 4, '', false],
    ['gpt-4', 8192, 8192, 'full', 4, '', false],
    ['gpt-4-0613', 8192, 8192, 'full', 4, '', false],
    ['gpt-4-turbo-2024-04-09', 128_000, 4096, 'full', 4, '', false],
    ['gpt-4o', 128_000, 16_384, 'full', 4, '', false],
    ['gpt-4o-2024-05-13', 128_000, 4096, 'full', 4, '', false],
    ['openai/gpt-4o-mini', 128_000, 16_384, 'full', 4, '', false],
    ['gpt-4o-mini-search-preview', 128_000, 16_384, 'none', 4, '', false],
    ['gpt-4.1-nano-2025-04-14', 1_047_576, 32_768, 'full', 4, '', false],
    ['o1', 200_000, 100_000, 'none', 0, UP_TO_HIGH, false],
    ['o3-mini', 200_000, 100_000, 'none', 0, UP_TO_HIGH, false],
    ['o3', 200_000, 100_000, 'none', 0, UP_TO_HIGH, false],
    ['o4-mini-2025-04-16', 200_000, 100_000, 'none', 0, UP_TO_HIGH, false],
    ['gpt-5', 400_000, 128_000, 'none', 0, `minimal ${UP_TO_HIGH}`, false],
    ['gpt-5-mini-2025-08-07', 400_000, 128_000, 'none', 0, `minimal ${UP_TO_HIGH}`, false],
    ['gpt-5-codex', 400_000, 128_000, 'none', 0, UP_TO_HIGH, false],
    ['gpt-5-pro', 400_000, 272_000, 'none', 0, 'high', false],
    ['gpt-5-chat-latest', 128_000, 16_384, 'full', 4, '', false],
    ['gpt-5.1', 400_000, 128_000, 'none', 0, `none ${UP_TO_HIGH}`, false],
    ['gpt-5.1-chat-latest', 128_000, 16_384, 'none', 0, 'medium', false],
    ['gpt-5.2-2025-12-11', 400_000, 128_000, 'none', 0, `none ${UP_TO_HIGH} xhigh`, false],
    ['gpt-5.2-pro', 400_000, 128_000, 'none', 0, 'medium high xhigh', false],
    ['gpt-5.4', 1_050_000, 128_000, 'none', 0, `none ${UP_TO_HIGH} xhigh`, true],
    ['gpt-5.4-mini', 400_000, 128_000, 'none', 0, `none ${UP_TO_HIGH} xhigh`, true],
    ['gpt-5.4-pro', 1_050_000, 128_000, 'none', 0, 'medium high xhigh', false],
    ['gpt-5.5-2026-04-23', 1_050_000, 128_000, 'none', 0, `none ${UP_TO_HIGH} xhigh`, true],
    ['gpt-5.6-sol', undefined, undefined, 'none', 0, `none ${UP_TO_MAX}`, true],
    ['gpt-6-astra', undefined, undefined, 'none', 0, UP_TO_MAX, false],
    ['gpt-6.1-terra', undefined, undefined, 'none', 0, `none ${UP_TO_MAX}`, false],
  ] as const)('%s', (id, context, maxOutput, sampling, stopMax, efforts, toolsNeedEffortNone) => {
    const taken = takenBy(id, 'openai');
    expect(taken).toMatchObject({ sampling, stopMax, toolsNeedEffortNone });
    expect([taken.context, taken.maxOutput, taken.effortLevels.join(' ')]).toEqual([context, maxOutput, efforts]);
    const reasons = stopMax === 0;
    expect(taken.maxTokensField === 'max_completion_tokens').toBe(reasons || id.startsWith('gpt-5'));
  });

  test('what single models lack or have beyond the others', () => {
    expect(takenBy('gpt-3.5-turbo', 'openai')).toMatchObject({ images: 'none', structured: 'json_object' });
    expect(takenBy('gpt-4', 'openai')).toMatchObject({ images: 'none', structured: 'none' });
    expect(takenBy('gpt-5-chat-latest', 'openai')).toMatchObject({ tools: false, structured: 'none' });
    expect(takenBy('gpt-4o-search-preview', 'openai').serverTools).toEqual(['web_search']);
    expect(takenBy('o3-mini', 'openai').images).toBe('none');
    expect(takenBy('o3', 'openai').images).toBe('url');
    expect(takenBy('gpt-audio-mini', 'openai')).toMatchObject({ images: 'none', pdf: false });
  });
});

describe('the others', () => {
  // id, context, longest answer, efforts, images, stop sequences
  test.each([
    ['gemini-2.0-flash', 1_048_576, 8192, '', 'url', 4],
    ['gemini-2.5-flash-lite', 1_048_576, 65_536, `none ${UP_TO_HIGH}`, 'url', 4],
    ['google/gemini-2.5-pro', 1_048_576, 65_536, UP_TO_HIGH, 'url', 4],
    ['gemini-2.5-flash-image', undefined, undefined, `none ${UP_TO_HIGH}`, 'url', 4],
    ['gemini-3-pro-preview', 1_048_576, 65_536, 'low high', 'url', 4],
    ['gemini-3.1-pro-preview', 1_048_576, 65_536, UP_TO_HIGH, 'url', 4],
    ['gemini-3.5-flash', 1_048_576, 65_536, `minimal ${UP_TO_HIGH}`, 'url', 4],
    ['grok-3', 131_072, undefined, '', 'none', 4],
    ['grok-3-mini', 131_072, undefined, 'low high', 'none', 0],
    ['grok-4', 256_000, undefined, '', 'url', 0],
    ['grok-4-1-fast-non-reasoning', undefined, undefined, '', 'url', 4],
    ['x-ai/grok-code-fast-1', 256_000, undefined, '', 'none', 0],
    ['grok-4.3', 1_000_000, undefined, `none ${UP_TO_HIGH}`, 'url', 0],
    ['grok-4.5', undefined, undefined, UP_TO_HIGH, 'url', 0],
    ['mistral-large-latest', 262_144, undefined, '', 'url', 4],
    ['magistral-medium-latest', 128_000, undefined, '', 'none', 4],
    ['codestral-latest', undefined, undefined, '', 'none', 4],
    ['deepseek-chat', 1_000_000, 384_000, '', 'none', 4],
    ['deepseek/deepseek-v4-pro', 1_000_000, 384_000, '', 'none', 4],
    ['deepseek-ai/DeepSeek-R1-0528', undefined, undefined, '', 'none', 4],
    ['qwen3-max', 262_144, 65_536, '', 'none', 4],
    ['qwen3-coder-plus', 1_000_000, 65_536, '', 'none', 4],
    ['qwen-plus-latest', 1_000_000, 32_768, '', 'url', 4],
    ['qwen3.6-plus', 1_000_000, 65_536, '', 'url', 4],
    ['qwen3-vl-plus', undefined, undefined, '', 'url', 4],
    ['moonshotai/kimi-k2-thinking', 262_144, undefined, '', 'none', 4],
    ['kimi-k2.6', 262_144, undefined, '', 'url', 4],
    ['kimi-k3', 1_000_000, undefined, '', 'url', 4],
    ['glm-4.5-air', 131_072, 98_304, '', 'none', 4],
    ['glm-4.5v', 64_000, 16_384, '', 'url', 4],
    ['z-ai/glm-4.6', 200_000, 131_072, '', 'none', 4],
    ['glm-5.2', 1_000_000, 131_072, '', 'none', 4],
    ['glm-5v-turbo', 200_000, 131_072, '', 'url', 4],
    ['MiniMax-M2.5', 196_608, 128_000, '', 'none', 4],
    ['MiniMax-M3', undefined, undefined, '', 'url', 4],
    ['openai/gpt-oss-120b', 131_072, undefined, UP_TO_HIGH, 'none', 4],
    ['llama-3.3-70b-versatile', undefined, undefined, '', 'none', 4],
    ['llama3.2-vision:11b', undefined, undefined, '', 'url', 4],
    ['meta-llama/llama-4-maverick-17b-128e-instruct', undefined, undefined, '', 'url', 4],
  ] as const)('%s', (id, context, maxOutput, efforts, images, stopMax) => {
    const taken = takenBy(id, 'openai');
    expect([taken.context, taken.maxOutput, taken.effortLevels.join(' ')]).toEqual([context, maxOutput, efforts]);
    expect(taken).toMatchObject({ images, stopMax });
  });

  test('models that do not think are sent no effort even where the server takes one', () => {
    for (const id of ['llama3.1', 'qwen2.5:72b', 'gemma3:27b', 'gemini-2.0-flash', 'gpt-4o', 'grok-4']) {
      const taken = resolveCapabilities(
        { shape: 'openai', ...NOTHING, vendor: { effortLevels: ['none', 'low', 'high'] } },
        id,
      );
      expect([id, taken.effortLevels]).toEqual([id, []]);
    }
  });
});

describe('the table', () => {
  test('says nothing of what it does not know, and of names too long to be one', () => {
    for (const id of ['', 'my-deployment', 'prod-gpt', 'demo', 'xgpt-4o', 'claudette', '*'])
      expect([id, factsOfModel(id, 'openai')]).toEqual([id, []]);
    const start = performance.now();
    expect(factsOfModel(`claude-${'a.'.repeat(1_000_000)}`, 'openai')).toEqual([]);
    for (let i = 0; i < 100; i++) factsOfModel('a-.'.repeat(85), 'anthropic');
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test('looks at an id from its start, with expressions that remember nothing', () => {
    for (const { match } of MODEL_FACTS) {
      expect([match.source, match.flags]).toEqual([match.source, '']);
      expect([match.source, match.source.startsWith('^')]).toEqual([match.source, true]);
    }
  });

  test('names efforts in their order, each once', () => {
    for (const { match, facts } of MODEL_FACTS) {
      const places = (facts.effortLevels ?? []).map((effort) => EFFORTS.indexOf(effort));
      expect([match.source, places]).toEqual([match.source, [...new Set(places)].toSorted((a, b) => a - b)]);
    }
  });
});
