import type { Capabilities, Effort } from '../../protocol/transcode/capabilities.ts';
import type { ModelFacts } from './model-facts.ts';

const NO_EFFORT: readonly Effort[] = [];
const UP_TO_HIGH: readonly Effort[] = ['low', 'medium', 'high'];
const UP_TO_XHIGH: readonly Effort[] = [...UP_TO_HIGH, 'xhigh'];
const UP_TO_MAX: readonly Effort[] = [...UP_TO_XHIGH, 'max'];

/** Refuses stop sequences, and any temperature or top_p but the default. */
const REASONS: Partial<Capabilities> = { maxTokensField: 'max_completion_tokens', sampling: 'none', stopMax: 0 };

export const OPENAI_FACTS: readonly ModelFacts[] = [
  {
    match: /^gpt-3\.5-turbo/,
    facts: {
      context: 16_385,
      maxOutput: 4096,
      effortLevels: NO_EFFORT,
      images: 'none',
      pdf: false,
      structured: 'json_object',
    },
  },
  {
    match: /^gpt-4(?:$|-0\d{3})/,
    facts: {
      context: 8192,
      maxOutput: 8192,
      effortLevels: NO_EFFORT,
      images: 'none',
      pdf: false,
      structured: 'none',
    },
  },
  {
    match: /^gpt-4-(?:turbo|1106|0125|vision)/,
    facts: { context: 128_000, maxOutput: 4096, effortLevels: NO_EFFORT, pdf: false, structured: 'json_object' },
  },
  { match: /^(?:chatgpt-|gpt-)4o/, facts: { context: 128_000, maxOutput: 16_384, effortLevels: NO_EFFORT } },
  { match: /^gpt-4o-2024-05-13/, facts: { maxOutput: 4096, structured: 'json_object' } },
  { match: /^gpt-4o(?:-mini)?-search/, facts: { sampling: 'none', serverTools: ['web_search'] } },
  {
    match: /^gpt-(?:4o-(?:mini-)?)?audio/,
    facts: { effortLevels: NO_EFFORT, images: 'none', pdf: false },
  },
  { match: /^gpt-4\.1/, facts: { context: 1_047_576, maxOutput: 32_768, effortLevels: NO_EFFORT } },

  {
    match: /^o(?:1|[3-9])(?:$|-(?!preview))/,
    facts: { ...REASONS, context: 200_000, maxOutput: 100_000, effortLevels: UP_TO_HIGH },
  },
  { match: /^o3-mini/, facts: { images: 'none', pdf: false } },

  { match: /^gpt-[5-9](?:$|[.-])/, facts: { ...REASONS, effortLevels: UP_TO_HIGH } },
  {
    match: /^gpt-5(?:$|\.[1-3](?:$|-)|\.[45]-(?:mini|nano)|-)/,
    facts: { context: 400_000, maxOutput: 128_000 },
  },
  { match: /^gpt-5\.[45](?:$|-\d{4}-|-pro)/, facts: { context: 1_050_000, maxOutput: 128_000 } },
  { match: /^gpt-5(?:-mini|-nano)?(?:$|-\d{4}-)/, facts: { effortLevels: ['minimal', ...UP_TO_HIGH] } },
  { match: /^gpt-5\.1(?:$|-mini|-\d{4}-)/, facts: { effortLevels: ['none', ...UP_TO_HIGH] } },
  { match: /^gpt-5\.1-codex-max|^gpt-5\.2-codex/, facts: { effortLevels: UP_TO_XHIGH } },
  { match: /^gpt-5\.3-codex/, facts: { effortLevels: ['none', ...UP_TO_XHIGH] } },
  { match: /^gpt-5\.[2-5](?:-mini|-nano)?(?:$|-\d{4}-)/, facts: { effortLevels: ['none', ...UP_TO_XHIGH] } },
  { match: /^gpt-5\.[6-9](?:$|-)/, facts: { effortLevels: ['none', ...UP_TO_MAX] } },
  // "Function tools with reasoning_effort are not supported […] in /v1/chat/completions", from 5.5 on even unasked.
  { match: /^gpt-5\.[4-9](?:$|-)/, facts: { toolsNeedEffortNone: true } },
  { match: /^gpt-5-pro/, facts: { maxOutput: 272_000, effortLevels: ['high'] } },
  {
    match: /^gpt-5\.\d-pro/,
    facts: { effortLevels: ['medium', 'high', 'xhigh'], toolsNeedEffortNone: false },
  },
  {
    match: /^gpt-5(?:\.\d)?-chat/,
    facts: { context: 128_000, maxOutput: 16_384, effortLevels: ['medium'], toolsNeedEffortNone: false },
  },
  {
    match: /^gpt-5-chat/,
    facts: { effortLevels: NO_EFFORT, sampling: 'full', stopMax: 4, tools: false, structured: 'none' },
  },
  { match: /^gpt-5\.3-chat/, facts: { effortLevels: NO_EFFORT } },
  { match: /^gpt-6(?:$|[.-])/, facts: { effortLevels: UP_TO_MAX } },
  { match: /^gpt-6(?:-sol|-luna|\.1-terra)/, facts: { effortLevels: ['none', ...UP_TO_MAX] } },

  {
    match: /^gpt-oss-/,
    facts: { context: 131_072, effortLevels: UP_TO_HIGH, images: 'none', pdf: false },
  },
];
