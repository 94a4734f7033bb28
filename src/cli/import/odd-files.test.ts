/** Whatever stands where something else is expected: the result is a configuration, and no secret is in it. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { parse } from 'yaml';
import { BIFROST_COMPANY } from './bifrost.fixture.ts';
import { importBifrost } from './bifrost.ts';
import { importText } from './imported.fixture.ts';
import { LITELLM_TEAM } from './litellm.fixture.ts';
import { importLitellm } from './litellm.ts';

setDefaultTimeout(60_000);

/** Undefined: the member is taken out. */
const ODD: readonly unknown[] = [undefined, null, '', 'a b', '*', '${', -1, 0.5, true, [], ['x', 3], { y: [1] }];

describe.each([
  ['LiteLLM', importLitellm, LITELLM_TEAM],
  ['Bifrost', importBifrost, BIFROST_COMPANY],
] as const)('%s', (_name, read, text) => {
  const whole = parse(text) as object;
  const places = placesIn(whole).filter((path) => path.length > 1);

  test(`each of ${places.length} values replaced`, () => {
    expect(places.length).toBeGreaterThan(80);
    for (const [index, path] of places.entries()) {
      const changed = structuredClone(whole);
      // One for each place: all of them in all places take 45 s.
      replace(changed, path, ODD[index % ODD.length]);
      const { yaml, findings, commands } = importText(read, JSON.stringify(changed));
      expect(yaml + JSON.stringify([findings, commands])).not.toContain('SECRET');
    }
  });
});

type Place = readonly (string | number)[];

function placesIn(value: unknown, path: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [path];
  const members: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...members.flatMap(([step, member]) => placesIn(member, [...path, step]))];
}

function replace(root: object, path: Place, value: unknown): void {
  let holder = root as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  const last = path.at(-1) as string | number;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
}
