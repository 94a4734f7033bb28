import type { Path } from './problem.ts';

/** An option that is known and checked, but that nothing acts on yet. Delete the line when something does. */
export interface NotInEffect {
  /** `*` stands for any one step. */
  readonly path: Path;
  /** The values that ask for something; left out: any. */
  readonly when?: (value: unknown, path: Path) => boolean;
  /** What happens instead. */
  readonly instead: string;
}

export const NOT_IN_EFFECT: readonly NotInEffect[] = [
  { path: ['log', 'bodies'], when: (value) => value === true, instead: 'No bodies are logged.' },
];

/** Every place in a value that asks for something that is not in effect. */
export function findNotInEffect(value: unknown): readonly { readonly path: Path; readonly instead: string }[] {
  return NOT_IN_EFFECT.flatMap((entry) =>
    expand(value, entry.path)
      .filter((found) => entry.when === undefined || entry.when(found.value, found.path))
      .map((found) => ({ path: found.path, instead: entry.instead })),
  );
}

function expand(value: unknown, pattern: Path): readonly { readonly path: Path; readonly value: unknown }[] {
  let found: { path: Path; value: unknown }[] = [{ path: [], value }];
  for (const step of pattern) {
    found = found.flatMap(({ path, value: holder }) => {
      if (typeof holder !== 'object' || holder === null) return [];
      const members: [string | number, unknown][] = Array.isArray(holder)
        ? [...holder.entries()]
        : Object.entries(holder);
      return members
        .filter(([key, member]) => member !== undefined && (step === '*' || step === key))
        .map(([key, member]) => ({ path: [...path, key], value: member }));
    });
  }
  return found;
}
