import type { RequestFacts } from '../../protocol/request.ts';
import { readMarkers } from './markers/read-markers.ts';
import type { Role } from './role.ts';
import { readFirstUser } from './turn/first-user.ts';
import { offersTools } from './turn/offered-tools.ts';

/** What a session's directive is called: its text is chosen by it. */
export type DirectiveName = 'workflow:plan-todo-execute' | `role:${Role}`;

/**
 * Which directive a session gets; undefined: none. It is read from the session's beginning alone, so that every turn
 * of the session gets the same one and the prompt's bytes stay what a vendor's cache knows.
 */
export function steeringFor(facts: RequestFacts, asked: Role | undefined): DirectiveName | undefined {
  if (asked !== undefined) return `role:${asked}`;
  if (offersTools(facts)) return 'workflow:plan-todo-execute';
  const role = readMarkers(readFirstUser(facts))?.role;
  return role === undefined ? undefined : `role:${role}`;
}
