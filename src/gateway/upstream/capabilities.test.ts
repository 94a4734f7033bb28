import { describe, expect, test } from 'bun:test';
import {
  ANTHROPIC_CAPABILITIES,
  type Capabilities,
  OPENAI_CAPABILITIES,
} from '../../protocol/transcode/capabilities.ts';
import { type CapabilitySources, resolveCapabilities } from './capabilities.ts';

const NOTHING: CapabilitySources = {
  shape: 'openai',
  vendor: {},
  vendorModels: [],
  provider: {},
  model: {},
  target: {},
  limits: {},
};

const resolve = (sources: Partial<CapabilitySources>, model = 'unheard-of'): Capabilities =>
  resolveCapabilities({ ...NOTHING, ...sources }, model);

describe('what a target takes', () => {
  test('is what its shape takes where nothing else is known', () => {
    expect(resolve({})).toEqual(OPENAI_CAPABILITIES);
    expect(resolve({ shape: 'anthropic' })).toEqual(ANTHROPIC_CAPABILITIES);
  });

  test('is told by each source above the one before: shape, vendor, model, edition, provider, model, target', () => {
    // gpt-4o is known for 16,384 tokens of output.
    const layers: [keyof CapabilitySources | 'known', Partial<CapabilitySources>, number | undefined][] = [
      ['shape', {}, undefined],
      ['vendor', { vendor: { maxOutput: 1 } }, 1],
      ['known', {}, 16_384],
      [
        'vendorModels',
        {
          vendorModels: [
            { match: 'gpt-4*', facts: { maxOutput: 2 } },
            { match: '*-4o', facts: { maxOutput: 3 } },
            { match: 'gpt-5*', facts: { maxOutput: 4 } },
          ],
        },
        3,
      ],
      ['provider', { provider: { maxOutput: 5 } }, 5],
      ['limits', { limits: { maxOutput: 6 } }, 6],
      ['model', { model: { maxOutput: 7 } }, 7],
      ['target', { target: { maxOutput: 8 } }, 8],
    ];
    let sources: Partial<CapabilitySources> = {};
    for (const [name, layer, expected] of layers) {
      sources = { ...sources, ...layer };
      const known = layers.findIndex(([of]) => of === 'known') <= layers.findIndex(([of]) => of === name);
      expect([name, resolve(sources, known ? 'gpt-4o' : 'unheard-of').maxOutput]).toEqual([name, expected]);
    }
  });

  test('is overridden member by member: what a source does not say stays', () => {
    const resolved = resolve({
      vendor: { thinkSwitch: 'thinking', stopMax: 16 },
      provider: { stopMax: 2 },
      target: { prefill: 'partial' },
    });
    expect(resolved).toEqual({ ...OPENAI_CAPABILITIES, thinkSwitch: 'thinking', stopMax: 2, prefill: 'partial' });
  });

  test('has no images where the operator says so, and some where a vendor is not known for any', () => {
    const images = (sources: Partial<CapabilitySources>) => resolve(sources).images;
    expect(images({ limits: { vision: false } })).toBe('none');
    expect(images({ limits: { vision: true } })).toBe('url');
    expect(images({ vendor: { images: 'b64' }, limits: { vision: true } })).toBe('b64');
    expect(images({ vendor: { images: 'none' }, limits: { vision: true } })).toBe('url');
    expect(images({ vendor: { images: 'none' }, limits: { vision: true }, target: { images: 'b64' } })).toBe('b64');
  });

  test('takes the limits the operator gives the model', () => {
    expect(resolve({ limits: { context: 10, maxOutput: 5, tools: false } })).toMatchObject({
      context: 10,
      maxOutput: 5,
      tools: false,
    });
  });

  test('is asked to think by an effort where efforts are known, unless somebody knows another way', () => {
    const switchOf = (sources: Partial<CapabilitySources>, model?: string) => resolve(sources, model).thinkSwitch;
    expect(switchOf({})).toBe('none');
    expect(switchOf({ vendor: { effortLevels: ['low'] } })).toBe('reasoning_effort');
    expect(switchOf({}, 'gpt-5')).toBe('reasoning_effort');
    expect(switchOf({ vendor: { thinkSwitch: 'reasoning' } }, 'gpt-5')).toBe('reasoning');
    expect(switchOf({ target: { thinkSwitch: 'none' } }, 'gpt-5')).toBe('none');
    expect(switchOf({ vendor: { thinkSwitch: 'reasoning_effort', effortLevels: ['low'] } }, 'gpt-4o')).toBe('none');
  });

  test('never asks for more than the model can answer', () => {
    expect(resolve({ shape: 'anthropic' }, 'claude-3-opus-20240229').defaultMaxOutput).toBe(4096);
    expect(resolve({ target: { defaultMaxOutput: 9000 }, limits: { maxOutput: 100 } }).defaultMaxOutput).toBe(100);
    expect(resolve({ target: { defaultMaxOutput: 9000 } }).defaultMaxOutput).toBe(9000);
  });
});
