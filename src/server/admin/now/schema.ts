import { type Static, Type } from '@sinclair/typebox';
import { NamedBreaker } from '../breaker-list.ts';
import { Fields, Moment, Nullable, Usd } from '../schema.ts';

const Milliseconds = Nullable(Type.Number());
const FirstByte = Fields({ p50: Milliseconds, p95: Milliseconds }, { description: 'To the first byte of an answer.' });

/** How it goes, by the last minute. Every process tells its own. */
const NOW = {
  at: Moment,
  since_at: Type.String({ format: 'date-time', description: 'When this process began to count.' }),
  ready: Type.Boolean(),
  draining: Type.Boolean(),
  workers: Nullable(
    Fields(
      { index: Type.Integer(), count: Type.Integer() },
      { description: 'One of several processes behind one address: what is told is of this one alone.' },
    ),
  ),
  requests_per_second: Type.Number({ description: 'Requests of models that ended, over the last minute.' }),
  errors_per_second: Type.Number({ description: 'Of them, those that the gateway or an upstream failed.' }),
  error_share: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
  first_byte_ms: FirstByte,
  streams_open: Type.Integer(),
  upstream_requests: Type.Integer(),
  ledger: Fields({
    unwritten: Type.Integer({ description: 'Settlements that the store could not take yet.' }),
    open_holds: Type.Integer({ description: 'Requests of this process that are held for and not settled.' }),
    reserved_usd: Usd,
    settled_today_usd: Nullable(Usd, { description: 'By all processes, as of some seconds ago.' }),
    failure: Nullable(Type.String()),
  }),
  breakers: Type.Array(NamedBreaker),
};

export const Series = Fields({
  step_s: Type.Literal(1),
  ends_at: Moment,
  requests: Type.Array(Type.Integer()),
  errors: Type.Array(Type.Integer()),
  p50_ms: Type.Array(Milliseconds),
  p95_ms: Type.Array(Milliseconds),
  streams: Type.Array(Type.Integer()),
});

export const Point = Fields({
  ends_at: Moment,
  requests: Type.Integer(),
  errors: Type.Integer(),
  p50_ms: Milliseconds,
  p95_ms: Milliseconds,
  streams: Type.Integer(),
});

export const NowScalars = Fields(NOW);
export const Now = Fields({ ...NOW, series: Series });
export const NowEvent = Fields({ ...NOW, point: Point });

export type NowScalars = Static<typeof NowScalars>;
export type NowEvent = Static<typeof NowEvent>;
