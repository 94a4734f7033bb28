import { countOf } from './usage.ts';

/** Where a vendor's usage object has a count: `prompt_tokens_details.cached_tokens`. */
export type CountPlaces<Name extends string> = Readonly<Record<Name, readonly string[]>>;

/** Counts as an upstream told them; what it did not tell is absent, which is not 0. */
export type Counts<Name extends string> = { readonly [Key in Name]?: number };

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
  for (const name in places) {
    for (const place of places[name]) {
      const value = valueAt(usage, place);
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

function valueAt(usage: Readonly<Record<string, unknown>>, place: string): unknown {
  const dot = place.indexOf('.');
  if (dot < 0) return usage[place];
  const details = usage[place.slice(0, dot)];
  return typeof details === 'object' && details !== null
    ? (details as Record<string, unknown>)[place.slice(dot + 1)]
    : undefined;
}
