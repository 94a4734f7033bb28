import type { Breaker } from '../gateway/routing/breaker.ts';
import type { Catalogue } from '../gateway/routing/catalogue.ts';
import type { BreakerStanding, BreakerState } from '../telemetry/metrics/sources.ts';

/** How the breakers of all targets stand. Of what stands for several models, such as a glob, the worst is told. */
export function breakerStandings(catalogue: Catalogue, now: number): readonly BreakerStanding[] {
  const found = new Map<string, BreakerStanding>();
  for (const { target, configuredModel } of catalogue.targets()) {
    const { health, provider } = target;
    const state = Math.max(stateOf(health.breaker, now), stateOf(health.provider.breaker, now)) as BreakerState;
    const id = `${provider.name}\n${configuredModel}`;
    const known = found.get(id);
    if (known === undefined || known.state < state) {
      found.set(id, { provider: provider.name, target: configuredModel, state });
    }
  }
  return [...found.values()];
}

function stateOf(breaker: Breaker, now: number): BreakerState {
  if (!breaker.isOpen) return 0;
  return now >= breaker.untilMs ? 1 : 2;
}
