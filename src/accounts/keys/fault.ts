import { type KeyVerdict, explainVerdict } from './inspect.ts';

/** Why a request was not let in. Each is a 401. */
export type KeyFaultReason =
  | Exclude<KeyVerdict['verdict'], 'ok'>
  | 'missing'
  | 'conflict'
  | 'repeated'
  | 'basic_auth'
  | 'bearer_missing'
  | 'bearer_repeated'
  | 'bearer_unwanted'
  | 'wrong_scheme'
  | 'key_in_query'
  | 'unknown'
  | 'revoked'
  | 'expired';

/** `message` is one or two sentences with the cause and the fix, fit for the client; it never holds the key. */
export interface KeyFault {
  readonly reason: KeyFaultReason;
  readonly message: string;
}

/** Whether authentication ended in a fault; a `Principal` has no `reason`. */
export function isKeyFault(value: object): value is KeyFault {
  return 'reason' in value;
}

export function faultOf(verdict: Exclude<KeyVerdict, { verdict: 'ok' }>): KeyFault {
  return { reason: verdict.verdict, message: explainVerdict(verdict) };
}
