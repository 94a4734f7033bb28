import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { Revocations } from './ports.ts';

export interface OpenRevocations {
  /** Of one node or of several. */
  readonly nodes: readonly [Revocations, ...Revocations[]];
  close(): Promise<void>;
}

/** What every way of telling nodes of revoked keys does. */
export function describeRevocations(name: string, open: () => OpenRevocations | Promise<OpenRevocations>): void {
  describe(`${name} as revocations`, () => {
    let opened: OpenRevocations;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    test('what one node publishes is told on all of them', async () => {
      const heard = opened.nodes.map((node) => {
        const keys = new Set<string>();
        node.subscribe((keyId) => keys.add(keyId));
        return keys;
      });
      await opened.nodes[0].publish('key_1');
      await opened.nodes.at(-1)?.publish('key_2 "{}" \u{1f511}');
      const all = () => heard.every((keys) => keys.has('key_1') && keys.has('key_2 "{}" \u{1f511}') && keys.size === 2);
      for (let i = 0; i < 500 && !all(); i++) await Bun.sleep(10);
      expect(heard.map((keys) => [...keys].toSorted())).toEqual(heard.map(() => ['key_1', 'key_2 "{}" \u{1f511}']));
    });

    test('on the node that publishes, before that is over', async () => {
      const heard: string[] = [];
      opened.nodes[0].subscribe((keyId) => heard.push(keyId));
      await opened.nodes[0].publish('key_1');
      expect(heard[0]).toBe('key_1');
    });

    test('who has unsubscribed hears no more, the others do', async () => {
      const heard: string[] = [];
      const listener = (keyId: string) => heard.push(`one ${keyId}`);
      const end = opened.nodes[0].subscribe(listener);
      opened.nodes[0].subscribe(listener);
      opened.nodes[0].subscribe((keyId) => heard.push(`two ${keyId}`));
      end();
      end();
      await opened.nodes[0].publish('key_1');
      expect(heard.slice(0, 2)).toEqual(['one key_1', 'two key_1']);
      expect(new Set(heard).size).toBe(2);
    });
  });
}
