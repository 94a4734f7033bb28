import { Type } from '@sinclair/typebox';
import { Choice, Flag, Names } from './schema-kinds.ts';

/** What tools, their calls and their results may look like. */
export const TOOLS = {
  tool_id: Type.Optional(
    Choice(['any', 'anthropic', 'mistral9'], {
      description:
        'Ids of tool calls that are taken: any, letters, digits, `_` and `-` (`anthropic`, the default of that shape), or nine letters and digits.',
      default: 'any',
      examples: ['mistral9'],
    }),
  ),
  tool_id_max: Type.Optional(
    Type.Integer({
      minimum: 9,
      description: 'Longest id of a tool call; a longer one is replaced by a short one for this server.',
      default: 256,
      examples: [40],
    }),
  ),
  tool_name_max: Type.Optional(
    Type.Integer({
      minimum: 16,
      description: 'Longest name of a tool; a longer one goes out under an alias. Shape anthropic: 128.',
      default: 64,
      examples: [128],
    }),
  ),
  tool_images: Type.Optional(
    Choice(['parts', 'user'], {
      description:
        'Images in a tool result: in the tool message (`parts`), or in a user message behind it. Shape anthropic: `parts`.',
      default: 'user',
      examples: ['parts'],
    }),
  ),
  parallel_tools: Flag({
    description: 'Whether `parallel_tool_calls` is taken.',
    default: true,
    examples: [false],
  }),
  server_tools: Type.Optional(
    Names('^[a-z][a-z0-9_]*$', {
      description: 'Tools the server runs itself; a request for another one is refused.',
      default: [],
      examples: [['web_search']],
    }),
  ),
};
