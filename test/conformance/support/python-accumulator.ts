import type { JsonObject } from '../../support/accumulate/answer.ts';
import { accumulateDelta } from '../../support/accumulate/python-delta.ts';

/** The message of choice 0. Throws what Python would throw. */
export function accumulateLikePython(chunks: readonly { readonly choices: readonly object[] }[]): JsonObject {
  const message: JsonObject = {};
  for (const { choices } of chunks) {
    for (const { index, delta } of choices as { index: number; delta: JsonObject }[]) {
      if (index === 0) accumulateDelta(message, structuredClone(delta));
    }
  }
  return message;
}
