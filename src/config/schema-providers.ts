import { Type } from '@sinclair/typebox';
import { PRESET_NAMES } from './presets.ts';
import { Dialect } from './schema-dialect.ts';
import { Duration, Flag, Secret, Section } from './schema-kinds.ts';

const Timeouts = Section(
  {
    connect: Type.Optional(
      Duration({
        'x-positive': true,
        description:
          'To open the connection. A provider that has not answered and that nobody can connect to within this time is ' +
          'given up; one that is only slow is waited for. Looked at every quarter of a second.',
        default: '5s',
        examples: ['2s'],
      }),
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
    trace_context: Flag({
      description:
        'Whether the server is told the trace a request belongs to (`traceparent`), so that its own spans join ours. ' +
        'Only while `telemetry.otlp` sends traces. Not for vendors: it tells them which requests belong together.',
      default: false,
      examples: [true],
    }),
    known_prices: Flag({
      description:
        "Whether the vendor's list prices, as far as they are known, hold for models that have no `price`. Left out: where the base URL " +
        "is the preset's own. `false` where the contract is another, `true` where the base URL only leads to the vendor.",
      examples: [false],
    }),
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
