import type { PriceList } from './price-list.ts';

export const DASHSCOPE_PRICES: PriceList = {
  preset: 'dashscope',
  source: 'https://www.alibabacloud.com/help/en/model-studio/models',
  asOf: '2026-11-19',
  prices: [
    { models: ['qwen3.8-max', 'qwen3.8-max-0902'], input: '2', output: '6', cacheRead: '0.25', cacheWrite: '2.5' },
    { models: ['qwen3.8-flash'], input: '0.15', output: '0.47', cacheRead: '0.016', cacheWrite: '0.2' },
    { models: ['qwen3.7-max'], input: '2.5', output: '7.5', cacheRead: '0.5', cacheWrite: '3.125' },
    { models: ['qwen3.7-plus'], input: '0.4', output: '1.6', cacheRead: '0.08', cacheWrite: '0.5', upTo: 256_000 },
    {
      models: ['qwen3.6-plus'],
      input: '0.5',
      output: '3',
      cacheRead: '0.05',
      cacheWrite: '0.625',
      upTo: 256_000,
      asOf: '2026-07-02',
    },
    {
      models: ['qwen3-max', 'qwen3-max-2026-01-23', 'qwen3-max-preview'],
      input: '1.2',
      output: '6',
      cacheRead: '0.24',
      cacheWrite: '1.5',
      upTo: 32_000,
      asOf: '2026-08-21',
    },
  ],
};
