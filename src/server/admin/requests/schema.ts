import { type Static, Type } from '@sinclair/typebox';
import { Decision } from '../decision.ts';
import { Fields, Moment, Nullable, Usd } from '../schema.ts';

/** How requests end: by the gateway's own words, and `killed`, which is the ledger's. */
export const ENDS = [
  'answered',
  'refused',
  'upstream_error',
  'upstream_cut',
  'client_abort',
  'interrupted',
  'failed',
  'replayed',
  'killed',
] as const;

const Name = Type.Optional(Type.String({ minLength: 1, maxLength: 1000 }));
const When = Type.Optional(
  Type.String({
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,3})?)?Z)?$',
    examples: ['2027-01-31', '2027-01-31T18:00:00Z'],
    'x-expected': 'a UTC day or time such as 2027-01-31 or 2027-01-31T18:00:00Z',
  }),
);
const RequestId = Type.String({
  pattern: '^req_th_[0-9a-f]{32}$',
  'x-expected': 'the id of a request, req_th_ and 32 hex digits',
});

export const RequestsQuery = Fields({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  before: Type.Optional(RequestId),
  id: Type.Optional(RequestId),
  account: Name,
  key: Name,
  model: Name,
  provider: Name,
  outcome: Type.Optional(Type.Union(ENDS.map((end) => Type.Literal(end)))),
  state: Type.Optional(
    Type.Union([Type.Literal('ok'), Type.Literal('failed')], {
      description: 'ok: the whole answer was sent; failed: anything else.',
    }),
  ),
  since: When,
  until: When,
});
export type RequestsQuery = Static<typeof RequestsQuery>;

const Text = Nullable(Type.String());
const Milliseconds = Nullable(Type.Number());

/** What is null is known to the process alone that served it, and forgotten with it. */
const ROW = {
  id: Type.String(),
  at: Moment,
  settled: Type.Boolean({ description: 'Whether it has its entry in the ledger.' }),
  account: Text,
  key: Text,
  key_name: Text,
  model: Text,
  provider: Text,
  upstream_model: Text,
  shape: Nullable(Type.Union([Type.Literal('openai'), Type.Literal('anthropic')])),
  stream: Nullable(Type.Boolean()),
  status: Nullable(Type.Integer()),
  outcome: Type.String(),
  attempts: Type.Integer(),
  input_tokens: Type.Integer(),
  output_tokens: Type.Integer(),
  cost_usd: Nullable(Usd),
  estimated: Type.Boolean(),
  duration_ms: Milliseconds,
  first_byte_ms: Milliseconds,
  steering: Text,
  error_code: Text,
};

export const RequestRow = Fields(ROW);
export type RequestRow = Static<typeof RequestRow>;

export const Requests = Fields({
  rows: Type.Array(RequestRow),
  next: Nullable(
    Type.String({ description: 'As `before` of the page that follows, which may be empty though more follow.' }),
  ),
  searched_to: Nullable(
    Type.String({ format: 'date-time', description: 'How far back was looked; null: all the way.' }),
  ),
  live_since: Type.String({
    format: 'date-time',
    description: 'Of what this process served since, everything is known; of the rest what the ledger keeps.',
  }),
});
export type Requests = Static<typeof Requests>;

const Usage = Fields({
  input_tokens: Type.Integer(),
  output_tokens: Type.Integer(),
  cache_read_tokens: Type.Integer(),
  cache_write_tokens: Type.Integer(),
  reasoning_tokens: Type.Integer(),
  cache_write_1h_tokens: Type.Optional(Type.Integer()),
  input_audio_tokens: Type.Optional(Type.Integer()),
  input_image_tokens: Type.Optional(Type.Integer()),
  output_audio_tokens: Type.Optional(Type.Integer()),
  server_tool_uses: Type.Optional(Type.Integer()),
});
export type UsageAmounts = Static<typeof Usage>;

export const Attempt = Fields({
  kind: Type.Literal('attempt'),
  provider: Type.String(),
  upstream_model: Type.String(),
  started_ms: Milliseconds,
  took_ms: Milliseconds,
  result: Type.String({ description: '`answered`, or the code of what went wrong.' }),
  may_cost: Type.Boolean({ description: 'Whether its provider may charge for it although it came to nothing.' }),
  usage: Nullable(Usage),
  cost_usd: Nullable(Usd),
});
export type Attempt = Static<typeof Attempt>;

export const CostLine = Fields({
  kind: Type.String(),
  tokens: Type.Optional(Type.Integer()),
  count: Type.Optional(Type.Integer({ description: 'Of what is charged by use.' })),
  usd_per_million: Type.Optional(Usd),
  usd_each: Type.Optional(Usd),
  nano_exact: Type.String({ description: 'Nano-dollars, as many decimals as there are.', examples: ['14400.5'] }),
  note: Type.Optional(Type.String()),
});
export type CostLine = Static<typeof CostLine>;

export const Rounding = Fields({
  exact_usd: Type.String({ description: 'The sum of the lines, all fifteen decimals.' }),
  rounded_usd: Usd,
  capped_by_hold: Type.Boolean({ description: 'What was cut off is never dearer than what was held for it.' }),
  waived: Type.Boolean({ description: 'Nothing is charged: no answer came of it, or an empty one.' }),
});
export type Rounding = Static<typeof Rounding>;

export const RequestDetail = Fields({
  ...ROW,
  timeline: Type.Array(Attempt),
  held_usd: Nullable(Usd),
  charged_usd: Nullable(Usd),
  cost_lines: Type.Array(CostLine),
  rounding: Nullable(Rounding),
  price_version: Text,
  usage: Nullable(Usage),
  steering: Fields({ applied: Text, tokens: Type.Integer({ description: 'Added to the prompt, and not charged.' }) }),
  decision: Nullable(Decision),
  warnings: Type.Array(Type.String()),
  oddities: Type.Record(Type.String(), Type.Integer()),
  finish_reason: Text,
  replay_of: Text,
  trace_id: Text,
  detail: Type.Union([Type.Literal('full'), Type.Literal('ledger')]),
});
export type RequestDetail = Static<typeof RequestDetail>;
