import type { OperatorStore } from '../store/operator-store.ts';
import { isOperatorName, OPERATOR_FORM } from './name.ts';
import { digestSecret, newSecret } from './secrets.ts';

/** Why no link can be made. The message says what it has to look like. */
export class LinkRequestError extends Error {
  override readonly name = 'LinkRequestError';
}

export interface NewLink {
  /** `tha_…`; it exists nowhere else. */
  readonly token: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

const LONGEST_MS = 24 * 3_600_000;

/** Makes what lets an operator in once; one who is not known yet is made. `now` is Unix milliseconds. */
export async function makeLink(store: OperatorStore, operator: string, ttlMs: number, now: number): Promise<NewLink> {
  if (!isOperatorName(operator)) throw new LinkRequestError(`Operator ${JSON.stringify(operator)}: ${OPERATOR_FORM}`);
  if (!(ttlMs >= 1000 && ttlMs <= LONGEST_MS)) throw new LinkRequestError('A link works for one second to 24 hours.');
  const token = newSecret('tha');
  const expiresAt = now + ttlMs;
  await store.addLink({ digest: digestSecret(token, 'tha') ?? '', operator, expiresAt }, now);
  return { token, expiresAt };
}
