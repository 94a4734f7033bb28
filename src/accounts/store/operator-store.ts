/** Who looks after the gateway. Times are Unix milliseconds. */
export interface OperatorRecord {
  readonly name: string;
  /** As `hashPassword` writes it; null: there is none, and links are the only way in. */
  readonly passwordHash: string | null;
  readonly createdAt: number;
}

/** What lets an operator in once. */
export interface LoginLink {
  /** SHA-256 of its token, lower-case hex. */
  readonly digest: string;
  readonly operator: string;
  readonly expiresAt: number;
}

/** A login that lasts. */
export interface SessionRecord {
  /** SHA-256 of its secret, lower-case hex. */
  readonly digest: string;
  readonly operator: string;
  /** Whether it was begun by a link, and not by the password. */
  readonly byLink: boolean;
  readonly usedAt: number;
  /** When it is over unless it is used before. */
  readonly idleUntil: number;
  /** When it is over, used or not. */
  readonly endsAt: number;
}

/** A session that is to begin. Sessions that are over at its `usedAt` are gone afterwards. */
export type NewSession = Omit<SessionRecord, 'operator' | 'byLink'>;

/** A session as it is found, with whose it is. */
export interface FoundSession extends SessionRecord {
  readonly hasPassword: boolean;
}

/** Where operators, their links and their sessions live. Every call is one transaction. The contract suite is `operator-store.contract.ts`. */
export interface OperatorStore {
  find(name: string): Promise<OperatorRecord | undefined>;
  /** Adds a link, and the operator where there is none of that name. Links that are over at `now` are gone afterwards. */
  addLink(link: LoginLink, now: number): Promise<void>;
  /**
   * Ends a link and begins a session of its operator, which is returned. Undefined, with no session begun, when there is
   * no such link, or it is over at `session.usedAt`: of several who ask, one is let in.
   */
  beginByLink(link: string, session: NewSession): Promise<FoundSession | undefined>;
  /** Begins a session of an operator whose password is still the one that was told. Undefined when it is not. */
  beginByPassword(operator: string, passwordHash: string, session: NewSession): Promise<FoundSession | undefined>;
  /** Undefined when there is none, or it is over. */
  findSession(digest: string, now: number): Promise<FoundSession | undefined>;
  /** Notes that a session is in use. One that is gone stays gone. */
  useSession(digest: string, usedAt: number, idleUntil: number): Promise<void>;
  endSession(digest: string): Promise<void>;
  /**
   * Gives an operator a password and ends every session of theirs but the one named, and every link, in one
   * transaction. False, and nothing is changed, where the password is not `before` any more, or the session is gone.
   */
  setPassword(change: PasswordChange): Promise<boolean>;
}

export interface PasswordChange {
  readonly operator: string;
  /** What the change was allowed by. */
  readonly before: string | null;
  readonly hash: string;
  /** The session that goes on, by its digest. */
  readonly session: string;
}
