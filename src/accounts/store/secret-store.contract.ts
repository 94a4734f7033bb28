import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { SecretStore } from './ports.ts';

export interface OpenSecretStore {
  readonly secrets: SecretStore;
  close(): Promise<void>;
}

/** A place of its own for one test, which can be opened more than once, also at the same time. */
export interface SecretStorePlace {
  open(): OpenSecretStore | Promise<OpenSecretStore>;
  remove(): void | Promise<void>;
}

/** What every secret store does, whatever is behind it. */
export function describeSecretStore(name: string, makePlace: () => SecretStorePlace | Promise<SecretStorePlace>): void {
  describe(`${name} as a secret store`, () => {
    let place: SecretStorePlace;
    const opened: OpenSecretStore[] = [];
    const open = async () => {
      const store = await place.open();
      opened.push(store);
      return store.secrets;
    };
    beforeEach(async () => {
      place = await makePlace();
    });
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
      await place.remove();
    });

    test('makes 32 random bytes for a name and gives them back from then on', async () => {
      const secrets = await open();
      const first = await secrets.secret('reasoning');
      expect(first).toBeInstanceOf(Uint8Array);
      expect(first).toHaveLength(32);
      expect(new Set(first).size).toBeGreaterThan(8);
      expect(await secrets.secret('reasoning')).toEqual(first);
    });

    test('has another secret for every name, in another store as well', async () => {
      const names = ['reasoning', 'Reasoning', '', "' OR 1=1--", '\u{1f511}', 'x'.repeat(1000)];
      const secrets = await open();
      const made = await Promise.all(names.map((one) => secrets.secret(one)));
      const elsewhere = await makePlace();
      const other = await elsewhere.open();
      made.push(await other.secrets.secret('reasoning'));
      await other.close();
      await elsewhere.remove();
      expect(new Set(made.map((secret) => Buffer.from(secret).toString('hex'))).size).toBe(names.length + 1);
    });

    test('is the same for whoever opens the store, then or later', async () => {
      const stores = [await open(), await open()];
      const told = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (stores[i % 2] as SecretStore).secret('reasoning')),
      );
      for (const secret of told) expect(secret).toEqual(told[0] as Uint8Array);
      for (const store of opened.splice(0)) await store.close();
      expect(await (await open()).secret('reasoning')).toEqual(told[0] as Uint8Array);
    });

    test('what a caller does to the bytes does not change the secret', async () => {
      const secrets = await open();
      const first = await secrets.secret('reasoning');
      const before = first.slice();
      first.fill(0);
      expect(await secrets.secret('reasoning')).toEqual(before);
    });

    test('a closed store is an error that tells nothing of a secret', async () => {
      const store = await place.open();
      const secret = await store.secrets.secret('reasoning');
      await store.close();
      const error = await store.secrets.secret('reasoning').catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      const told = `${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)}`;
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        expect(told).not.toContain(Buffer.from(secret).toString(encoding));
      }
    });
  });
}
