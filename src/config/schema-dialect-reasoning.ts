import { Type } from '@sinclair/typebox';
import { Choice, Choices, Flag } from './schema-kinds.ts';

/** How a model is made to think, and what becomes of its thoughts. */
export const REASONING = {
  thinking: Type.Optional(
    Choice(['none', 'budget', 'both', 'adaptive', 'always'], {
      description:
        'How an Anthropic-shaped model thinks: not at all, by `budget_tokens`, by effort (`adaptive`), either way (`both`), or `always`. Shape anthropic: `budget`.',
      default: 'none',
      examples: ['adaptive'],
    }),
  ),
  effort_levels: Type.Optional(
    Choices(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'], {
      description: 'Efforts the model knows; another one becomes the nearest of these. Empty: none is sent.',
      default: [],
      examples: [['low', 'medium', 'high']],
    }),
  ),
  think_switch: Type.Optional(
    Choice(['none', 'reasoning_effort', 'thinking', 'enable_thinking', 'chat_template_kwargs', 'reasoning'], {
      description:
        'Member of an OpenAI-shaped request that turns reasoning on and off. ' +
        'Left out: `reasoning_effort` where `effort_levels` names some, else `none`.',
      default: 'none',
      examples: ['enable_thinking'],
    }),
  ),
  think_budget: Type.Optional(
    Choice(['none', 'thinking_budget', 'thinking_budget_tokens', 'reasoning'], {
      description:
        'Member of an OpenAI-shaped request that takes a budget of reasoning tokens; `reasoning`: its `max_tokens`.',
      default: 'none',
      examples: ['thinking_budget'],
    }),
  ),
  reasoning_in: Type.Optional(
    Choice(['none', 'reasoning_content', 'reasoning', 'reasoning_details'], {
      description: 'Member of an assistant message in which earlier reasoning goes back to an OpenAI-shaped server.',
      default: 'none',
      examples: ['reasoning_content'],
    }),
  ),
  reasoning_echo: Type.Optional(
    Choice(['forbid', 'ignore', 'tool_turns', 'always'], {
      description:
        'When earlier reasoning goes back: it is refused, of no use, needed in turns that call tools, or in every turn.',
      default: 'ignore',
      examples: ['tool_turns'],
    }),
  ),
  forced_tool_with_thinking: Flag({
    description: 'Whether a forced tool choice is taken while the model thinks. Shape anthropic: `false`.',
    default: true,
    examples: [false],
  }),
  tools_need_effort_none: Flag({
    description:
      'Function tools are refused unless `reasoning_effort` is `none`: it is then sent whatever was asked for.',
    default: false,
    examples: [true],
  }),
};
