import { type Static, Type } from '@sinclair/typebox';
import type { Breaker } from '../../gateway/routing/breaker.ts';
import type { Catalogue, Target } from '../../gateway/routing/catalogue.ts';
import { Fields, Moment, Nullable } from './schema.ts';

export const BreakerStanding = Fields({
  state: Type.Union([Type.Literal('closed'), Type.Literal('half_open'), Type.Literal('open')], {
    description: 'Whether requests are sent there: closed they are, half_open one is to see, open none.',
  }),
  failures: Type.Integer({ description: 'In a row, up to now.' }),
  retry_at: Nullable(Moment),
});

type Standing = Static<typeof BreakerStanding>;

export const NamedBreaker = Fields({
  provider: Type.String(),
  model: Type.String({ description: 'As the provider knows it.' }),
  ...BreakerStanding.properties,
});

/** Moments on the breakers' clock and on the wall's. */
export interface Clocks {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export function readClocks(): Clocks {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}

const SEVERITY = { closed: 0, half_open: 1, open: 2 } as const;

/** How a target stands: by its own breaker or by its provider's, whichever is worse. */
export function standingOf({ health }: Target, clocks: Clocks): Standing {
  return worstOf(oneStanding(health.breaker, clocks), oneStanding(health.provider.breaker, clocks));
}

export function worstOf(a: Standing, b: Standing): Standing {
  return SEVERITY[b.state] > SEVERITY[a.state] ? b : a;
}

/** Of every target that requests may be sent to, the worst first; of globs those that were asked for lately. */
export function listBreakers(catalogue: Catalogue, clocks: Clocks, most: number): Static<typeof NamedBreaker>[] {
  const found = new Map<string, Static<typeof NamedBreaker>>();
  for (const { target } of catalogue.targets()) {
    const { provider, model, health } = target;
    if (!found.has(health.id)) found.set(health.id, { provider: provider.name, model, ...standingOf(target, clocks) });
  }
  const worstFirst = [...found.values()].sort((a, b) => SEVERITY[b.state] - SEVERITY[a.state]);
  return worstFirst.slice(0, most);
}

function oneStanding(breaker: Breaker, { monotonicMs, wallMs }: Clocks): Standing {
  const { isOpen, untilMs, failures } = breaker;
  if (!isOpen) return { state: 'closed', failures, retry_at: null };
  const retryAt = new Date(wallMs + untilMs - monotonicMs).toISOString();
  return { state: monotonicMs >= untilMs ? 'half_open' : 'open', failures, retry_at: retryAt };
}
