import type { RequestFacts } from '../request.ts';
import { readRequest } from '../request.ts';
import type { Shape } from '../shape.ts';
import { steerRequest } from './steer.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Has all that JSON escapes. */
export const DIRECTIVE = 'Plan "first",\nthen 做 \\ do.';

export function factsOf(body: string): RequestFacts {
  return readRequest(encoder.encode(body));
}

export function textOf({ bytes }: RequestFacts): string {
  return decoder.decode(bytes);
}

/** The body as it is steered, as text, and how its paths are found again. */
export function steer(client: Shape, upstream: Shape, body: string, text = DIRECTIVE) {
  const facts = factsOf(body);
  const steered = steerRequest(facts, client, upstream, text);
  return { ...steered, text: textOf(steered.facts), untouched: steered.facts === facts };
}
