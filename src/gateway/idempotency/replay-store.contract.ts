import { beforeEach, describe, expect, test } from 'bun:test';
import { entryName } from './key.ts';
import type { ReplayLimits, ReplayStore } from './ports.ts';

export interface OpenReplayStore {
  readonly store: ReplayStore;
  /** Lets time go by for the store. */
  readonly pass: (ms: number) => Promise<void> | void;
}

const NAME = entryName('key_a', 'k');
const ANSWER = new Uint8Array([0, 1, 2, 255]);

/** What every store of replays does, whatever is behind it. */
export function describeReplayStore(
  title: string,
  open: (limits: ReplayLimits) => OpenReplayStore | Promise<OpenReplayStore>,
): void {
  describe(`${title} as a store of replays`, () => {
    let store: ReplayStore;
    let pass: OpenReplayStore['pass'];
    beforeEach(async () => {
      ({ store, pass } = await open({ ttlMs: 2000, totalBytes: 1024 * 1024 }));
    });
    const bytesOf = async (name = NAME) => {
      const claim = await store.claim(name, 'print', 'other');
      return claim.state === 'kept' ? [...claim.answer] : claim.state;
    };

    test('a name is claimed once, and held until its claim ends', async () => {
      expect(await store.claim(NAME, 'print', 'one')).toEqual({ state: 'claimed' });
      expect(await store.claim(NAME, 'print', 'two')).toEqual({ state: 'held', fingerprint: 'print' });
      // With the first one's fingerprint, so that the caller sees the difference.
      expect(await store.claim(NAME, 'another', 'one')).toEqual({ state: 'held', fingerprint: 'print' });
    });

    test('fault 63: of a hundred at once one gets it', async () => {
      const claims = await Promise.all(Array.from({ length: 100 }, (_, i) => store.claim(NAME, 'print', `${i}`)));
      expect(claims.filter(({ state }) => state === 'claimed')).toHaveLength(1);
      expect(claims.filter(({ state }) => state === 'held')).toHaveLength(99);
    });

    test('what is kept is given to everybody who asks, byte for byte', async () => {
      await store.claim(NAME, 'print', 'one');
      await store.keep(NAME, 'one', ANSWER);
      for (const print of ['print', 'another']) {
        const claim = await store.claim(NAME, print, 'two');
        expect(claim).toMatchObject({ state: 'kept', fingerprint: 'print' });
        expect(claim.state === 'kept' && [...claim.answer]).toEqual([...ANSWER]);
      }
    });

    test('a claim that is given up leaves the name free', async () => {
      await store.claim(NAME, 'print', 'one');
      await store.release(NAME, 'one');
      expect(await store.claim(NAME, 'another', 'two')).toEqual({ state: 'claimed' });
    });

    test('only who holds a claim can end it', async () => {
      await store.claim(NAME, 'print', 'one');
      await store.release(NAME, 'two');
      await store.keep(NAME, 'two', ANSWER);
      expect(await store.claim(NAME, 'print', 'two')).toMatchObject({ state: 'held' });
      await store.release(NAME, 'one');
      await store.keep(NAME, 'one', ANSWER);
      expect(await store.claim(NAME, 'print', 'two')).toEqual({ state: 'claimed' });
      await store.keep(NAME, 'two', ANSWER);
      await store.release(NAME, 'two');
      expect(await bytesOf()).toEqual([...ANSWER]);
    });

    test('O8: names of other owners and other keys stand for something else', async () => {
      await store.claim(NAME, 'print', 'one');
      await store.keep(NAME, 'one', ANSWER);
      expect(await bytesOf(entryName('key_b', 'k'))).toBe('claimed');
      expect(await bytesOf(entryName('key_a', 'l'))).toBe('claimed');
      expect(await bytesOf({ owner: 'key_b', id: NAME.id })).toBe('claimed');
    });

    test('an answer is forgotten when it has been kept for its time, however often it was asked for', async () => {
      await store.claim(NAME, 'print', 'one');
      await store.keep(NAME, 'one', ANSWER);
      for (let i = 0; i < 3; i++) {
        await pass(500);
        expect(await bytesOf()).toEqual([...ANSWER]);
      }
      await pass(600);
      expect(await bytesOf()).toBe('claimed');
    });

    test('a claim outlasts that time: an answer may take longer', async () => {
      await store.claim(NAME, 'print', 'one');
      await pass(2500);
      expect(await store.claim(NAME, 'print', 'two')).toMatchObject({ state: 'held' });
      await store.keep(NAME, 'one', ANSWER);
      expect(await bytesOf()).toEqual([...ANSWER]);
    });

    test('an answer that is too large is not kept, and frees its name', async () => {
      await store.claim(NAME, 'print', 'one');
      await store.keep(NAME, 'one', new Uint8Array(130 * 1024));
      expect(await bytesOf()).toBe('claimed');
    });
  });
}
