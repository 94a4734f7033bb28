import type { PriceList } from './price-list.ts';

export const FIREWORKS_PRICES: PriceList = {
  preset: 'fireworks',
  source: 'https://docs.fireworks.ai/serverless/pricing',
  asOf: '2026-11-19',
  prices: [
    { models: ['accounts/fireworks/models/deepseek-v4p1-flash'], input: '0.3', output: '1.2', cacheRead: '0.006' },
    { models: ['accounts/fireworks/models/deepseek-v4p1-flash-1017'], input: '0.3', output: '1.2', cacheRead: '0.006' },
    { models: ['accounts/fireworks/models/glm-5p3'], input: '1.4', output: '4.4', cacheRead: '0.26' },
    { models: ['accounts/fireworks/models/glm-5p3-flash'], input: '0.15', output: '0.5', cacheRead: '0.03' },
    { models: ['accounts/fireworks/models/kimi-k3p1-pro'], input: '2', output: '10', cacheRead: '0.2' },
    { models: ['accounts/fireworks/models/kimi-k3'], input: '3', output: '15', cacheRead: '0.3' },
    { models: ['accounts/fireworks/models/minimax-m3p1-flash'], input: '0.15', output: '0.6', cacheRead: '0.015' },
    { models: ['accounts/fireworks/models/minimax-m3'], input: '0.3', output: '1.2', cacheRead: '0.06' },
    { models: ['accounts/fireworks/models/qwen3p8-max'], input: '2', output: '6', cacheRead: '0.25' },
  ],
};
