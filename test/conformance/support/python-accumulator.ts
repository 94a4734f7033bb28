/**
 * What the official Python SDK's streaming helper makes of chunks (`openai.lib.streaming._deltas.accumulate_delta`):
 * stricter than the TypeScript one, and the same in many Python programs.
 */
type Json = Record<string, unknown>;

const isDict = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function accumulateDelta(sum: Json, delta: Json): Json {
  for (const [key, value] of Object.entries(delta)) {
    const held: unknown = sum[key];
    if (held === undefined || held === null || key === 'index' || key === 'type') sum[key] = value;
    else if (typeof held === 'string' && typeof value === 'string') sum[key] = held + value;
    else if (typeof held === 'number' && typeof value === 'number') sum[key] = held + value;
    else if (isDict(held) && isDict(value)) sum[key] = accumulateDelta(held, value);
    else if (Array.isArray(held) && Array.isArray(value)) accumulateList(key, held, value);
  }
  return sum;
}

function accumulateList(key: string, held: unknown[], added: readonly unknown[]): void {
  if (!held.some((entry) => typeof entry !== 'string' && typeof entry !== 'number')) {
    for (const entry of added) held.push(entry);
    return;
  }
  for (const entry of added) {
    if (!isDict(entry)) throw new Error(`TypeError: unexpected list entry in ${key}`);
    if (!('index' in entry))
      throw new Error(`RuntimeError: expected list delta entry to have an \`index\` key (${key})`);
    const { index } = entry;
    if (typeof index !== 'number') throw new Error(`TypeError: the index of an entry of ${key} is no integer`);
    const present: unknown = held[index];
    if (present === undefined) held.splice(index, 0, structuredClone(entry));
    else held[index] = accumulateDelta(present as Json, entry);
  }
}

/** The message of choice 0. Throws what Python would throw. */
export function accumulateLikePython(chunks: readonly { readonly choices: readonly object[] }[]): Json {
  const message: Json = {};
  for (const { choices } of chunks) {
    for (const { index, delta } of choices as { index: number; delta: Json }[]) {
      if (index === 0) accumulateDelta(message, structuredClone(delta));
    }
  }
  return message;
}
