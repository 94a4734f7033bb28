/** Where values stand that have no other within so many steps on either side. */
export function lonelyAt(values: ArrayLike<number | null | undefined>, steps: number): number[] {
  const known = Array.from(values).flatMap((value, at) => (value == null ? [] : [at]));
  return known.filter((at, index) => {
    const before = known[index - 1] ?? Number.NEGATIVE_INFINITY;
    const after = known[index + 1] ?? Number.POSITIVE_INFINITY;
    return at - before > steps && after - at > steps;
  });
}
