import { type Role, ROLES } from './role.ts';

/** The role a header names, in any case; undefined where there is none of that name. */
export function parseRole(value: string): Role | undefined {
  const name = value.trim().toLowerCase();
  return ROLES.find((role) => role === name);
}
