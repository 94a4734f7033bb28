import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createHash, randomUUID } from 'node:crypto';
import type { NewSession, OperatorStore } from './operator-store.ts';

export interface OpenOperatorStore {
  readonly operators: OperatorStore;
  close(): Promise<void>;
}

const NOW = 1_800_000_000_000;

const digest = () => createHash('sha256').update(randomUUID()).digest('hex');
const linkOf = (operator: string, expiresAt = NOW + 1000) => ({ digest: digest(), operator, expiresAt });
const newSession = (changes: Partial<NewSession> = {}): NewSession => ({
  digest: digest(),
  usedAt: NOW,
  idleUntil: NOW + 1000,
  endsAt: NOW + 5000,
  ...changes,
});

/** What every operator store does, whatever is behind it. */
export function describeOperatorStore(name: string, open: () => OpenOperatorStore | Promise<OpenOperatorStore>): void {
  describe(`${name} as an operator store`, () => {
    let opened: OpenOperatorStore;
    let store: OperatorStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.operators;
    });
    afterEach(() => opened.close());

    const spendLink = async (link: string, usedAt: number) =>
      (await store.beginByLink(link, newSession({ usedAt, idleUntil: usedAt + 1000, endsAt: usedAt + 5000 })))
        ?.operator;
    /** A session of an operator, begun by a link. */
    const begin = async (operator: string, changes: Partial<NewSession> = {}) => {
      const session = newSession(changes);
      const link = linkOf(operator, session.usedAt + 1);
      await store.addLink(link, session.usedAt);
      await store.beginByLink(link.digest, session);
      return session;
    };

    test('a link makes its operator, once', async () => {
      expect(await store.find('ada')).toBeUndefined();
      await store.addLink(linkOf('ada'), NOW);
      await store.addLink(linkOf('ada'), NOW + 500);
      expect(await store.find('ada')).toEqual({ name: 'ada', passwordHash: null, createdAt: NOW });
      for (const odd of ['', 'ADA', "ada' OR '1'='1", '%']) expect(await store.find(odd)).toBeUndefined();
    });

    test('a link is spent once, by one of many', async () => {
      const [one, other] = [linkOf('ada'), linkOf('bob')];
      await store.addLink(one, NOW);
      await store.addLink(other, NOW);
      const told = await Promise.all(Array.from({ length: 8 }, () => spendLink(one.digest, NOW)));
      expect(told.filter((operator) => operator !== undefined)).toEqual(['ada']);
      expect(await spendLink(one.digest, NOW)).toBeUndefined();
      expect(await spendLink(other.digest.toUpperCase(), NOW)).toBeUndefined();
      expect(await spendLink(other.digest, NOW)).toBe('bob');
    });

    test('a link is over when its time is', async () => {
      const [late, early] = [linkOf('ada', NOW + 1000), linkOf('ada', NOW + 1000)];
      await store.addLink(late, NOW);
      await store.addLink(early, NOW);
      expect(await spendLink(early.digest, NOW + 999)).toBe('ada');
      expect(await spendLink(late.digest, NOW + 1000)).toBeUndefined();
      // And it is gone with the next one, so that a clock set back brings none of them to life.
      const left = linkOf('ada', NOW + 1000);
      await store.addLink(left, NOW);
      await store.addLink(linkOf('bob', NOW + 9000), NOW + 1000);
      expect(await spendLink(left.digest, NOW)).toBeUndefined();
    });

    test('gives back a session as it was begun, until it is over', async () => {
      const [session, link] = [newSession(), linkOf('ada')];
      await store.addLink(link, NOW);
      const found = { ...session, operator: 'ada', byLink: true, hasPassword: false };
      expect(await store.beginByLink(link.digest, session)).toEqual(found);
      expect(await store.findSession(session.digest, NOW)).toEqual(found);
      expect(await store.findSession(session.digest, NOW + 999)).toEqual(found);
      expect(await store.findSession(session.digest, NOW + 1000)).toBeUndefined();
      expect(await store.findSession(session.digest.toUpperCase(), NOW)).toBeUndefined();
      expect(await store.findSession(digest(), NOW)).toBeUndefined();
    });

    test('a session that is used lasts longer, and no longer than it may', async () => {
      const session = await begin('ada');
      await store.useSession(session.digest, NOW + 900, NOW + 8000);
      expect(await store.findSession(session.digest, NOW + 4999)).toMatchObject({
        usedAt: NOW + 900,
        idleUntil: NOW + 8000,
      });
      expect(await store.findSession(session.digest, NOW + 5000)).toBeUndefined();
    });

    test('a session that was ended stays so, whoever still uses it', async () => {
      const [session, other] = [await begin('ada'), await begin('ada')];
      await store.endSession(session.digest);
      await store.endSession(session.digest);
      await store.useSession(session.digest, NOW, NOW + 1000);
      expect(await store.findSession(session.digest, NOW)).toBeUndefined();
      expect(await store.findSession(other.digest, NOW)).toBeDefined();
    });

    test('what is over is gone when another session begins', async () => {
      const idle = await begin('ada', { idleUntil: NOW + 10 });
      const ended = await begin('ada', { endsAt: NOW + 10 });
      const running = await begin('ada');
      await begin('ada', { usedAt: NOW + 10 });
      // Asked for at an earlier time, at which they were not over.
      expect(await store.findSession(idle.digest, NOW)).toBeUndefined();
      expect(await store.findSession(ended.digest, NOW)).toBeUndefined();
      expect(await store.findSession(running.digest, NOW)).toBeDefined();
    });

    test('a session begins by the password there is, and by no other', async () => {
      const first = await begin('ada');
      const by = (hash: string, operator = 'ada') => store.beginByPassword(operator, hash, newSession());
      expect(await by('null')).toBeUndefined();
      await store.setPassword({ operator: 'ada', before: null, hash: 'first', session: first.digest });
      expect(await by('first', 'nobody')).toBeUndefined();
      expect(await by('second')).toBeUndefined();
      const begun = await by('first');
      expect(begun).toMatchObject({ operator: 'ada', byLink: false, hasPassword: true });
      expect(await store.findSession(begun?.digest ?? '', NOW)).toEqual(begun);
    });

    test('who comes in while the password is changed is in by the old one, or not at all', async () => {
      const first = await begin('ada');
      await store.setPassword({ operator: 'ada', before: null, hash: 'first', session: first.digest });
      const link = linkOf('ada');
      await store.addLink(link, NOW);
      const others = [newSession(), newSession()] as const;
      const [changed] = await Promise.all([
        store.setPassword({ operator: 'ada', before: 'first', hash: 'second', session: first.digest }),
        store.beginByPassword('ada', 'first', others[0]),
        store.beginByLink(link.digest, others[1]),
      ]);
      expect(changed).toBe(true);
      for (const { digest: other } of others) expect(await store.findSession(other, NOW)).toBeUndefined();
      expect(await store.findSession(first.digest, NOW)).toBeDefined();
    });

    test('a password ends the other sessions of its operator, and the links', async () => {
      const link = linkOf('ada');
      await store.addLink(link, NOW);
      const bobs = linkOf('bob');
      await store.addLink(bobs, NOW);
      const [kept, other, another] = [await begin('ada'), await begin('ada'), await begin('bob')];
      const change = { operator: 'ada', before: null, hash: 'first', session: kept.digest };
      expect(await store.setPassword(change)).toBe(true);
      expect(await store.find('ada')).toMatchObject({ passwordHash: 'first' });
      expect(await store.find('bob')).toMatchObject({ passwordHash: null });
      expect(await store.findSession(kept.digest, NOW)).toMatchObject({ hasPassword: true });
      expect(await store.findSession(other.digest, NOW)).toBeUndefined();
      expect(await store.findSession(another.digest, NOW)).toMatchObject({ hasPassword: false });
      expect(await spendLink(link.digest, NOW)).toBeUndefined();
      expect(await spendLink(bobs.digest, NOW)).toBe('bob');
    });

    test('a password is changed by whoever knew the one there is, and is still logged in', async () => {
      const [session, bobs] = [await begin('ada'), await begin('bob')];
      const change = (before: string | null, hash: string, by = session.digest) =>
        store.setPassword({ operator: 'ada', before, hash, session: by });
      expect(await change('first', 'second')).toBe(false);
      expect(await change(null, 'first')).toBe(true);
      expect(await change(null, 'second')).toBe(false);
      expect(await change('first', 'second', bobs.digest)).toBe(false);
      expect(await change('first', 'second')).toBe(true);
      await store.endSession(session.digest);
      expect(await change('second', 'third')).toBe(false);
      expect(await store.find('ada')).toMatchObject({ passwordHash: 'second' });
    });
  });
}
