import type { RequestFacts } from '../../protocol/request.ts';
import { type Directive, DIRECTIVES, directiveOfRole } from './directives/directives.ts';
import { readMarkers } from './markers/read-markers.ts';
import type { Role } from './role.ts';
import { readFirstUser } from './turn/first-user.ts';
import { offersTools } from './turn/offered-tools.ts';

/**
 * Which directive a session gets; undefined: none. It is read from the session's beginning alone, so that every turn
 * of the session gets the same one and the prompt's bytes stay what a vendor's cache knows.
 */
export function steeringFor(facts: RequestFacts, asked: Role | undefined): Directive | undefined {
  if (asked !== undefined) return directiveOfRole(asked);
  if (offersTools(facts)) return DIRECTIVES.get('workflow:plan-todo-execute');
  const role = readMarkers(readFirstUser(facts))?.role;
  return role === undefined ? undefined : directiveOfRole(role);
}
