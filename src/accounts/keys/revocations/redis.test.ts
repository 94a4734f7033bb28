import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { HAS_REDIS, openLink, type RedisServer, startRedis } from '../../redis/redis-server.fixture.ts';
import { openTemporaryStores } from '../../store/temporary-stores.fixture.ts';
import { isKeyFault } from '../fault.ts';
import { createKeyring } from '../keyring.ts';
import { createKey, revokeKey } from '../lifecycle.ts';
import { RedisRevocations } from './redis.ts';
import { describeRevocations } from './revocations.contract.ts';

setDefaultTimeout(20_000);

describe.skipIf(!HAS_REDIS)('on a real server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.kill());

  async function openNode(pollMs?: number) {
    const link = await openLink(server.url);
    const node = new RedisRevocations({ url: server.url, link, ...(pollMs === undefined ? {} : { pollMs }) });
    return {
      node,
      link,
      async close() {
        await node.close();
        link.close();
      },
    };
  }

  async function subscribers(): Promise<number> {
    const [, count] = (await server.command('PUBSUB', 'NUMSUB', 'tokenharbor:{revocations}:told')) as [string, number];
    return count;
  }

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let i = 0; i < 1000 && !(await holds()); i++) await Bun.sleep(10);
    expect(await holds()).toBe(true);
  }

  describeRevocations('Redis', async () => {
    await server.command('FLUSHALL');
    const [one, two] = [await openNode(), await openNode()];
    return {
      nodes: [one.node, two.node],
      async close() {
        await one.close();
        await two.close();
      },
    };
  });

  test('a message arrives without being asked for', async () => {
    await server.command('FLUSHALL');
    const [one, two] = [await openNode(3_600_000), await openNode(3_600_000)];
    await until(async () => (await subscribers()) === 2);
    const heard: string[] = [];
    two.node.subscribe((keyId) => heard.push(keyId));
    await one.node.publish('key_1');
    await until(() => heard.length > 0);
    expect(heard).toEqual(['key_1']);
    await one.close();
    await two.close();
  });

  test('what no message told is found by asking: once each, and from the start where the server forgot', async () => {
    await server.command('FLUSHALL');
    const [one, two] = [await openNode(3_600_000), await openNode(30)];
    await until(async () => (await subscribers()) === 2);
    // Kept from listening, as by a connection that died without a word.
    for (const line of String(await server.command('CLIENT', 'LIST')).split('\n')) {
      if (/ sub=1 /.test(line)) await server.command('CLIENT', 'KILL', 'ID', /^id=(\d+)/.exec(line)?.[1] ?? '');
    }
    const heard: string[] = [];
    two.node.subscribe((keyId) => heard.push(keyId));
    await one.node.publish('key_1');
    await one.node.publish('key_2');
    await until(() => heard.length >= 2);
    await Bun.sleep(150);
    expect(heard).toEqual(['key_1', 'key_2']);
    await server.command('FLUSHALL');
    await one.node.publish('key_3');
    await until(() => heard.includes('key_3'));
    // And it listens again by itself.
    await until(async () => (await subscribers()) === 2);
    await one.close();
    await two.close();
  });

  test('the server remembers no more of them than it has to', async () => {
    await server.command('FLUSHALL');
    const { node, link, close } = await openNode(3_600_000);
    for (let i = 0; i < 10_050; i += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, at) => node.publish(`key_${i + at}`)));
    }
    expect(await link.send(['ZCARD', 'tokenharbor:{revocations}:kept'])).toBe(10_000);
    expect(await link.send(['ZSCORE', 'tokenharbor:{revocations}:kept', 'key_0'])).toBeNull();
    await close();
  });

  test('a revocation that could not be told is an error, and is heard of on this node all the same', async () => {
    const { node, link, close } = await openNode();
    const heard: string[] = [];
    node.subscribe((keyId) => heard.push(keyId));
    link.close();
    await expect(node.publish('key_1')).rejects.toThrow('not available');
    expect(heard).toEqual(['key_1']);
    await close();
  });

  test('fault 24: a key revoked on one node is refused on another that would have gone on serving it', async () => {
    await server.command('FLUSHALL');
    const stores = openTemporaryStores();
    const [here, there] = [await openNode(), await openNode()];
    const keyring = createKeyring({ store: stores.keys, accounts: stores.accounts, now: Date.now, freshMs: 3_600_000 });
    there.node.subscribe((keyId) => keyring.forget(keyId));
    const { secret, record } = await createKey(stores.keys, { name: 'k' }, Date.now());
    const headers = new Headers({ authorization: `Bearer ${secret}` });
    const isServed = async () => !isKeyFault(await keyring.authenticate(headers, ''));
    expect(await isServed()).toBe(true);
    const revokedMs = performance.now();
    await revokeKey(stores.keys, record.id, Date.now());
    await here.node.publish(record.id);
    await until(async () => !(await isServed()));
    expect(performance.now() - revokedMs).toBeLessThan(5_000);
    await keyring.close();
    await here.close();
    await there.close();
    await stores.close();
  });
});
