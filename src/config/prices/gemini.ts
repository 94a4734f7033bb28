import type { PriceList } from './price-list.ts';

export const GEMINI_PRICES: PriceList = {
  preset: 'gemini',
  source: 'https://ai.google.dev/gemini-api/docs/pricing',
  asOf: '2026-11-19',
  prices: [
    { models: ['gemini-4-argon'], input: '2', output: '10', cacheRead: '0.1' },
    { models: ['gemini-4-hydrogen'], input: '1.5', output: '7.5', cacheRead: '0.075' },
    { models: ['gemini-3.8-flash'], input: '0.75', output: '3.75', cacheRead: '0.075' },
    { models: ['gemini-3.7-flash'], input: '0.75', output: '3.75', cacheRead: '0.075' },
    { models: ['gemini-3.6-flash'], input: '0.75', output: '3.75', cacheRead: '0.075' },
    { models: ['gemini-3.5-flash'], input: '1.5', output: '9', cacheRead: '0.15' },
    { models: ['gemini-3.5-flash-lite'], input: '0.3', output: '2.5', cacheRead: '0.03' },
    {
      models: ['gemini-3.1-pro-preview', 'gemini-3.1-pro-preview-customtools', 'gemini-pro-latest'],
      input: '2',
      output: '12',
      cacheRead: '0.2',
      upTo: 200_000,
    },
    {
      models: ['gemini-3.1-flash-lite'],
      input: '0.25',
      output: '1.5',
      cacheRead: '0.025',
      note: 'Audio input costs $0.50, which is not counted apart.',
    },
    {
      models: ['gemini-3-flash-preview'],
      input: '0.5',
      output: '3',
      cacheRead: '0.05',
      note: 'Audio input costs $1.00, which is not counted apart.',
    },
    { models: ['gemini-2.5-pro'], input: '1.25', output: '10', cacheRead: '0.125', upTo: 200_000 },
    {
      models: ['gemini-2.5-flash'],
      input: '0.3',
      output: '2.5',
      cacheRead: '0.03',
      note: 'Audio input costs $1.00, which is not counted apart.',
    },
    {
      models: ['gemini-2.5-flash-lite'],
      input: '0.1',
      output: '0.4',
      cacheRead: '0.01',
      note: 'Audio input costs $0.30, which is not counted apart.',
    },
  ],
};
