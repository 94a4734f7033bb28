import type { PriceList } from './price-list.ts';

export const CEREBRAS_PRICES: PriceList = {
  preset: 'cerebras',
  source: 'https://www.cerebras.ai/pricing',
  asOf: '2026-11-19',
  prices: [
    { models: ['gpt-oss-120b'], input: '0.35', output: '0.75' },
    { models: ['qwen-3.8-27b'], input: '0.99', output: '1.49' },
  ],
};
