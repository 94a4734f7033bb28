import type { Preset } from './preset.ts';
import type { DialectFacts } from './schema-dialect.ts';

const VENDOR = { kind: 'http', shapes: ['openai'], auth: 'bearer' } as const satisfies Partial<Preset>;

/** Thinks in `reasoning_content`, and wants those thoughts back with the results of the tools it called. */
const THINKER: DialectFacts = {
  reasoningOut: ['reasoning_content'],
  reasoningIn: 'reasoning_content',
  reasoningEcho: 'tool_turns',
};

const TEXT_ONLY: DialectFacts = { pdf: false };

/** Vendors that serve models of their own under the OpenAI shape. */
export const MODEL_VENDOR_PRESETS: readonly Preset[] = [
  {
    ...VENDOR,
    name: 'deepseek',
    baseUrl: 'https://api.deepseek.com/v1',
    keyEnv: ['DEEPSEEK_API_KEY'],
    dialect: {
      midSystem: true,
      ...THINKER,
      ...TEXT_ONLY,
      // Knows three of them, and what to make of the others.
      effortLevels: ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
      thinkSwitch: 'thinking',
      forcedToolWithThinking: false,
      prefill: 'prefix',
      structured: 'json_object',
      images: 'none',
      stopMax: 16,
    },
    note: 'Continuing an assistant message needs `base_url: https://api.deepseek.com/beta`.',
  },
  {
    ...VENDOR,
    name: 'dashscope',
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    keyEnv: ['DASHSCOPE_API_KEY'],
    dialect: {
      ...TEXT_ONLY,
      reasoningOut: ['reasoning_content'],
      reasoningIn: 'reasoning_content',
      thinkSwitch: 'enable_thinking',
      thinkBudget: 'thinking_budget',
      forcedToolWithThinking: false,
      prefill: 'partial',
      cache: 'cache_control',
      structured: 'json_object',
      extraAllow: ['top_k', 'repetition_penalty', 'enable_search', 'search_options', 'vl_high_resolution_images'],
    },
    models: [
      // Open weights think unless told not to, and then "enable_thinking must be set to false for non-streaming calls".
      ...['qwen3-*b', 'qwen3-*-thinking*', 'qwq*', 'qvq*'].map((match) => ({ match, facts: { streamOnly: true } })),
      { match: 'qwen3.8-max*', facts: { structured: 'schema' } },
    ],
    note: 'Keys of the mainland site need `base_url: https://dashscope.aliyuncs.com/compatible-mode/v1`.',
  },
  {
    ...VENDOR,
    name: 'moonshot',
    baseUrl: 'https://api.moonshot.ai/v1',
    keyEnv: ['MOONSHOT_API_KEY'],
    dialect: {
      ...THINKER,
      ...TEXT_ONLY,
      maxTokensField: 'max_completion_tokens',
      // An effort beside `thinking` is a 400.
      thinkSwitch: 'thinking',
      forcedToolWithThinking: false,
      prefill: 'partial',
      images: 'b64',
      temperatureMax: 1,
    },
    models: [
      { match: 'moonshot-v1*', facts: { thinkSwitch: 'none', reasoningIn: 'none', reasoningEcho: 'ignore' } },
      // Any temperature or top_p but the one the vendor set is a 400.
      { match: 'kimi-k2.*', facts: { sampling: 'none' } },
      // Always thinks: `disabled` is a 400.
      { match: 'kimi-k2.7-code*', facts: { thinkSwitch: 'none' } },
      {
        match: 'kimi-k3*',
        facts: {
          sampling: 'none',
          thinkSwitch: 'reasoning_effort',
          effortLevels: ['low', 'high', 'max'],
          forcedToolWithThinking: true,
        },
      },
    ],
    note: 'Keys of the mainland site need `base_url: https://api.moonshot.cn/v1`.',
  },
  {
    ...VENDOR,
    name: 'zai',
    baseUrl: 'https://api.z.ai/api/paas/v4',
    keyEnv: ['ZAI_API_KEY'],
    dialect: {
      ...THINKER,
      ...TEXT_ONLY,
      thinkSwitch: 'thinking',
      structured: 'json_object',
      temperatureMax: 1,
      stopMax: 1,
      userField: 'none',
    },
    models: [
      { match: 'glm-5.2*', facts: { effortLevels: ['high', 'max'] } },
      // Always thinks, and takes an effort instead.
      { match: 'glm-5.3*', facts: { thinkSwitch: 'reasoning_effort', effortLevels: ['low', 'high', 'max'] } },
    ],
  },
  {
    ...VENDOR,
    name: 'minimax',
    baseUrl: 'https://api.minimax.io/v1',
    keyEnv: ['MINIMAX_API_KEY'],
    dialect: {
      ...TEXT_ONLY,
      maxTokensField: 'max_completion_tokens',
      reasoningOut: ['reasoning_details', 'think_tags'],
      thinkSwitch: 'none',
      reasoningIn: 'reasoning_details',
      reasoningEcho: 'always',
      structured: 'json_object',
      temperatureMax: 1,
      parallelTools: false,
      extraAllow: ['reasoning_split'],
    },
    note: 'Keys of the mainland site need `base_url: https://api.minimaxi.com/v1`.',
  },
  {
    ...VENDOR,
    name: 'mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    keyEnv: ['MISTRAL_API_KEY'],
    dialect: {
      // Reasoning comes as parts of the content array, not as a member of its own.
      reasoningOut: [],
      reasoningEcho: 'forbid',
      // Refuses `stream_options` with a 422 ("Extra inputs are not permitted") and reports usage without being asked.
      usageInStream: false,
      userField: 'none',
      serviceTiers: false,
      toolId: 'mistral9',
      alternateRoles: true,
      prefill: 'prefix',
      cache: 'auto',
      temperatureMax: 1.5,
      ...TEXT_ONLY,
      extraAllow: ['random_seed', 'safe_prompt', 'prompt_mode'],
    },
    models: ['mistral-small-latest', 'mistral-small-26*', 'mistral-medium-3-5*', 'mistral-medium-26*'].map((match) => ({
      match,
      facts: { effortLevels: ['none', 'high'] as ('none' | 'high')[] },
    })),
  },
  {
    ...VENDOR,
    name: 'xai',
    baseUrl: 'https://api.x.ai/v1',
    keyEnv: ['XAI_API_KEY'],
    dialect: {
      midSystem: true,
      ...TEXT_ONLY,
      maxTokensField: 'max_completion_tokens',
      reasoningOut: ['reasoning_content'],
    },
  },
];
