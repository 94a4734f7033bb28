import type { Effort } from '../../protocol/transcode/capabilities.ts';
import type { ModelFacts } from './model-facts.ts';

const UP_TO_HIGH: readonly Effort[] = ['low', 'medium', 'high'];
const UP_TO_MAX: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max'];

/** An answer of these models holds their thoughts too. */
const THINKING_BY_EFFORT = { context: 1_000_000, maxOutput: 128_000, defaultMaxOutput: 32_000 } as const;

/** From these on a budget is a 400, and so is any temperature, top_p or top_k but the default. */
const BY_EFFORT_ALONE =
  /^claude-(?:opus-4[.-][78](?!\d)|mythos-preview|(?:opus|sonnet|haiku|fable|mythos)-(?:[5-9]|\d\d))/;
const OPUS_OR_SONNET_4 = /^claude-(?:opus|sonnet)-4(?:[.-]0)?(?:$|[@-]\d{8})/;
const OPUS_OR_SONNET_4_6 = /^claude-(?:opus|sonnet)-4[.-]6(?!\d)/;

/** Thinking and structure are said of Anthropic's shape alone: what serves Claude in OpenAI's has its own ways. */
export const CLAUDE_FACTS: readonly ModelFacts[] = [
  { match: /^claude-/, facts: { images: 'url', pdf: true, temperatureMax: 1 } },

  { match: /^claude-3-(?:opus|sonnet|haiku)/, facts: { context: 200_000, maxOutput: 4096 } },
  { match: /^claude-3[.-]5-/, facts: { context: 200_000, maxOutput: 8192 } },
  { match: /^claude-3(?:[.-]5)?-[a-z]/, shape: 'anthropic', facts: { thinking: 'none', structured: 'none' } },
  { match: /^claude-3[.-]7-/, facts: { context: 200_000, maxOutput: 64_000 } },
  { match: /^claude-3[.-]7-/, shape: 'anthropic', facts: { structured: 'none' } },

  { match: OPUS_OR_SONNET_4, facts: { context: 200_000, maxOutput: 64_000 } },
  { match: OPUS_OR_SONNET_4, shape: 'anthropic', facts: { structured: 'none' } },
  { match: /^claude-opus-4(?:$|[@-]|[.-][01])/, facts: { maxOutput: 32_000 } },
  {
    match: /^claude-(?:opus-4[.-]1|(?:opus|sonnet|haiku)-4[.-]5)(?!\d)/,
    facts: { context: 200_000, sampling: 'one' },
  },
  { match: /^claude-(?:opus|sonnet|haiku)-4[.-]5(?!\d)/, facts: { maxOutput: 64_000 } },
  { match: /^claude-opus-4[.-]5(?!\d)/, shape: 'anthropic', facts: { effortLevels: UP_TO_HIGH } },

  { match: OPUS_OR_SONNET_4_6, facts: { ...THINKING_BY_EFFORT, sampling: 'one', prefill: 'none' } },
  {
    match: OPUS_OR_SONNET_4_6,
    shape: 'anthropic',
    facts: { thinking: 'both', effortLevels: [...UP_TO_HIGH, 'max'] },
  },

  { match: BY_EFFORT_ALONE, facts: { ...THINKING_BY_EFFORT, sampling: 'none', prefill: 'none' } },
  { match: BY_EFFORT_ALONE, shape: 'anthropic', facts: { thinking: 'adaptive', effortLevels: UP_TO_MAX } },
  {
    match: /^claude-(?:opus-4[.-]8(?!\d)|(?:opus|sonnet|haiku|fable|mythos)-(?:[5-9]|\d\d))/,
    shape: 'anthropic',
    facts: { midSystem: true },
  },
  {
    match: /^claude-(?:(?:opus|sonnet)-5[.-]5(?!\d)|(?:fable|mythos)-5)/,
    shape: 'anthropic',
    facts: { thinking: 'always' },
  },
  // Always thinks, and takes a forced tool choice all the same; its successors do not.
  { match: /^claude-fable-5(?:$|@|-\d{8})/, shape: 'anthropic', facts: { forcedToolWithThinking: true } },
];
