import type { Preset } from './preset.ts';
import type { DialectFacts } from './schema-dialect.ts';

/** OpenAI's own endpoint, wherever it is hosted. */
const OPENAI: DialectFacts = {
  maxTokensField: 'max_completion_tokens',
  reasoningOut: [],
  system: 'parts',
  midSystem: true,
  cache: 'auto',
  toolIdMax: 40,
};

/** From these models on OpenAI takes marks of what is to be cached; it refuses them for older ones. */
const MARKED_CACHE = ['gpt-5.6*', 'gpt-6*'].map((match) => ({ match, facts: { cache: 'breakpoint' } as const }));

/** The makers of the two shapes, and who passes on the models of many. */
export const LEADING_PRESETS: readonly Preset[] = [
  {
    name: 'openai',
    kind: 'http',
    shapes: ['openai'],
    baseUrl: 'https://api.openai.com/v1',
    keyEnv: ['OPENAI_API_KEY'],
    baseUrlEnv: 'OPENAI_BASE_URL',
    auth: 'bearer',
    dialect: { ...OPENAI, effortLevels: ['low', 'medium', 'high'], userField: 'safety_identifier' },
    models: MARKED_CACHE,
  },
  {
    name: 'anthropic',
    kind: 'http',
    shapes: ['anthropic'],
    baseUrl: 'https://api.anthropic.com',
    keyEnv: ['ANTHROPIC_API_KEY'],
    baseUrlEnv: 'ANTHROPIC_BASE_URL',
    auth: 'x-api-key',
    dialect: { serverTools: ['web_search'] },
  },
  {
    name: 'openrouter',
    kind: 'http',
    shapes: ['openai'],
    baseUrl: 'https://openrouter.ai/api/v1',
    keyEnv: ['OPENROUTER_API_KEY'],
    auth: 'bearer',
    dialect: {
      reasoningOut: ['reasoning_details', 'reasoning'],
      effortLevels: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
      thinkSwitch: 'reasoning',
      thinkBudget: 'reasoning',
      reasoningIn: 'reasoning_details',
      reasoningEcho: 'always',
      system: 'parts',
      cache: 'cache_control',
      extraAllow: [
        'top_k',
        'top_a',
        'min_p',
        'repetition_penalty',
        'models',
        'plugins',
        'provider',
        'route',
        'transforms',
      ],
    },
    models: [
      // Asked through another endpoint of OpenAI's than its chat endpoint, which wants no reasoning beside tools.
      { match: 'openai/*', facts: { toolIdMax: 40, toolsNeedEffortNone: false, midSystem: true } },
      { match: 'anthropic/*', facts: { toolImages: 'parts' } },
    ],
  },
  {
    name: 'azure',
    kind: 'http',
    shapes: ['openai'],
    baseUrlExample: 'https://NAME.openai.azure.com/openai/v1',
    keyEnv: ['AZURE_OPENAI_API_KEY'],
    auth: 'api-key',
    // The name of a deployment seldom tells its model: no effort is sent unless it does.
    dialect: OPENAI,
    models: MARKED_CACHE,
    note: 'The v1 API of Azure OpenAI; `model` of a target is the name of the deployment. Where that is not the name of the model, say what the model takes in `dialect`.',
  },
  {
    name: 'gemini',
    kind: 'http',
    shapes: ['openai'],
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    keyEnv: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    auth: 'bearer',
    dialect: {
      // Thoughts come inside the content, or as `extra_content` of a tool call.
      reasoningOut: [],
      effortLevels: ['low', 'medium', 'high'],
      stopMax: 5,
      // A member it does not know is a 400.
      userField: 'none',
      pdf: false,
    },
    note: 'The OpenAI-compatible door of the Gemini API.',
  },
];
