import type { Model } from '../../gateway/routing/catalogue.ts';

/** Comes with the program: its name is nobody's secret. */
const DEMO = 'tokenharbor/demo';

/** Ids that mean the same in every language's quotation marks. */
const PLAIN = /^[\w.:/@+-]+$/;

/**
 * The model that the examples ask: of those that may be shown the first that can stand in all of them, else one whose
 * name comes with the program. Undefined where there is none.
 */
export function exampleModel(served: readonly Model[], shown: readonly Model[]): string | undefined {
  const named = served.find(({ id }) => id === DEMO) ?? served.find(({ isRouted }) => isRouted);
  return named?.id ?? shown.find(({ id }) => PLAIN.test(id))?.id;
}
