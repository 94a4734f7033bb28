import { Type } from '@sinclair/typebox';
import { Choice, Flag, Names } from './schema-kinds.ts';

/** How a request as a whole is spelled, and how its answer arrives. */
export const REQUEST = {
  max_tokens_field: Type.Optional(
    Choice(['max_tokens', 'max_completion_tokens'], {
      description: 'Member of an OpenAI-shaped request that limits the answer.',
      default: 'max_tokens',
      examples: ['max_completion_tokens'],
    }),
  ),
  reasoning_out: Type.Optional(
    Names('^[a-z][a-z0-9_]*$', {
      description:
        'Members of an OpenAI-shaped message that carry reasoning, in the order they are looked at. ' +
        '`think_tags` stands for a leading `<think>…</think>` within the content.',
      default: ['reasoning_content', 'reasoning'],
      examples: [['reasoning_content', 'think_tags']],
    }),
  ),
  usage_in_stream: Flag({
    description: 'Whether the server takes `stream_options.include_usage`; off for servers that refuse it.',
    default: true,
    examples: [false],
  }),
  eof_without_done: Type.Optional(
    Choice(['error', 'ok'], {
      description: 'A stream that ends with neither a finish reason nor `[DONE]`: a failure, or a finished answer.',
      default: 'error',
      examples: ['ok'],
    }),
  ),
  stream_only: Flag({
    description: 'The server answers with a stream or not at all: a client that asked for JSON gets it made from one.',
    default: false,
    examples: [true],
  }),
  default_max_output: Type.Optional(
    Type.Integer({
      minimum: 1,
      description:
        'Tokens asked for where the client names no limit and the server insists on one. Shape anthropic: 8192.',
      default: 4096,
      examples: [16384],
    }),
  ),
  sampling: Type.Optional(
    Choice(['full', 'one', 'none'], {
      description:
        'Which of `temperature`, `top_p` and `top_k` are taken: all, only `temperature` or `top_p`, or none but their defaults.',
      default: 'full',
      examples: ['one'],
    }),
  ),
  temperature_max: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      description: 'Highest `temperature`; a higher one is lowered to it. Shape anthropic: 1.',
      default: 2,
      examples: [1.5],
    }),
  ),
  stop_max: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'Stop sequences that are taken; the rest is left out. Shape anthropic: 64.',
      default: 4,
      examples: [1],
    }),
  ),
  user_field: Type.Optional(
    Choice(['user', 'safety_identifier', 'none'], {
      description: 'Member of an OpenAI-shaped request that names the end user; `none`: it is not sent.',
      default: 'user',
      examples: ['none'],
    }),
  ),
  service_tiers: Flag({
    description: 'Whether `service_tier` may be sent; strict servers refuse members they do not know.',
    default: true,
    examples: [false],
  }),
  regions: Type.Optional(
    Names('^\\S+$', {
      description: 'Values of `inference_geo` this server satisfies; a request that pins another one is refused.',
      default: [],
      examples: [['eu', 'us']],
    }),
  ),
  extra_allow: Type.Optional(
    Names('^\\S+$', {
      description: 'Further top-level members of a request that the server takes: they cross as they are.',
      default: [],
      examples: [['top_k', 'min_p']],
    }),
  ),
};
