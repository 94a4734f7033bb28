import type { PriceList } from './price-list.ts';

export const MINIMAX_PRICES: PriceList = {
  preset: 'minimax',
  source: 'https://platform.minimax.io/docs/guides/pricing-paygo',
  asOf: '2026-11-09',
  prices: [
    { models: ['MiniMax-M3.1-Flash'], input: '0.15', output: '0.6', cacheRead: '0.015' },
    { models: ['MiniMax-M3'], input: '0.3', output: '1.2', cacheRead: '0.06', upTo: 512_000, asOf: '2026-11-19' },
    { models: ['MiniMax-M2.7'], input: '0.3', output: '1.2', cacheRead: '0.06', cacheWrite: '0.375' },
    { models: ['MiniMax-M2.7-highspeed'], input: '0.6', output: '2.4', cacheRead: '0.06', cacheWrite: '0.375' },
    {
      models: ['MiniMax-M2.5', 'MiniMax-M2.1', 'MiniMax-M2'],
      input: '0.3',
      output: '1.2',
      cacheRead: '0.03',
      cacheWrite: '0.375',
    },
  ],
};
