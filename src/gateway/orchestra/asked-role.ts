import { ApiError } from '../../protocol/api-error.ts';
import { type Role, ROLES } from './role.ts';

const HEADER = 'X-TH-Role';

/** The role that the client asks for, in any case. Throws the 400 that lists the roles for any other value. */
export function readAskedRole(headers: Headers): Role | undefined {
  const value = headers.get(HEADER);
  if (value === null) return undefined;
  const role = parseRole(value);
  if (role !== undefined) return role;
  throw new ApiError('invalid_value', `The header ${HEADER} has one of the values ${ROLES.join(', ')}`, {
    param: HEADER,
  });
}

/** Undefined where there is no role of that name. */
export function parseRole(value: string): Role | undefined {
  const name = value.trim().toLowerCase();
  return ROLES.find((role) => role === name);
}
