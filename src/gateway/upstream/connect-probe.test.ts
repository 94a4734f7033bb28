import { afterEach, describe, expect, test } from 'bun:test';
import net from 'node:net';
import { freePorts } from '../../../test/support/free-ports.ts';
import { startFullSocket } from '../../../test/support/full-socket.ts';
import { Ticker } from '../ticker.ts';
import { ConnectProbe } from './connect-probe.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function listen(): Promise<{ readonly url: URL; connections(): number }> {
  let connections = 0;
  const server = net.createServer((socket) => {
    connections++;
    socket.on('error', () => undefined);
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  const { port } = server.address() as net.AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/v1`), connections: () => connections };
}

describe('ConnectProbe', () => {
  const ticker = new Ticker();

  test('a thousand requests that wait make one connection', async () => {
    const { url, connections } = await listen();
    const probe = new ConnectProbe(url);
    const sentMs = ticker.time();
    const ask = () => probe.isReachable(sentMs, 20_000, ticker);
    const answers = await Promise.all(Array.from({ length: 1000 }, ask));
    expect(answers.every(Boolean)).toBe(true);
    // Those of the same time that look later, too.
    expect(await ask()).toBe(true);
    await Bun.sleep(20);
    expect(connections()).toBe(1);
    // What was sent after it may have met another network.
    expect(await probe.isReachable(ticker.time(), 20_000, ticker)).toBe(true);
    await Bun.sleep(20);
    expect(connections()).toBe(2);
  });

  test('fault 34: a host that drops packets is unreachable, for all who wait for it, and may be reachable later', async () => {
    const full = await startFullSocket();
    ends.push(full.stop);
    for (const host of ['127.0.0.1', 'localhost']) {
      const probe = new ConnectProbe(new URL(`http://${host}:${full.port}`));
      const ask = () => probe.isReachable(ticker.time(), 300, ticker);
      expect(await Promise.all([ask(), ask()])).toEqual([false, false]);
      expect(await ask()).toBe(false);
    }
  });

  test('who refuses is there, and a name that is not found is for fetch to tell', async () => {
    const [closed] = await freePorts(1);
    for (const url of [`http://127.0.0.1:${closed}`, 'http://no-such-host.invalid', `http://[::1]:${closed}`]) {
      expect(await new ConnectProbe(new URL(url)).isReachable(0, 20_000, ticker)).toBe(true);
    }
  });
});
