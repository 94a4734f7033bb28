import type { PriceList } from './price-list.ts';

export const MOONSHOT_PRICES: PriceList = {
  preset: 'moonshot',
  source: 'https://platform.kimi.ai/docs/pricing/chat',
  asOf: '2026-11-09',
  prices: [
    { models: ['kimi-k3.1-pro'], input: '2', output: '10', cacheRead: '0.2', cacheWrite1h: '4' },
    { models: ['kimi-k3.1-pro-highspeed'], input: '4', output: '20', cacheRead: '0.2', cacheWrite1h: '8' },
    { models: ['kimi-k3'], input: '3', output: '15', cacheRead: '0.3', cacheWrite1h: '6' },
    { models: ['kimi-k2.7-code'], input: '0.95', output: '4', cacheRead: '0.19', asOf: '2026-11-19' },
    { models: ['kimi-k2.7-code-highspeed'], input: '1.9', output: '8', cacheRead: '0.38' },
    { models: ['kimi-k2.6'], input: '0.95', output: '4', cacheRead: '0.16', asOf: '2026-11-19' },
  ],
};
