import type { PriceList } from './price-list.ts';

export const ZAI_PRICES: PriceList = {
  preset: 'zai',
  source: 'https://docs.z.ai/guides/overview/pricing',
  asOf: '2026-11-19',
  prices: [
    { models: ['glm-5.3'], input: '1.4', output: '4.4', cacheRead: '0.26' },
    { models: ['glm-5.3-flash'], input: '0.15', output: '0.5', cacheRead: '0.03' },
    { models: ['glm-5.2'], input: '1.4', output: '4.4', cacheRead: '0.26' },
    { models: ['glm-5.1'], input: '1.4', output: '4.4', cacheRead: '0.26', asOf: '2026-11-09' },
    { models: ['glm-5'], input: '1', output: '3.2', cacheRead: '0.2', asOf: '2026-11-09' },
    { models: ['glm-4.7'], input: '0.6', output: '2.2', cacheRead: '0.11' },
    { models: ['glm-4.6'], input: '0.6', output: '2.2', cacheRead: '0.11', asOf: '2026-11-09' },
    { models: ['glm-4.5'], input: '0.6', output: '2.2', cacheRead: '0.11', asOf: '2026-07-02' },
    { models: ['glm-4.5-air'], input: '0.2', output: '1.1', cacheRead: '0.03', asOf: '2026-07-02' },
  ],
};
