import type { PriceList } from './price-list.ts';

export const MISTRAL_PRICES: PriceList = {
  preset: 'mistral',
  source: 'https://mistral.ai/pricing',
  asOf: '2026-11-19',
  prices: [
    { models: ['mistral-large-4', 'mistral-large-4-0'], input: '0.7', output: '2.1', cacheRead: '0.07' },
    { models: ['mistral-large-2512'], input: '0.5', output: '1.5', cacheRead: '0.05' },
    {
      models: ['mistral-medium-2604', 'mistral-medium-3.5', 'mistral-medium-3-5', 'mistral-medium-latest'],
      input: '1.5',
      output: '7.5',
      cacheRead: '0.15',
    },
    { models: ['mistral-small-2603', 'mistral-small-latest'], input: '0.15', output: '0.6', cacheRead: '0.015' },
    { models: ['devstral-latest', 'devstral-medium-latest'], input: '0.4', output: '2', cacheRead: '0.04' },
    { models: ['codestral-2508', 'codestral-latest'], input: '0.3', output: '0.9', cacheRead: '0.03' },
    { models: ['ministral-14b-2512'], input: '0.2', output: '0.2', cacheRead: '0.02' },
    { models: ['ministral-8b-2512', 'ministral-8b-latest'], input: '0.15', output: '0.15', cacheRead: '0.015' },
    { models: ['ministral-3b-2512', 'ministral-3b-latest'], input: '0.1', output: '0.1', cacheRead: '0.01' },
    { models: ['zai-glm-5-3'], input: '1.4', output: '4.4', cacheRead: '0.14' },
    { models: ['zai-glm-5-3-flash'], input: '0.15', output: '0.5', cacheRead: '0.03' },
    { models: ['deepseek-v4-1-flash-1017'], input: '0.3', output: '1.2', cacheRead: '0.007' },
  ],
};
