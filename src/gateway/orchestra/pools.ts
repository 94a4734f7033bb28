import type { Model } from '../routing/catalogue.ts';
import { POOLS, POOLS_OF_ROLE, type PoolName, type Role } from './role.ts';

/** The models of each pool, in the order they were written. A pool without models is not there. */
export type Pools = ReadonlyMap<PoolName, readonly Model[]>;

/** One pool. */
export interface Pool {
  readonly name: PoolName;
  readonly models: readonly Model[];
}

/**
 * The pools a role is served from, its own first, then those of related roles, then all others: as long as there is a
 * model at all, no role is without one.
 */
export function poolsFor(role: Role, pools: Pools): readonly Pool[] {
  const names = new Set<PoolName>([...POOLS_OF_ROLE[role], 'chat', ...POOLS]);
  return [...names].flatMap((name) => {
    const models = pools.get(name) ?? [];
    return models.length === 0 ? [] : [{ name, models }];
  });
}

/** Every model of all pools, each once. */
export function modelsOf(pools: Pools): readonly Model[] {
  return [...new Set([...pools.values()].flat())];
}
