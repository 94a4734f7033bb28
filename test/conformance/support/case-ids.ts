/** The ids by which tests say what they settle: cases of the wire format, properties, users' complaints. */

/** A test's name begins with its ids, and goes on behind a colon: `C057 no-index, A5: two calls …`, `C014: M1: …`. */
const LEADING_ID = /^(C\d{3}b?|P[1-6]|[A-O]\d{1,2})(?![\w-])/;
const ID = /(?<![\w-])(C\d{3}b?|P[1-6]|[A-O]\d{1,2})(?![\w-])/g;

export interface Claim {
  readonly ids: readonly string[];
  /** What the test proves, in its own words. */
  readonly proves: string;
}

/** Undefined for a name that does not begin with an id. */
export function claimOf(testName: string): Claim | undefined {
  const ids = new Set<string>();
  let proves = testName;
  while (LEADING_ID.test(proves)) {
    const colon = proves.indexOf(': ');
    if (colon < 0) break;
    for (const id of proves.slice(0, colon).match(ID) ?? []) ids.add(id);
    proves = proves.slice(colon + 2);
  }
  return ids.size === 0 ? undefined : { ids: [...ids], proves };
}

/** C001 … C135, C058b among them. */
export const CASES: readonly string[] = Array.from(
  { length: 135 },
  (_, i) => `C${String(i + 1).padStart(3, '0')}`,
).flatMap((id) => (id === 'C058' ? [id, 'C058b'] : [id]));

export const PROPERTIES: readonly string[] = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6'];

/** How many complaints each group has. */
const COMPLAINT_COUNTS = {
  A: 25,
  B: 9,
  C: 14,
  D: 10,
  E: 12,
  F: 10,
  G: 8,
  H: 8,
  I: 4,
  J: 4,
  K: 10,
  L: 7,
  M: 7,
  N: 7,
  O: 10,
};

export const COMPLAINTS: readonly string[] = Object.entries(COMPLAINT_COUNTS).flatMap(([group, count]) =>
  Array.from({ length: count }, (_, i) => `${group}${i + 1}`),
);
