import { type TSchema, Type } from '@sinclair/typebox';
import { DATA_ERRORS } from '../error-meanings.ts';
import { TAKES } from '../model-facts.ts';
import { Count, Nullable, Open, ref, Usd, Words } from './schema-kinds.ts';

const instant = (description?: string) =>
  Type.String({ format: 'date-time', ...(description === undefined ? {} : { description }) });

const Price = Open(
  {
    input: Usd(),
    output: Usd(),
    cache_read: Usd(),
    cache_write: Usd(),
    cache_write_1h: Type.Optional(Usd('Where it is not that of cache_write.')),
    reasoning: Type.Optional(Usd('Where it is not that of output.')),
    web_search: Type.Optional(Usd('For each search.')),
    request: Type.Optional(Usd('For each request.')),
  },
  'US dollars for a million tokens, unless it says otherwise, as decimal text.',
);

const Model = Open({
  id: Type.String(),
  object: Words(['model']),
  created: Type.Integer({ description: 'Unix seconds.' }),
  owned_by: Type.String(),
  type: Words(['model']),
  display_name: Type.String(),
  created_at: instant(),
  max_input_tokens: Nullable(Count(), 'Tokens of prompt and answer together, where that is known.'),
  max_tokens: Nullable(Count(), 'The longest answer, in tokens, where that is known.'),
  capabilities: Type.Null(),
  lifecycle: Type.String(),
  takes: Type.Array(Words(TAKES), { description: 'What it takes besides text.' }),
  price: Nullable(
    ref('Price'),
    'Where it has one. Of several targets with prices of their own it is that of the first.',
  ),
});

const page = (item: string, more: Record<string, TSchema> = {}) =>
  Open({ object: Words(['list']), data: Type.Array(ref(item)), ...more });

const ModelPage = page('Model', {
  has_more: Type.Boolean(),
  first_id: Nullable(Type.String()),
  last_id: Nullable(Type.String()),
});

const Directive = Open({
  name: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  text: Type.String({ description: 'What is added, to the last byte.' }),
  digest: Type.String({ description: 'SHA-256 of the text.' }),
  tokens: Count(),
});

const Amounts = {
  requests: Count(),
  input_tokens: Count('Without cached ones.'),
  output_tokens: Count(),
  cache_read_tokens: Count(),
  cache_write_tokens: Count(),
  reasoning_tokens: Count(),
  cost_usd: Usd(),
  estimated: Count('Requests whose usage the gateway estimated.'),
};

const Budget = Open({
  usd: Usd(),
  period: Words(['day', 'week', 'month', 'total']),
  spent_usd: Usd(),
  held_usd: Usd('For requests that are running.'),
  left_usd: Usd(),
  resets_at: Nullable(instant()),
});

const Rates = {
  rpm: Type.Optional(Nullable(Count('Requests a minute.'))),
  tpm: Type.Optional(Nullable(Count('Tokens a minute.'))),
  concurrency: Type.Optional(Nullable(Count('Requests at a time.'))),
};

const Usage = Open({
  object: Words(['usage']),
  key: Type.String(),
  name: Type.String(),
  account: Type.String(),
  total: Open(Amounts),
  models: Type.Array(Open({ model: Nullable(Type.String()), ...Amounts })),
  limits: Open({
    models: Nullable(Type.Array(Type.String()), 'Globs of the models it may use; null: all.'),
    expires_at: Nullable(instant()),
    ...Rates,
    budget: Nullable(ref('Budget')),
    account: Open({ ...Rates, budget: Nullable(ref('Budget')), balance_usd: Nullable(Usd('Of a prepaid account.')) }),
  }),
});

const RouteExplanation = Open(
  {
    model: Type.String({ description: 'Of th-orchestra: the model it would choose.' }),
    target: Open({ provider: Type.String(), model: Type.String(), shape: Type.String(), crosses: Type.Boolean() }),
    reason: Type.String(),
    needs: Type.Array(Type.String()),
    input_tokens: Count(),
    pool: Type.Optional(Type.String()),
    role: Type.Optional(Type.String()),
    confidence: Type.Optional(Type.Number()),
    score: Type.Optional(Type.Number({ description: 'How much a stronger model would gain.' })),
    steering: Type.Optional(Type.String()),
  },
  'Where a request would go, and why.',
);

const unique = (words: readonly string[]) => [...new Set(words)].toSorted();

const OpenAIError = Open({
  error: Open({
    message: Type.String(),
    type: Words(
      unique(DATA_ERRORS.map(({ openaiType }) => openaiType)),
      "The gateway's own; a provider's may be another.",
    ),
    param: Nullable(Type.String(), 'The member of the body that is at fault.'),
    code: Nullable(Type.String({ examples: unique(DATA_ERRORS.map(({ openaiCode }) => openaiCode)) })),
  }),
});

const AnthropicError = Open({
  type: Words(['error']),
  error: Open({
    type: Type.String({ examples: unique(DATA_ERRORS.map(({ anthropicType }) => anthropicType)) }),
    message: Type.String(),
  }),
  request_id: Type.String(),
});

/** The schemas of the gateway's own documents and errors, by their names in the document. */
export const GATEWAY_SCHEMAS = {
  Model,
  ModelPage,
  Price,
  Directive,
  DirectivePage: page('Directive'),
  Usage,
  Budget,
  RouteExplanation,
  Health: Open({ status: Words(['ok', 'unavailable']) }),
  Service: Open({
    name: Type.String(),
    endpoints: Type.Array(Type.String()),
    docs: Type.Optional(Type.String()),
    openapi: Type.Optional(Type.String()),
  }),
  OpenAIError,
  AnthropicError,
} satisfies Readonly<Record<string, TSchema>>;
