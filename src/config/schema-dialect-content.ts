import { Type } from '@sinclair/typebox';
import { Choice, Flag } from './schema-kinds.ts';

/** What messages may hold, and in which order they may stand. */
export const CONTENT = {
  system: Type.Optional(
    Choice(['one_string', 'parts', 'many'], {
      description:
        'What a system prompt of several texts is sent as: one text, one message of parts, or all of them. Shape anthropic: `many`.',
      default: 'one_string',
      examples: ['parts'],
    }),
  ),
  mid_system: Flag({
    description:
      'Whether a system message may stand among the others; else its text joins the system prompt, because many chat templates refuse one behind the first message.',
    default: false,
    examples: [true],
  }),
  alternate_roles: Flag({
    description: 'Whether two messages of one role in a row are refused: they are then joined.',
    default: false,
    examples: [true],
  }),
  prefill: Type.Optional(
    Choice(['none', 'native', 'prefix', 'partial', 'continue_final'], {
      description:
        'How an assistant message at the end is continued: not at all, as it is, or marked `prefix`, `partial` or `continue_final_message`. Shape anthropic: `native`.',
      default: 'none',
      examples: ['prefix'],
    }),
  ),
  cache: Type.Optional(
    Choice(['none', 'cache_control', 'breakpoint', 'auto'], {
      description:
        'How prompts are cached: `cache_control` on parts, `prompt_cache_breakpoint` on parts, or by `prompt_cache_key` alone (`auto`). Shape anthropic: `cache_control`.',
      default: 'none',
      examples: ['cache_control'],
    }),
  ),
  structured: Type.Optional(
    Choice(['strict', 'schema', 'json_object', 'none'], {
      description:
        'Structured answers: a JSON schema that may be strict, a schema, any JSON object, or none. Shape anthropic: `schema`.',
      default: 'strict',
      examples: ['json_object'],
    }),
  ),
  images: Type.Optional(
    Choice(['none', 'b64', 'url'], {
      description: 'Images: none, only within the request (`b64`), or by URL too.',
      default: 'url',
      examples: ['b64'],
    }),
  ),
  pdf: Flag({ description: 'Whether PDF files are taken.', default: true, examples: [false] }),
};
