import type { Row } from './data.ts';
import { groupNearDuplicates } from './near-duplicates.ts';

export const FOLDS = 5;

/** A fold for each row. Near duplicates share theirs, across the sets too. */
export function foldsOf(rows: readonly Row[], seed: number): number[] {
  const groups = groupNearDuplicates(rows.map(({ prompt }) => prompt));
  return [...groups].map((group) => {
    let value = Math.imul(group + 1 + seed * 7919, 0x9e3779b1);
    value = Math.imul(value ^ (value >>> 15), 0x85ebca6b);
    return ((value ^ (value >>> 13)) >>> 0) % FOLDS;
  });
}
