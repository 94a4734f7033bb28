import type { JsonObject } from './answer.ts';

/** Adds a delta to what there is, in place: Python's `accumulate_delta`, rule for rule. Throws where it raises. */
export function accumulateDelta(acc: JsonObject, delta: JsonObject): JsonObject {
  for (const [key, value] of Object.entries(delta)) {
    const known: unknown = acc[key];
    if (known === undefined || known === null || key === 'index' || key === 'type') acc[key] = value;
    else if (typeof known === 'string' && typeof value === 'string') acc[key] = known + value;
    else if (typeof known === 'number' && typeof value === 'number') acc[key] = known + value;
    else if (isDict(known) && isDict(value)) acc[key] = accumulateDelta(known, value);
    else if (Array.isArray(known) && Array.isArray(value)) accumulateList(known, value);
  }
  return acc;
}

function accumulateList(known: unknown[], entries: readonly unknown[]): void {
  if (known.every((item) => typeof item === 'string' || typeof item === 'number')) {
    known.push(...(entries as never[]));
    return;
  }
  for (const entry of entries) {
    if (!isDict(entry)) throw new Error('TypeError: Unexpected list delta entry is not a dictionary');
    const { index } = entry;
    if (index === undefined) throw new Error('RuntimeError: Expected list delta entry to have an `index` key');
    if (!Number.isInteger(index))
      throw new Error('TypeError: Unexpected, list delta entry `index` value is not an integer');
    const at = index as number;
    if (at >= known.length) known.push(entry);
    else known[at] = accumulateDelta(known[at] as JsonObject, entry);
  }
}

export function isDict(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
