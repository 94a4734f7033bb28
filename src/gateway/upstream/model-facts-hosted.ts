import type { ModelFacts } from './model-facts.ts';

/** Models that hardly anybody but their maker serves. */
export const HOSTED_FACTS: readonly ModelFacts[] = [
  { match: /^gemini-(?!.*(?:image|tts|audio|live|embedding))/, facts: { context: 1_048_576 } },
  { match: /^gemini-2\.0-/, facts: { maxOutput: 8192, effortLevels: [] } },
  { match: /^gemini-(?:2\.5|3|flash|pro)(?!.*(?:image|tts|audio|live))/, facts: { maxOutput: 65_536 } },
  { match: /^gemini-2\.5-pro/, facts: { effortLevels: ['low', 'medium', 'high'] } },
  { match: /^gemini-2\.5-flash/, facts: { effortLevels: ['none', 'low', 'medium', 'high'] } },
  { match: /^gemini-3-pro/, facts: { effortLevels: ['low', 'high'] } },
  { match: /^gemini-3\.\d-pro/, facts: { effortLevels: ['low', 'medium', 'high'] } },
  { match: /^gemini-3(?:\.\d)?-flash/, facts: { effortLevels: ['minimal', 'low', 'medium', 'high'] } },

  // An effort is a 400 where the model has no such knob; so is a stop sequence where it reasons.
  { match: /^grok-/, facts: { effortLevels: [] } },
  { match: /^grok-[23](?!.*vision)/, facts: { context: 131_072 } },
  { match: /^grok-3-mini/, facts: { effortLevels: ['low', 'high'], stopMax: 0 } },
  { match: /^grok-(?:4|code|build)(?!.*non-reasoning)/, facts: { stopMax: 0 } },
  { match: /^grok-(?:4(?:$|-0709|-latest)|code-fast|build)/, facts: { context: 256_000 } },
  { match: /^grok-4[.-]3/, facts: { context: 1_000_000, effortLevels: ['none', 'low', 'medium', 'high'] } },
  { match: /^grok-4[.-]5/, facts: { effortLevels: ['low', 'medium', 'high'] } },
  { match: /^grok-(?:2|3|code)(?!.*vision)/, facts: { images: 'none' } },

  {
    match: /^(?:codestral|devstral-(?:small|medium)-25|mistral-nemo|open-mi[sx]tral|magistral)/,
    facts: { images: 'none' },
  },
  { match: /^mistral-large-(?:25|latest)/, facts: { context: 262_144 } },
  { match: /^mistral-medium-(?:25|latest)/, facts: { context: 131_072 } },
  { match: /^magistral-/, facts: { context: 128_000 } },
];
