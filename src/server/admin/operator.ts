/**
 * Who looks after the gateway, by a session of the admin listener. No key of a client's ever makes one, and nothing of
 * the data listener takes one.
 */
export interface Operator {
  readonly kind: 'operator';
  readonly name: string;
  readonly session: Session;
}

/** A login that lasts. */
export interface Session {
  /** Digest of its secret, which only the operator's browser has. */
  readonly digest: string;
  /** What every request that changes something has to bring along, beside the cookie. */
  readonly csrf: string;
  /** Whether it was begun by a one-time link, and not by the password. */
  readonly byLink: boolean;
  readonly hasPassword: boolean;
  /** Unix milliseconds: when it ends unless it is used before. */
  readonly expiresAt: number;
}

/** Finds the operator whose session a request bears; undefined: none, or one that is over. */
export interface SessionReader {
  operatorOf(request: Request): Promise<Operator | undefined>;
}
