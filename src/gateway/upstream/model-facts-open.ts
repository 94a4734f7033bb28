import type { Capabilities } from '../../protocol/transcode/capabilities.ts';
import type { ModelFacts } from './model-facts.ts';

const TEXT_ONLY: Partial<Capabilities> = { images: 'none', pdf: false };

/** Models that many serve: what each server makes of their reasoning is a matter of its preset. */
export const OPEN_MODEL_FACTS: readonly ModelFacts[] = [
  { match: /^deepseek-(?!.*(?:vl|ocr))/, facts: TEXT_ONLY },
  {
    match: /^deepseek-(?:chat$|reasoner$|flash$|v4-)/,
    facts: { context: 1_000_000, maxOutput: 384_000 },
  },

  { match: /^qwen3-(?:coder|max)|^qwq/, facts: TEXT_ONLY },
  { match: /^qwen3-max/, facts: { context: 262_144, maxOutput: 65_536 } },
  { match: /^qwen3-coder-(?:plus|flash)/, facts: { context: 1_000_000, maxOutput: 65_536 } },
  { match: /^qwen-(?:plus|flash)(?:$|-latest|-\d{4})/, facts: { context: 1_000_000, maxOutput: 32_768 } },
  { match: /^qwen-turbo(?:$|-latest|-\d{4})/, facts: { context: 1_000_000, maxOutput: 16_384 } },
  { match: /^qwen3\.[5-7]-(?:plus|flash|max)/, facts: { context: 1_000_000, maxOutput: 65_536 } },
  { match: /^qwen3\.6-max/, facts: { context: 262_144 } },
  { match: /^qwen3\.7-plus/, facts: { maxOutput: 64_000 } },
  { match: /^qwen(?:2|2\.5)[-:]?(?!.*vl)/, facts: { effortLevels: [] } },

  { match: /^kimi-k2(?!\.)/, facts: TEXT_ONLY },
  { match: /^kimi-k2(?:\.|-0905|-turbo|-thinking)/, facts: { context: 262_144 } },
  { match: /^kimi-k3/, facts: { context: 1_000_000 } },

  { match: /^glm-\d(?!.*v(?:$|[-:]))/, facts: TEXT_ONLY },
  { match: /^glm-4\.5(?!v)/, facts: { context: 131_072, maxOutput: 98_304 } },
  { match: /^glm-4\.5v/, facts: { context: 64_000, maxOutput: 16_384 } },
  { match: /^glm-4\.6v/, facts: { context: 128_000, maxOutput: 32_768 } },
  { match: /^glm-(?:4\.6(?!v)|4\.7|5)/, facts: { context: 200_000, maxOutput: 131_072 } },
  { match: /^glm-5\.[23]/, facts: { context: 1_000_000 } },

  { match: /^minimax-m2/, facts: { ...TEXT_ONLY, context: 196_608, maxOutput: 128_000 } },

  // Do not think: servers that are asked for an effort all the same refuse the request.
  { match: /^(?:meta-)?llama-?v?[1-4]/, facts: { effortLevels: [] } },
  { match: /^(?:meta-)?llama-?v?3(?!.*vision)/, facts: { images: 'none' } },
  { match: /^gemma-?[23]/, facts: { effortLevels: [] } },
];
