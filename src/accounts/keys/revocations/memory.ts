import { Listeners } from './listeners.ts';
import type { Revocations } from './ports.ts';

/** For one node. */
export class MemoryRevocations implements Revocations {
  readonly #listeners = new Listeners();

  async publish(keyId: string): Promise<void> {
    this.#listeners.tell(keyId);
  }

  subscribe(listener: (keyId: string) => void): () => void {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
