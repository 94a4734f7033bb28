import { Type } from '@sinclair/typebox';
import { PRESET_NAMES } from './presets.ts';
import { Duration, Secret, Section } from './schema-kinds.ts';

const Timeouts = Section(
  {
    connect: Type.Optional(
      Duration({ 'x-positive': true, description: 'To open the connection.', default: '5s', examples: ['2s'] }),
    ),
    first_byte: Type.Optional(
      Duration({
        'x-positive': true,
        description: 'From the request to the first byte of the answer.',
        default: '120s',
        examples: ['30s'],
      }),
    ),
    idle: Type.Optional(
      Duration({
        'x-positive': true,
        description: 'Longest silence within an answer.',
        default: '120s',
        examples: ['60s'],
      }),
    ),
    total: Type.Optional(
      Duration({ 'x-positive': true, description: 'The whole exchange.', default: '30m', examples: ['1h'] }),
    ),
  },
  { description: 'Deadlines of one upstream try.' },
);

const Dialect = Section(
  {
    auth: Type.Optional(
      Type.Union([Type.Literal('bearer'), Type.Literal('x-api-key'), Type.Literal('api-key'), Type.Literal('none')], {
        description:
          'Header the key goes out in: `authorization: Bearer`, `x-api-key` or `api-key`. ' +
          'Left out: the one of the preset, else `bearer` for the shape openai and `x-api-key` for anthropic.',
        examples: ['bearer'],
      }),
    ),
    max_tokens_field: Type.Optional(
      Type.Union([Type.Literal('max_tokens'), Type.Literal('max_completion_tokens')], {
        description: 'Member of an OpenAI-shaped request that limits the answer.',
        default: 'max_tokens',
        examples: ['max_completion_tokens'],
      }),
    ),
    reasoning_out: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z][a-z0-9_]*$', description: 'Name of a member.' }), {
        description: 'Members of an OpenAI-shaped message that carry reasoning, in the order they are looked at.',
        default: ['reasoning_content', 'reasoning'],
        examples: [['reasoning_content']],
      }),
    ),
    usage_in_stream: Type.Optional(
      Type.Boolean({
        description: 'Whether the server takes `stream_options.include_usage`; off for servers that refuse it.',
        default: true,
        examples: [false],
      }),
    ),
    eof_without_done: Type.Optional(
      Type.Union([Type.Literal('error'), Type.Literal('ok')], {
        description: 'A stream that ends with neither a finish reason nor `[DONE]`: a failure, or a finished answer.',
        default: 'error',
        examples: ['ok'],
      }),
    ),
  },
  { description: 'How this server differs from the shape it speaks.' },
);

export const Provider = Section(
  {
    preset: Type.Optional(
      Type.Union(
        PRESET_NAMES.map((name) => Type.Literal(name)),
        {
          description:
            'A vendor that is known already: fills `shape`, `base_url` and `dialect`. Any field beside it overrides it.',
          examples: ['openai'],
        },
      ),
    ),
    shape: Type.Optional(
      Type.Union([Type.Literal('openai'), Type.Literal('anthropic')], {
        description: 'What the server speaks: `/chat/completions` (openai) or `/v1/messages` (anthropic).',
        examples: ['openai'],
      }),
    ),
    base_url: Type.Optional(
      Type.String({
        'x-kind': 'base-url',
        description: "As that shape's official SDK takes it: openai with `/v1`, anthropic without.",
        examples: ['http://127.0.0.1:9101/v1', 'https://api.anthropic.com'],
      }),
    ),
    api_key: Type.Optional(
      Secret({
        description:
          'The key the server knows us by; write a reference, not the key itself. Left out beside a preset: ' +
          "the vendor's well-known variable, unless `base_url` is set too (a key never goes to a host it was not meant for).",
        examples: ['${OPENAI_API_KEY}', '${file:/run/secrets/openai}', '${cred:openai}'],
      }),
    ),
    api_keys: Type.Optional(
      Type.Array(Secret({ description: 'One key.' }), {
        minItems: 1,
        description: 'Several keys, used in turn; instead of `api_key`.',
        examples: [['${KEY_A}', '${KEY_B}']],
      }),
    ),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.String({ description: 'The value.', 'x-secret': true }), {
        description: 'Headers added to every request to this server.',
        examples: [{ 'x-team': 'blue' }],
      }),
    ),
    timeouts: Type.Optional(Timeouts),
    dialect: Type.Optional(Dialect),
    pace: Type.Optional(
      Duration({
        description: 'Only with `preset: demo`: the pause between two pieces of an answer.',
        default: '20ms',
        examples: ['0ms'],
      }),
    ),
  },
  { description: 'One model server, or one account at a vendor.' },
);

export const PROVIDER_NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]*$';

export const Providers = Type.Record(Type.String({ pattern: PROVIDER_NAME_PATTERN }), Provider, {
  additionalProperties: false,
  description:
    'The model servers, by a name of your choice. Left out: the built-in `demo`, and every preset whose key is in the environment.',
});
