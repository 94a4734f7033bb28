import type { CrossingPorts } from './ports.ts';
import { unpackToolId } from './tool-ids.ts';

/** A tool call of a turn that is kept, as the client has it. */
export interface TurnCall {
  readonly id: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
}

/** A part that is random: no counter (`call_0`), and no name of a tool beside one (`functions.read:0`). */
const RANDOM_PART = /(?=[A-Za-z]*\d)[A-Za-z0-9]{12,}/;

/**
 * What a turn is kept under: the id of its first call, where that names one call for ever. Some models number their
 * calls from 0 in every turn or conversation; what they call, and with which input, then belongs to the key.
 */
export function turnKey({ id, name, input }: TurnCall, { sha256 }: Pick<CrossingPorts, 'sha256'>): string {
  if (RANDOM_PART.test(unpackToolId(id))) return id;
  return `${id}\n${sha256(`${name}\n${withoutOrder(input)}`)}`;
}

/** The same text for the same value: clients parse an input and write it anew. */
function withoutOrder(json: string): string {
  return JSON.stringify(JSON.parse(json), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
