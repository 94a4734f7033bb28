import type { Context } from './context.ts';

/** The upstream's tier, and whether it is the very same. */
const TIERS: ReadonlyMap<string, readonly [tier: string, isSame: boolean]> = new Map([
  ['auto', ['auto', true]],
  ['default', ['standard_only', true]],
  ['priority', ['auto', false]],
  ['fast', ['auto', false]],
  ['flex', ['standard_only', false]],
  ['scale', ['standard_only', false]],
] as const);

/** Undefined where the client asks for none, or for one that the upstream does not have. */
export function writeServiceTier({ members, warnings }: Context): string | undefined {
  const node = members.get('service_tier');
  if (node === undefined) return undefined;
  const [tier, isSame] = TIERS.get(node.asString()) ?? [undefined, true];
  if (tier === undefined) warnings.add('dropped.service_tier');
  else if (!isSame) warnings.add('approx.service_tier');
  return tier === undefined ? undefined : `"${tier}"`;
}
