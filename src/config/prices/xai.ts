import type { PriceList } from './price-list.ts';

export const XAI_PRICES: PriceList = {
  preset: 'xai',
  source: 'https://docs.x.ai/docs/models',
  asOf: '2026-11-19',
  prices: [
    { models: ['grok-4.7'], input: '2', output: '6', cacheRead: '0.5', upTo: 200_000 },
    { models: ['grok-4.6'], input: '2', output: '6', cacheRead: '0.5', upTo: 200_000 },
    { models: ['grok-4.5', 'grok-4.5-latest'], input: '2', output: '6', cacheRead: '0.3', upTo: 200_000 },
    { models: ['grok-4.3', 'grok-4.3-latest'], input: '1.25', output: '2.5', cacheRead: '0.2', upTo: 200_000 },
    { models: ['grok-4.20*'], input: '1.25', output: '2.5', cacheRead: '0.2', upTo: 200_000, asOf: '2026-11-09' },
    { models: ['grok-build-0.1'], input: '1', output: '2', cacheRead: '0.2', upTo: 200_000, asOf: '2026-11-09' },
  ],
};
