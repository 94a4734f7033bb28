import { createHash } from 'node:crypto';
import { ApiError } from '../../protocol/api-error.ts';
import type { EntryName } from './ports.ts';

export const IDEMPOTENCY_HEADER = 'Idempotency-Key';

const MAX_LENGTH = 255;
const PRINTABLE = /^[\x20-\x7e]+$/;

/** Undefined where the client sent none. Throws the 400 for one that cannot be. */
export function readIdempotencyKey(headers: Headers): string | undefined {
  const key = headers.get(IDEMPOTENCY_HEADER);
  if (key === null) return undefined;
  if (key.length <= MAX_LENGTH && PRINTABLE.test(key)) return key;
  throw new ApiError(
    'invalid_value',
    `The header ${IDEMPOTENCY_HEADER} takes 1 to ${MAX_LENGTH} printable ASCII characters; a random UUID is best`,
    { param: IDEMPOTENCY_HEADER },
  );
}

/** Of different owners, or of different keys, the names differ: the length keeps one from running into the other. */
export function entryName(owner: string, key: string): EntryName {
  return { owner, id: createHash('sha256').update(`${owner.length}:${owner}${key}`).digest('base64url') };
}
