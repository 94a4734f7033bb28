import type { Preset } from './preset.ts';

/** What holds for most OpenAI-shaped vendors; a record below states only where it differs. */
const OPENAI_LIKE = {
  kind: 'http',
  shapes: ['openai'],
  auth: 'bearer',
  maxTokensField: 'max_tokens',
  reasoningOut: ['reasoning_content'],
  usageInStream: true,
  eofWithoutDone: 'error',
} as const satisfies Partial<Preset>;

export const HOSTED_PRESETS: readonly Preset[] = [
  {
    ...OPENAI_LIKE,
    name: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    keyEnv: ['OPENAI_API_KEY'],
    baseUrlEnv: 'OPENAI_BASE_URL',
    maxTokensField: 'max_completion_tokens',
    reasoningOut: [],
  },
  {
    ...OPENAI_LIKE,
    name: 'anthropic',
    shapes: ['anthropic'],
    baseUrl: 'https://api.anthropic.com',
    keyEnv: ['ANTHROPIC_API_KEY'],
    baseUrlEnv: 'ANTHROPIC_BASE_URL',
    auth: 'x-api-key',
    reasoningOut: [],
  },
  {
    ...OPENAI_LIKE,
    name: 'openrouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    keyEnv: ['OPENROUTER_API_KEY'],
    reasoningOut: ['reasoning_details', 'reasoning'],
  },
  {
    ...OPENAI_LIKE,
    name: 'dashscope',
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    keyEnv: ['DASHSCOPE_API_KEY'],
    note: 'Keys of the mainland site need `base_url: https://dashscope.aliyuncs.com/compatible-mode/v1`.',
  },
  {
    ...OPENAI_LIKE,
    name: 'deepseek',
    baseUrl: 'https://api.deepseek.com/v1',
    keyEnv: ['DEEPSEEK_API_KEY'],
  },
  {
    ...OPENAI_LIKE,
    name: 'groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    keyEnv: ['GROQ_API_KEY'],
    maxTokensField: 'max_completion_tokens',
    reasoningOut: ['reasoning'],
  },
  {
    ...OPENAI_LIKE,
    name: 'mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    keyEnv: ['MISTRAL_API_KEY'],
    // Reasoning comes as parts of the content array, not as a member of its own.
    reasoningOut: [],
    // Refuses `stream_options` with a 422 ("Extra inputs are not permitted") and reports usage without being asked.
    usageInStream: false,
  },
  {
    ...OPENAI_LIKE,
    name: 'xai',
    baseUrl: 'https://api.x.ai/v1',
    keyEnv: ['XAI_API_KEY'],
    maxTokensField: 'max_completion_tokens',
  },
  {
    ...OPENAI_LIKE,
    name: 'together',
    baseUrl: 'https://api.together.xyz/v1',
    keyEnv: ['TOGETHER_API_KEY'],
    reasoningOut: ['reasoning', 'reasoning_content'],
  },
  {
    ...OPENAI_LIKE,
    name: 'fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    keyEnv: ['FIREWORKS_API_KEY'],
  },
  {
    ...OPENAI_LIKE,
    name: 'cerebras',
    baseUrl: 'https://api.cerebras.ai/v1',
    keyEnv: ['CEREBRAS_API_KEY'],
    maxTokensField: 'max_completion_tokens',
    reasoningOut: ['reasoning'],
  },
  {
    ...OPENAI_LIKE,
    name: 'gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    keyEnv: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    // Thoughts come inside the content, or as `extra_content` of a tool call.
    reasoningOut: [],
    note: 'The OpenAI-compatible door of the Gemini API.',
  },
  {
    ...OPENAI_LIKE,
    name: 'azure',
    baseUrlExample: 'https://NAME.openai.azure.com/openai/v1',
    keyEnv: ['AZURE_OPENAI_API_KEY'],
    auth: 'api-key',
    maxTokensField: 'max_completion_tokens',
    reasoningOut: [],
    note: 'The v1 API of Azure OpenAI; `model` of a target is the name of the deployment.',
  },
  {
    ...OPENAI_LIKE,
    name: 'moonshot',
    baseUrl: 'https://api.moonshot.ai/v1',
    keyEnv: ['MOONSHOT_API_KEY'],
    note: 'Keys of the mainland site need `base_url: https://api.moonshot.cn/v1`.',
  },
  {
    ...OPENAI_LIKE,
    name: 'zai',
    baseUrl: 'https://api.z.ai/api/paas/v4',
    keyEnv: ['ZAI_API_KEY'],
  },
];
