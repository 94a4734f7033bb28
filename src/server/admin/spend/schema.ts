import { type Static, Type } from '@sinclair/typebox';
import { Fields, Nullable, Usd } from '../schema.ts';

const Day = Type.String({
  pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
  examples: ['2027-01-31'],
  'x-expected': 'a UTC day such as 2027-01-31',
});
const Name = Type.Optional(Type.String({ minLength: 1, maxLength: 1000 }));

export const SpendQuery = Fields({
  by: Type.Optional(
    Type.String({
      pattern: '^(day|account|key|model|provider)(,(day|account|key|model|provider))*$',
      description: 'What to keep apart: day, account, key, model, provider, or several with commas; else one row.',
      'x-expected': 'day, account, key, model or provider, or several with commas',
    }),
  ),
  since: Type.Optional(Day),
  until: Type.Optional(Type.String({ ...Day, description: 'The last day, and with it.' })),
  account: Name,
  key: Name,
  model: Name,
  provider: Name,
  format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('csv')])),
});
export type SpendQuery = Static<typeof SpendQuery>;

const AMOUNTS = {
  requests: Type.Integer(),
  input_tokens: Type.Integer({ description: 'Without those that were cached.' }),
  output_tokens: Type.Integer(),
  cache_read_tokens: Type.Integer(),
  cache_write_tokens: Type.Integer(),
  reasoning_tokens: Type.Integer({ description: 'Of the output.' }),
  cost_usd: Usd,
  estimated: Type.Integer({ description: 'Requests whose usage is a count of the gateway.' }),
};

export const SpendRow = Fields({
  day: Type.Optional(Type.String()),
  account: Type.Optional(Type.String()),
  key: Type.Optional(Type.String()),
  key_name: Type.Optional(Nullable(Type.String())),
  model: Type.Optional(Type.String()),
  provider: Type.Optional(Nullable(Type.String({ description: 'Null: nobody was asked.' }))),
  ...AMOUNTS,
});
export type SpendRow = Static<typeof SpendRow>;

export const Spend = Fields({
  since: Type.String(),
  until: Type.String(),
  by: Type.Array(Type.String()),
  rows: Type.Array(SpendRow),
  total: Fields(AMOUNTS),
  forecast: Nullable(
    Fields(
      { month: Type.String(), spent_usd: Usd, expected_usd: Usd, days_left: Type.Integer() },
      { description: 'Of this month, where it is asked for from its first day up to today or later.' },
    ),
  ),
});
export type Spend = Static<typeof Spend>;
