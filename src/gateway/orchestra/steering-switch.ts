import { ApiError } from '../../protocol/api-error.ts';
import { isNull, parseValue } from '../../protocol/json/members.ts';
import { findMember } from '../../protocol/json/scan.ts';
import type { RequestFacts } from '../../protocol/request.ts';

const HEADER = 'X-TH-Steering';
const MEMBER = 'th_steering';

/** `"off"` with every letter escaped. A value that is longer is another. */
const MAX_BYTES = 20;

/**
 * Whether th-orchestra may steer: not where the header `X-TH-Steering` or the member `th_steering` is `off`. Throws the
 * 400 for any other value of either.
 */
export function readSteeringSwitch(headers: Headers, { bytes, scan }: RequestFacts): 'on' | 'off' {
  const header = headers.get('x-th-steering');
  if (header !== null && header !== 'off') throw notASwitch(HEADER, `The header ${HEADER}`);
  const member = findMember(scan, MEMBER);
  const isGiven = member !== undefined && !isNull(bytes, member);
  if (isGiven) {
    const isShort = member.valueEnd - member.valueStart <= MAX_BYTES;
    if (!isShort || parseValue(bytes, member) !== 'off') throw notASwitch(MEMBER, `The member "${MEMBER}"`);
  }
  return header !== null || isGiven ? 'off' : 'on';
}

function notASwitch(param: string, what: string): ApiError {
  return new ApiError('invalid_value', `${what} takes one value, "off"; leave it out to be steered`, { param });
}
