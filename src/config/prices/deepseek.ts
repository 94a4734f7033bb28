import type { PriceList } from './price-list.ts';

export const DEEPSEEK_PRICES: PriceList = {
  preset: 'deepseek',
  source: 'https://api-docs.deepseek.com/quick_start/pricing',
  asOf: '2026-11-19',
  prices: [
    {
      models: ['deepseek-flash', 'deepseek-v4-flash'],
      input: '0.3',
      output: '1.2',
      cacheRead: '0.006',
      note: 'At peak hours, 01:00-04:00 and 06:00-10:00 UTC from Monday to Friday; half of it at all other times, which is not counted.',
    },
    {
      models: ['deepseek-v4-pro'],
      input: '1.32',
      output: '3.96',
      cacheRead: '0.044',
      note: 'At peak hours, 01:00-04:00 and 06:00-10:00 UTC from Monday to Friday; half of it at all other times, which is not counted.',
    },
  ],
};
