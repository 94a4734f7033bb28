import type { Preset } from './preset.ts';

const HOST = { kind: 'http', shapes: ['openai'], auth: 'bearer' } as const satisfies Partial<Preset>;

/** Vendors that serve the open models of others. */
export const OPEN_MODEL_PRESETS: readonly Preset[] = [
  {
    ...HOST,
    name: 'groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    keyEnv: ['GROQ_API_KEY'],
    dialect: {
      maxTokensField: 'max_completion_tokens',
      reasoningOut: ['reasoning'],
      structured: 'json_object',
      pdf: false,
      extraAllow: ['include_reasoning', 'reasoning_format', 'search_settings'],
    },
    models: [
      ...['*gpt-oss*', '*llama-4*', '*kimi-k2*'].map((match) => ({ match, facts: { structured: 'strict' } as const })),
      { match: '*qwen3-32b', facts: { effortLevels: ['none'] } },
    ],
  },
  {
    ...HOST,
    name: 'together',
    baseUrl: 'https://api.together.xyz/v1',
    keyEnv: ['TOGETHER_API_KEY'],
    dialect: {
      reasoningOut: ['reasoning', 'reasoning_content'],
      pdf: false,
      extraAllow: ['top_k', 'min_p', 'repetition_penalty', 'safety_model'],
    },
  },
  {
    ...HOST,
    name: 'fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    keyEnv: ['FIREWORKS_API_KEY'],
    dialect: {
      reasoningOut: ['reasoning_content'],
      reasoningIn: 'reasoning_content',
      pdf: false,
      extraAllow: ['top_k', 'min_p', 'repetition_penalty'],
    },
  },
  {
    ...HOST,
    name: 'cerebras',
    baseUrl: 'https://api.cerebras.ai/v1',
    keyEnv: ['CEREBRAS_API_KEY'],
    dialect: {
      maxTokensField: 'max_completion_tokens',
      reasoningOut: ['reasoning'],
      pdf: false,
      extraAllow: ['clear_thinking'],
    },
    models: [{ match: 'zai-glm*', facts: { effortLevels: ['none'] } }],
  },
];
