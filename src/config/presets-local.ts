import type { Preset } from './preset.ts';

/** Servers an operator runs, at the port each listens on by default. They need no key unless they were told to. */
const LOCAL_SERVER = {
  kind: 'http',
  shapes: ['openai'],
  keyEnv: [],
  auth: 'bearer',
  maxTokensField: 'max_tokens',
  usageInStream: true,
  eofWithoutDone: 'error',
} as const satisfies Partial<Preset>;

export const LOCAL_PRESETS: readonly Preset[] = [
  { ...LOCAL_SERVER, name: 'ollama', baseUrl: 'http://127.0.0.1:11434/v1', reasoningOut: ['reasoning'] },
  {
    ...LOCAL_SERVER,
    name: 'vllm',
    baseUrl: 'http://127.0.0.1:8000/v1',
    // Renamed in 0.11; older servers still send the second.
    reasoningOut: ['reasoning', 'reasoning_content'],
  },
  { ...LOCAL_SERVER, name: 'llamacpp', baseUrl: 'http://127.0.0.1:8080/v1', reasoningOut: ['reasoning_content'] },
  {
    ...LOCAL_SERVER,
    name: 'demo',
    kind: 'demo',
    shapes: ['openai', 'anthropic'],
    auth: 'none',
    reasoningOut: ['reasoning_content'],
    note: 'Built in: answers both shapes without a network, a key or a bill.',
  },
];
