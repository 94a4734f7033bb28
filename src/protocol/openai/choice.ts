import type { JsonNode } from '../json/node.ts';

/** Of several choices in one stream, the one that is answered with: the first, whatever the vendor numbers it. */
export class ChoicePicker {
  #index: number | undefined;

  /** Undefined for a chunk that has nothing of it. */
  pick(choices: readonly JsonNode[]): JsonNode | undefined {
    const first = choices.find((choice) => indexOf(choice) === (this.#index ?? 0)) ?? choices[0];
    if (first === undefined || first.kind !== 'object') return undefined;
    const index = indexOf(first);
    if (this.#index === undefined) this.#index = index;
    return index === undefined || index === this.#index ? first : undefined;
  }
}

/** A choice's number; undefined where it has none. */
export function indexOf(choice: JsonNode): number | undefined {
  const index = choice.get('index');
  if (index?.kind !== 'number') return undefined;
  // One digit, as always: not worth a parse.
  return index.end - index.start === 1 ? (index.bytes[index.start] as number) - 0x30 : index.asNumber();
}
