import type { PriceList } from './price-list.ts';

export const GROQ_PRICES: PriceList = {
  preset: 'groq',
  source: 'https://groq.com/pricing',
  asOf: '2026-11-09',
  prices: [
    { models: ['openai/gpt-oss-120b'], input: '0.15', output: '0.6', cacheRead: '0.075', asOf: '2026-11-19' },
    { models: ['openai/gpt-oss-20b'], input: '0.075', output: '0.3', cacheRead: '0.0375', asOf: '2026-11-19' },
    { models: ['openai/gpt-oss-safeguard-20b'], input: '0.075', output: '0.3', cacheRead: '0.0375' },
    { models: ['qwen/qwen3.8-27b'], input: '0.8', output: '4', asOf: '2026-11-19' },
    { models: ['llama-3.3-70b-versatile'], input: '0.59', output: '0.79' },
    { models: ['llama-3.1-8b-instant'], input: '0.05', output: '0.08' },
  ],
};
