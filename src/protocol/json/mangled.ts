import type { JsonFault } from './fault.ts';
import { type MangledCause, viewBody } from './mangled-body.ts';
import { ENCODING_CAUSES } from './mangled-encoding.ts';
import { LOOKALIKE_CAUSES } from './mangled-lookalike.ts';
import { OTHER_FORMAT_CAUSES } from './mangled-other-format.ts';
import { describePlace } from './mangled-place.ts';
import { SHELL_CAUSES, TRUNCATION_CAUSES } from './mangled-shell.ts';

const MAX_LENGTH = 600;
const MAX_REASON = 120;

// The first that fits wins: what the body as a whole looks like says more than what stands at the wrong byte.
const CAUSES: readonly MangledCause[] = [
  ...ENCODING_CAUSES,
  ...OTHER_FORMAT_CAUSES,
  ...SHELL_CAUSES,
  ...LOOKALIKE_CAUSES,
  ...TRUNCATION_CAUSES,
];

/**
 * The message for a body that is not JSON: the first wrong byte and its place, what was expected there and, where
 * the body bears the marks of a shell, a file encoding or another language's syntax, what happened to it and how to
 * send it right. At most 600 characters, with at most 36 bytes of the body.
 */
export function describeMangledBody(bytes: Uint8Array, fault: JsonFault): string {
  const place = describePlace(bytes, fault.offset);
  const reason = fault.message.length > MAX_REASON ? `${fault.message.slice(0, MAX_REASON)}...` : fault.message;
  const body = viewBody(bytes, fault.offset);
  let cause: string | undefined;
  for (const find of CAUSES) if ((cause = find(body)) !== undefined) break;
  const message = `The request body is not valid JSON: ${place}: ${reason}.${cause === undefined ? '' : ` ${cause}`}`;
  return message.slice(0, MAX_LENGTH);
}
