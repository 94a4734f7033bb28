/** Those who want to hear of revoked keys. */
export class Listeners {
  readonly #listeners = new Set<(keyId: string) => void>();

  add(listener: (keyId: string) => void): () => void {
    // Of its own, so that one who subscribes twice can end both.
    const entry = (keyId: string): void => listener(keyId);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  tell(keyId: string): void {
    for (const listener of this.#listeners) listener(keyId);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
