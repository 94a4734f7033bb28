import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { Connect, Connection, Reply } from './connection.ts';
import { RedisLink } from './link.ts';

/** A server that answers when a test lets it, over as many connections as are opened. */
class ScriptedServer {
  readonly sent: string[][] = [];
  connections = 0;
  refuses = false;
  /** What comes of a command; never, where it is undefined. */
  answer: (args: readonly string[]) => Promise<Reply> | undefined = async () => 'OK';
  #lose: (error: unknown) => void = () => undefined;

  readonly connect: Connect = async (_url, onLost) => {
    if (this.refuses) throw new Error('connect ECONNREFUSED');
    this.connections++;
    this.#lose = onLost;
    const connection: Connection = {
      send: (args) => {
        this.sent.push([...args]);
        return this.answer(args) ?? new Promise(() => undefined);
      },
      subscribe: async () => undefined,
      destroy: () => undefined,
    };
    return connection;
  };

  cut(): void {
    this.#lose(new Error('Socket closed unexpectedly'));
  }
}

let server: ScriptedServer;
let link: RedisLink | undefined;
let changes: string[];
beforeEach(() => {
  server = new ScriptedServer();
  changes = [];
});
afterEach(() => link?.close());

function open(): RedisLink {
  link = new RedisLink({
    url: 'redis://user:secret@h',
    connect: server.connect,
    timeoutMs: 30,
    onChange: (isUp, reason) => changes.push(`${isUp ? 'up' : 'down'}: ${reason}`),
  });
  return link;
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i++) await Bun.sleep(10);
  expect(holds()).toBe(true);
}

describe('RedisLink', () => {
  test('is up once the server has stored something', async () => {
    const one = open();
    expect(one.isUp).toBe(false);
    expect(await one.tried()).toBe(true);
    expect(server.sent[0]?.slice(0, 2)).toEqual(['SET', 'tokenharbor:probe']);
    expect(await one.send(['GET', 'a'])).toBe('OK');
  });

  test('sends nothing while it is down', async () => {
    server.refuses = true;
    const one = open();
    expect(await one.tried()).toBe(false);
    await expect(one.send(['GET', 'a'])).rejects.toThrow('not available');
    expect(server.sent).toEqual([]);
    await Bun.sleep(200);
    expect(changes).toEqual(['down: connect ECONNREFUSED']);
  });

  test('tries again until there is a server, and again after it was lost', async () => {
    server.refuses = true;
    const one = open();
    await one.tried();
    server.refuses = false;
    await until(() => one.isUp);
    server.cut();
    await until(() => !one.isUp);
    await until(() => one.isUp);
    expect(server.connections).toBe(2);
    expect(changes.slice(1)).toEqual(['up: Redis answers', 'down: Socket closed unexpectedly', 'up: Redis answers']);
  });

  test('a late answer takes it down, and goes to whoever wants it late', async () => {
    const one = open();
    await one.tried();
    const slow = Promise.withResolvers<Reply>();
    server.answer = ([name]) => (name === 'GET' ? slow.promise : undefined);
    const late: Reply[] = [];
    await expect(one.send(['GET', 'a'], (reply) => late.push(reply))).rejects.toThrow('no answer within 30 ms');
    expect(one.isUp).toBe(false);
    await expect(one.send(['GET', 'b'])).rejects.toThrow('not available');
    slow.resolve('at last');
    await until(() => late.length > 0);
    expect(late).toEqual(['at last']);
    expect(changes).toEqual(['up: Redis answers', 'down: no answer within 30 ms']);
  });

  test('an answer that lay there in time counts, however busy this process was', async () => {
    const one = open();
    await one.tried();
    server.answer = () => new Promise((resolve) => setTimeout(resolve, 5, 'there'));
    // Busy until long after both the answer and the end of the time for it.
    const asked = one.send(['GET', 'a']);
    Bun.sleepSync(100);
    expect(await asked).toBe('there');
    expect(one.isUp).toBe(true);
  });

  test('one late answer among others in time is no outage, ten in a row are', async () => {
    const one = open();
    await one.tried();
    const held: (() => void)[] = [];
    server.answer = ([, name]) =>
      name === 'late' ? new Promise((resolve) => held.push(() => resolve('OK'))) : Promise.resolve('OK');
    const late = () => one.send(['GET', 'late']).then(String, String);
    for (let round = 0; round < 3; round++) {
      const asked = [late(), late(), late(), late(), late()];
      expect(await one.send(['GET', 'other'])).toBe('OK');
      for (const answer of asked) expect(await answer).toContain('no answer within 30 ms');
      await one.send(['GET', 'other']);
    }
    expect(changes).toHaveLength(1);
    for (let count = 1; count <= 10; count++) {
      expect(changes).toHaveLength(1);
      const answer = late();
      // The answer to one before, which nobody waits for any more: the server is there.
      held.shift()?.();
      await answer;
    }
    expect(changes[1]).toBe('down: no answer within 30 ms');
  });

  test('slow but sound: it stays down on one connection until the server is in time again', async () => {
    const one = open();
    await one.tried();
    server.answer = async () => {
      await Bun.sleep(60);
      return 'OK';
    };
    await expect(one.send(['GET', 'a'])).rejects.toThrow();
    await Bun.sleep(400);
    expect(one.isUp).toBe(false);
    server.answer = async () => 'OK';
    await until(() => one.isUp);
    expect(server.connections).toBe(1);
  });

  test('a server that refuses to store is of no use, and another connection is tried', async () => {
    const one = open();
    await one.tried();
    server.answer = async () => {
      throw new Error("READONLY You can't write against a read only replica.");
    };
    await expect(one.send(['SET', 'a', '1'])).rejects.toThrow('READONLY');
    expect(one.isUp).toBe(false);
    await until(() => server.connections > 2);
    server.answer = async () => 'OK';
    await until(() => one.isUp);
    expect(changes[1]).toBe("down: READONLY You can't write against a read only replica.");
  });

  test('a script that is not known takes nothing down', async () => {
    const one = open();
    await one.tried();
    server.answer = async () => {
      throw new Error('NOSCRIPT No matching script.');
    };
    await expect(one.send(['EVALSHA', 'a', '0'])).rejects.toThrow('NOSCRIPT');
    expect(one.isUp).toBe(true);
  });

  test('what is prepared is sent on every connection, before anything else of its kind', async () => {
    const one = open();
    one.prepare(['SCRIPT', 'LOAD', 'return 1']);
    await one.tried();
    server.cut();
    await until(() => server.connections === 2 && one.isUp);
    expect(server.sent.map(([name]) => name)).toEqual(['SCRIPT', 'SET', 'SCRIPT', 'SET']);
  });

  test('once closed it does nothing more', async () => {
    const one = open();
    await one.tried();
    one.close();
    server.cut();
    await Bun.sleep(150);
    expect(server.connections).toBe(1);
    expect(changes).toEqual(['up: Redis answers']);
    await expect(one.send(['GET', 'a'])).rejects.toThrow('not available');
  });

  test('closing it while it tries is the end of it', async () => {
    server.refuses = true;
    const one = open();
    one.close();
    expect(await one.tried()).toBe(false);
    server.refuses = false;
    await Bun.sleep(150);
    expect(server.connections).toBe(0);
  });

  test('what is told is sent while the server is slow, and dropped beyond a bound', async () => {
    const one = open();
    await one.tried();
    server.answer = () => undefined;
    await expect(one.send(['GET', 'a'])).rejects.toThrow('no answer');
    const told = Array.from({ length: 10_100 }, (_, i) => one.tell(['DEL', String(i)]).then(String, String));
    expect(server.sent.filter(([name]) => name === 'DEL')).toHaveLength(10_000);
    expect(await told[10_099]).toContain('not available');
  });
});
