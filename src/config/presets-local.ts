import type { Preset } from './preset.ts';
import type { DialectFacts } from './schema-dialect.ts';

/** Servers an operator runs, at the port each listens on by default. They need no key unless they were told to. */
const LOCAL_SERVER = {
  kind: 'http',
  shapes: ['openai'],
  keyEnv: [],
  auth: 'bearer',
} as const satisfies Partial<Preset>;

/** Servers that fill in the chat template of a model: what that allows is what they take. */
const TEMPLATED: DialectFacts = {
  thinkSwitch: 'chat_template_kwargs',
  reasoningEcho: 'tool_turns',
  // Most templates raise on a system message that is not the first.
  pdf: false,
};

const SAMPLERS = ['top_k', 'min_p', 'repetition_penalty', 'chat_template_kwargs'];

export const LOCAL_PRESETS: readonly Preset[] = [
  {
    ...LOCAL_SERVER,
    name: 'ollama',
    baseUrl: 'http://127.0.0.1:11434/v1',
    dialect: {
      reasoningOut: ['reasoning'],
      effortLevels: ['none', 'low', 'medium', 'high', 'max'],
      reasoningIn: 'reasoning',
      reasoningEcho: 'tool_turns',
      images: 'b64',
      pdf: false,
      parallelTools: false,
    },
  },
  {
    ...LOCAL_SERVER,
    name: 'vllm',
    baseUrl: 'http://127.0.0.1:8000/v1',
    dialect: {
      ...TEMPLATED,
      // Renamed in 0.11; older servers still send the second.
      reasoningOut: ['reasoning', 'reasoning_content'],
      reasoningIn: 'reasoning',
      effortLevels: ['low', 'medium', 'high'],
      prefill: 'continue_final',
      toolImages: 'parts',
      extraAllow: [...SAMPLERS, 'stop_token_ids', 'structured_outputs', 'thinking_token_budget'],
    },
  },
  {
    ...LOCAL_SERVER,
    name: 'sglang',
    baseUrl: 'http://127.0.0.1:30000/v1',
    dialect: {
      ...TEMPLATED,
      reasoningOut: ['reasoning_content'],
      reasoningIn: 'reasoning_content',
      effortLevels: ['low', 'medium', 'high'],
      prefill: 'continue_final',
      extraAllow: [...SAMPLERS, 'separate_reasoning', 'stop_token_ids'],
    },
  },
  {
    ...LOCAL_SERVER,
    name: 'llamacpp',
    baseUrl: 'http://127.0.0.1:8080/v1',
    dialect: {
      ...TEMPLATED,
      reasoningOut: ['reasoning_content'],
      reasoningIn: 'reasoning_content',
      // No efforts: it refuses those that the model's template does not know.
      thinkBudget: 'thinking_budget_tokens',
      prefill: 'native',
      toolImages: 'parts',
      extraAllow: [...SAMPLERS, 'repeat_penalty', 'typical_p', 'grammar', 'cache_prompt', 'id_slot'],
    },
  },
  {
    ...LOCAL_SERVER,
    name: 'demo',
    kind: 'demo',
    shapes: ['openai', 'anthropic'],
    auth: 'none',
    dialect: {},
    note: 'Built in: answers both shapes without a network, a key or a bill.',
  },
];
