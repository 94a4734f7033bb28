/**
 * Tells every node that a key was revoked or changed, so that none serves it from memory. The contract suite is
 * `revocations.contract.ts`.
 */
export interface Revocations {
  /** Tells all nodes, this one included. Rejects when the others could not be told. */
  publish(keyId: string): Promise<void>;
  /** Has a listener told of every key from now on, some of them more than once. Returns how to end that. */
  subscribe(listener: (keyId: string) => void): () => void;
  close(): Promise<void>;
}
