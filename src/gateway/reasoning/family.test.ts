import { describe, expect, test } from 'bun:test';
import { modelOf, place } from '../routing/route.fixture.ts';
import { familyOf, mayChangeFamily } from './family.ts';

describe('D2: families of models', () => {
  test('Claude is one wherever it is served', () => {
    for (const [provider, model] of [
      ['anthropic', 'claude-sonnet-4-5-20250929'],
      ['bedrock', 'us.anthropic.claude-opus-4-6-v1:0'],
      ['vertex', 'claude-opus-4-1@20250805'],
      ['openrouter', 'anthropic/claude-opus-4.6'],
      ['databricks', 'databricks-claude-opus-4-6'],
      ['anthropic', 'Claude-3-7-sonnet-latest'],
    ] as const) {
      expect([model, familyOf(provider, model)]).toEqual([model, 'claude']);
    }
  });

  test('all others are those of one name at one provider', () => {
    expect(familyOf('zai', 'glm-4.6')).toBe(familyOf('zai', 'glm-5'));
    expect(familyOf('zai', 'glm-4.6')).not.toBe(familyOf('another', 'glm-4.6'));
    expect(familyOf('openrouter', 'z-ai/glm-4.6')).not.toBe(familyOf('openrouter', 'moonshotai/kimi-k2'));
    expect(familyOf('p', '4x')).toBe('p/');
    expect(familyOf('p', 'x'.repeat(100_000)).length).toBeLessThan(300);
  });

  test('a model is served by several where its targets are of several, or where its request says so', () => {
    const of = (...families: string[]) => modelOf(families.map((family) => ({ ...place('a'), family })));
    const may = (model: ReturnType<typeof of>, severalFamilies?: boolean) =>
      mayChangeFamily({ model, severalFamilies });
    expect([may(of('a')), may(of('a', 'a')), may(of('a', 'a', 'b'))]).toEqual([false, false, true]);
    // th-orchestra: this turn has one target, the next one may have another.
    expect([may(of('a'), true), may(of('a', 'b'), false)]).toEqual([true, false]);
  });
});
