import type { PriceList } from './price-list.ts';

export const TOGETHER_PRICES: PriceList = {
  preset: 'together',
  source: 'https://www.together.ai/pricing',
  asOf: '2026-11-19',
  prices: [
    { models: ['deepseek-ai/DeepSeek-V4.1-Flash'], input: '0.3', output: '1.2', cacheRead: '0.006' },
    {
      models: ['deepseek-ai/DeepSeek-V4.1-Flash-1017'],
      input: '0.3',
      output: '1.2',
      cacheRead: '0.006',
      asOf: '2026-11-09',
    },
    { models: ['deepseek-ai/DeepSeek-V4-Pro-0813'], input: '1.32', output: '3.96', cacheRead: '0.13' },
    { models: ['MiniMaxAI/MiniMax-M3.1-Flash'], input: '0.15', output: '0.6', cacheRead: '0.015', asOf: '2026-11-09' },
    { models: ['moonshotai/Kimi-K3.1-Pro'], input: '2', output: '10', cacheRead: '0.2' },
    { models: ['moonshotai/Kimi-K3'], input: '3', output: '15', cacheRead: '0.3' },
    { models: ['nvidia/NVIDIA-Nemotron-3.5-Super-VL'], input: '0.15', output: '0.5', cacheRead: '0.02' },
    { models: ['openai/gpt-oss-120b'], input: '0.15', output: '0.6' },
    { models: ['Qwen/Qwen3.5-9B'], input: '0.17', output: '0.25' },
    { models: ['Qwen/Qwen3.6-Plus'], input: '0.5', output: '3' },
    { models: ['Qwen/Qwen3.7-Max'], input: '2.5', output: '7.5', cacheRead: '0.5' },
    { models: ['Qwen/Qwen3.7-Plus'], input: '0.32', output: '1.28', asOf: '2026-11-09' },
    { models: ['Qwen/Qwen3.8-Flash'], input: '0.15', output: '0.47', asOf: '2026-11-09' },
    { models: ['zai-org/GLM-5.2'], input: '1.4', output: '4.4', cacheRead: '0.26' },
    { models: ['zai-org/GLM-5.3'], input: '1.4', output: '4.4', cacheRead: '0.26' },
    { models: ['zai-org/GLM-5.3-Flash'], input: '0.15', output: '0.5', cacheRead: '0.03' },
  ],
};
