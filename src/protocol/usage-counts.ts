import { countOf } from './usage.ts';

/** Counts as an upstream told them; what it did not tell is absent, which is not 0. */
export type Counts<Name extends string> = { readonly [Key in Name]?: number };

/** Where usage objects have their counts. */
export type CountPlaces<Name extends string> = readonly (readonly [name: Name, places: readonly Place[]])[];

/** `details.name`, or a name at the top. */
type Place = readonly [details: string | undefined, name: string];

/** `places`: by the count's name, where vendors put it: `prompt_tokens_details.cached_tokens`. */
export function countPlaces<Name extends string>(places: Readonly<Record<Name, readonly string[]>>): CountPlaces<Name> {
  const split = (place: string): Place => {
    const [first = '', second] = place.split('.');
    return second === undefined ? [undefined, first] : [first, second];
  };
  const names = Object.keys(places) as Name[];
  return names.map((name) => [name, places[name].map(split)]);
}

/**
 * The counts in a usage object. Where vendors have several names for one of them, the first that is told counts.
 * `onMalformed` is told of each that is no count: negative, no number, beyond all bounds.
 */
export function readCounts<Name extends string>(
  usage: Readonly<Record<string, unknown>>,
  places: CountPlaces<Name>,
  onMalformed?: () => void,
): Counts<Name> {
  const counts: { [Key in Name]?: number } = {};
  for (const [name, alternatives] of places) {
    for (const [details, member] of alternatives) {
      const value = details === undefined ? usage[member] : memberOf(usage[details], member);
      if (value === undefined || value === null) continue;
      const count = countOf(value);
      if (count === undefined) onMalformed?.();
      else {
        counts[name] = count;
        break;
      }
    }
  }
  return counts;
}

/**
 * What came later over what came before, count by count: they are cumulative, so the last one wins and none are added
 * up. A 0 never overwrites more than that: some upstreams send zeros at the end.
 */
export function mergeCounts<Name extends string>(before: Counts<Name> | undefined, later: Counts<Name>): Counts<Name> {
  if (before === undefined) return later;
  const merged: { [Key in Name]?: number } = { ...before };
  for (const name in later) merged[name] = later[name] || (before[name] ?? later[name]);
  return merged;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
