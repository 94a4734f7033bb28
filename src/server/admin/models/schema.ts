import { type Static, Type } from '@sinclair/typebox';
import { BreakerStanding } from '../breaker-list.ts';
import { Decision } from '../decision.ts';
import { Fields, Moment, Nullable } from '../schema.ts';

const Amount = Type.String({ examples: ['1.2'] });

const Price = Fields(
  {
    input: Amount,
    output: Amount,
    cache_read: Amount,
    cache_write: Amount,
    cache_write_1h: Type.Optional(Amount),
    reasoning: Type.Optional(Amount),
    web_search: Type.Optional(Amount),
    request: Type.Optional(Amount),
  },
  { description: 'US dollars per million tokens, but for web_search and request: each.' },
);
export type Price = Static<typeof Price>;

const PriceSource = Fields({
  kind: Type.Union([Type.Literal('config'), Type.Literal('built-in'), Type.Literal('list')]),
  preset: Type.Optional(Type.String({ description: 'Whose list it is in.' })),
  as_of: Type.Optional(Type.String()),
  source: Type.Optional(Type.String({ description: 'Where the vendor states it.' })),
  up_to_input_tokens: Type.Optional(Type.Integer()),
  note: Type.Optional(Type.String()),
});
export type PriceSource = Static<typeof PriceSource>;

const Percentiles = Nullable(
  Fields(
    { p50: Type.Number(), p95: Type.Number(), requests: Type.Integer() },
    { description: 'To the first byte, of what this process remembers.' },
  ),
);

const Target = Fields({
  provider: Type.String(),
  model: Type.String(),
  weight: Type.Number(),
  priority: Type.Integer(),
  price: Nullable(Price),
  price_source: Nullable(PriceSource),
  breaker: BreakerStanding,
  first_byte_ms: Percentiles,
});
export type Target = Static<typeof Target>;

const Model = Fields({
  id: Type.String(),
  alias_of: Nullable(Type.String()),
  glob: Type.Boolean({
    description: 'It stands for all ids that match it; what is not known before one is named is null.',
  }),
  shapes: Type.Array(Type.String(), { description: 'That its providers speak; clients may use either.' }),
  policy: Type.String(),
  price: Nullable(Price, { description: 'Of the first target.' }),
  price_source: Nullable(PriceSource),
  context: Nullable(Type.Integer()),
  max_output: Nullable(Type.Integer()),
  tools: Type.Boolean(),
  vision: Type.Boolean(),
  targets: Type.Array(Target, { description: 'In the order they are tried in, by priority.' }),
});
export type Model = Static<typeof Model>;

export const Models = Fields({
  models: Type.Array(Model),
  orchestra: Fields({
    served: Type.Boolean(),
    quality: Type.Number(),
    pools: Type.Record(Type.String(), Type.Array(Type.String())),
    recent: Type.Array(
      Fields({
        at: Moment,
        id: Type.String(),
        ...Decision.properties,
        steering: Type.String(),
      }),
    ),
  }),
});
export type Models = Static<typeof Models>;
