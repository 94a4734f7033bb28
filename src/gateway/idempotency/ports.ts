/** What one API key's one `Idempotency-Key` stands for. */
export interface EntryName {
  /** Id of the API key: entries of different owners never meet. */
  readonly owner: string;
  /** Digest of owner and client's key, base64url; what the client wrote is not kept. */
  readonly id: string;
}

/**
 * What a name stands for. `claimed`: for nothing until now; the caller answers the request. `held`: somebody answers it
 * now. `kept`: it has been answered; `answer` is what was given to {@link ReplayStore.keep}. `fingerprint` is that of the
 * request that claimed the name.
 */
export type Claim =
  | { readonly state: 'claimed' }
  | { readonly state: 'held'; readonly fingerprint: string }
  | { readonly state: 'kept'; readonly fingerprint: string; readonly answer: Uint8Array };

/**
 * Holds answers for requests that are sent again. Every method may answer at once or later, so that a store may lie in
 * this process or be shared by many. A claim holds until `keep` or `release`, or until the process that made it is gone;
 * seeing to the latter is the store's own business. Rejects with an `ApiError` where the store cannot tell: a request
 * must not be sent twice because nobody remembers the first.
 */
export interface ReplayStore {
  /** Looks a name up and claims it where it is free, in one step: of any number of callers at once one gets it. */
  claim(name: EntryName, fingerprint: string, holder: string): Claim | Promise<Claim>;
  /**
   * Ends a claim with the answer that the name stands for from now on, until it has been there for so long, or its room
   * is needed for others. Does nothing where the claim is not the holder's.
   */
  keep(name: EntryName, holder: string, answer: Uint8Array): void | Promise<void>;
  /** Ends a claim without an answer: the name is free again. Does nothing where the claim is not the holder's. */
  release(name: EntryName, holder: string): void | Promise<void>;
}

export interface ReplayLimits {
  /** An answer is forgotten when it has been kept for that long, however often it was replayed. */
  readonly ttlMs: number;
  /** All kept answers together; answers under way may take as much again. */
  readonly totalBytes: number;
}

/** Larger answers are not kept, so that no few of them can take all the room. */
export function entryBytes({ totalBytes }: ReplayLimits): number {
  return Math.floor(totalBytes / 8);
}
