import { Type } from '@sinclair/typebox';
import { OverridingDialect } from './schema-dialect.ts';
import { Choice, Section, Usd } from './schema-kinds.ts';

const Price = Section(
  {
    input: Usd({ description: 'Input tokens that were not cached.', examples: [1.2] }),
    output: Usd({ description: 'Output tokens.', examples: [6] }),
    cache_read: Type.Optional(
      Usd({ description: 'Input tokens read from a cache. Left out: the price of input.', examples: [0.24] }),
    ),
    cache_write: Type.Optional(
      Usd({ description: 'Input tokens written to a cache. Left out: the price of input.', examples: [1.5] }),
    ),
    cache_write_1h: Type.Optional(
      Usd({
        description: 'Input tokens written to a cache that keeps them for an hour. Left out: the price of cache_write.',
        examples: [2.4],
      }),
    ),
    reasoning: Type.Optional(
      Usd({ description: 'Output tokens that are thought. Left out: the price of output.', examples: [6] }),
    ),
    web_search: Type.Optional(
      Usd({ description: 'US dollars for each search the vendor made. Left out: nothing.', examples: [0.01] }),
    ),
    request: Type.Optional(Usd({ description: 'US dollars for each request. Left out: nothing.', examples: [0.005] })),
  },
  {
    description:
      "US dollars per million tokens, at most 9 decimals. Left out: the vendor's list price where it is known and " +
      '`known_prices` of the provider is not false; else requests cost nothing.',
  },
);

const Target = Section(
  {
    provider: Type.String({ description: 'Name of a provider.', examples: ['openrouter'] }),
    model: Type.String({
      minLength: 1,
      description: 'What that server calls the model. `*` takes what the glob of the id matched.',
      examples: ['qwen/qwen3-max', '*'],
    }),
    weight: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: 'Share among targets of the same priority, under the policy `weight`.',
        default: 1,
        examples: [3],
      }),
    ),
    priority: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Lower is tried first.', default: 0, examples: [1] }),
    ),
    price: Type.Optional(
      Type.Object(Price.properties, {
        additionalProperties: false,
        description:
          "What an answer of this target costs. Left out: the model's `price`, then the vendor's list price.",
        'x-same-as': ['models', '*', 'price'],
      }),
    ),
    dialect: Type.Optional(OverridingDialect('How the model differs in this place alone; stands above all else.')),
  },
  { description: 'One place that serves the model.' },
);

export const Model = Section(
  {
    targets: Type.Array(Target, {
      minItems: 1,
      description: 'Tried in order of priority; within one priority, by `policy`.',
    }),
    policy: Type.Optional(
      Choice(['weight', 'latency', 'cost'], {
        description:
          'How targets of one priority are chosen among. weight: by their shares; where no target names one, those ' +
          "that speak the client's shape first. latency: the faster one of two drawn at random. cost: by price.",
        default: 'weight',
        examples: ['latency'],
      }),
    ),
    hedge: Type.Optional(
      Type.Boolean({
        description:
          'Whether the next target is asked as well when the first has not begun to answer after a time in which 95 % of ' +
          'its last hundred answers had begun; the first answer counts, the other request is dropped, and may cost you. ' +
          'Counts towards `retry`. For streams this puts off the status line until the first content, up to `server.heartbeat`.',
        default: false,
        examples: [true],
      }),
    ),
    aliases: Type.Optional(
      Type.Array(Type.String({ 'x-kind': 'model-id', minLength: 1, description: 'Another id.' }), {
        description: 'Other ids of the same model.',
        default: [],
        examples: [['fast', 'gpt-4o-mini']],
      }),
    ),
    price: Type.Optional(Price),
    context: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Context window, in tokens. Left out: what is known of the model.',
        examples: [262144],
      }),
    ),
    max_output: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'Longest answer, in tokens; a request for more is lowered to it where it crosses to the other shape. ' +
          'Left out: what is known of the model.',
        examples: [32768],
      }),
    ),
    tools: Type.Optional(Type.Boolean({ description: 'Whether the model calls tools.', examples: [true] })),
    vision: Type.Optional(Type.Boolean({ description: 'Whether the model reads images.', examples: [false] })),
    dialect: Type.Optional(
      OverridingDialect("How this model differs wherever it is served; stands above its providers' `dialect`."),
    ),
  },
  { description: 'One model id, and where it is served.' },
);

export const Models = Type.Record(Type.String(), Model, {
  description:
    'The model ids clients may ask for. An id may hold one `*`. Left out: `NAME/*` for every provider, and ' +
    '`tokenharbor/demo` for the demo.',
});

export const Retry = Section(
  {
    attempts: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10,
        description: 'Upstream tries one request may take, the first included.',
        default: 3,
        examples: [2],
      }),
    ),
    budget: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'Further tries may be at most this share of the requests to a provider, so that an outage is not made worse; ' +
          'a few more are always allowed (ten at the same target, a hundred elsewhere), unless this is 0.',
        default: 0.2,
        examples: [0.1],
      }),
    ),
  },
  { description: 'What follows a failed upstream try.' },
);
