import type { RequestFacts } from '../request.ts';
import type { Shape } from '../shape.ts';
import { editFacts } from './edit-facts.ts';
import { placeInMessages } from './place-in-messages.ts';
import { placeInSystem } from './place-in-system.ts';

/** A request with a directive in its system prompt. */
export interface Steered {
  /** The very facts that were given where there was no place for the directive. */
  readonly facts: RequestFacts;
  /** The path in the client's body of a path in the steered one; `messages` or `system` for what the client did not send. */
  readonly locate: (param: string) => string;
}

/**
 * Puts a directive into the body of a request, at the end of the system prompt and behind the cache marks there, and
 * touches nothing else: no turn of the user's, no tool's result, no byte of the client's own system prompt. The request
 * stays one of the client's shape, to be sent to an upstream of either. 0.2 ms for 1 MiB.
 */
export function steerRequest(facts: RequestFacts, client: Shape, upstream: Shape, text: string): Steered {
  const place = client === 'anthropic' ? placeInSystem(facts, text) : placeInMessages(facts, upstream, text);
  if (place === undefined) return { facts, locate: (param) => param };
  return { facts: editFacts(facts, place), locate: place.locate };
}
