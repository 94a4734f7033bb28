import type { Target } from '../routing/catalogue.ts';
import type { Routed } from '../routing/fit.ts';
import { bareId } from '../upstream/model-facts.ts';

/**
 * Models that take each other's signed thinking, or pass over what they cannot read of it, whoever serves them. To be
 * matched with the bare id.
 */
const FAMILIES: readonly { readonly match: RegExp; readonly family: string }[] = [
  // "Values are compatible across platforms": Anthropic, Bedrock, Vertex. A model drops what another one thought for itself.
  { match: /^claude-/, family: 'claude' },
];

/** The first word of an id: `glm-4.6` and `glm-5` are both GLM. */
const FIRST_WORD = /^[a-z]*/;

/** Longer ids are no model's. */
const LONGEST_ID = 256;

/**
 * Which models take each other's signatures. Of all but a few nothing is known: of those, the models of one name at one
 * provider. `upstreamModel`: the id the provider knows the model by.
 */
export function familyOf(provider: string, upstreamModel: string): string {
  const id = bareId(upstreamModel.slice(0, LONGEST_ID));
  const known = FAMILIES.find(({ match }) => match.test(id));
  return known?.family ?? `${provider}/${FIRST_WORD.exec(id)?.[0] ?? ''}`;
}

/**
 * Whether the turns of one conversation may be served by models of several families: what is signed in one then must not
 * go to another.
 */
export function mayChangeFamily({
  severalFamilies,
  model: { targets },
}: Pick<Routed, 'severalFamilies' | 'model'>): boolean {
  return severalFamilies ?? areSeveral(targets);
}

function areSeveral(targets: readonly Target[]): boolean {
  return targets.some(({ family }) => family !== targets[0]?.family);
}
