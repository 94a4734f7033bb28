import { expect, test } from 'bun:test';
import { openaiStream } from '../support/answers.ts';
import { requestBody } from '../support/clients.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { startRelay } from '../support/relay-fixture.ts';

/** How many streams are begun and left. */
const STREAMS = Number(process.env.TH_STREAMS ?? 20_000);
const AT_ONCE = 50;

test(
  `fault 46: ${STREAMS} streams left in the middle leave no memory and no connection behind`,
  async () => {
    const relay = await startRelay({ targets: 1 });
    try {
      const events = openaiStream();
      const target = relay.target('openai', (exchange) => exchange.stream(events.slice(0, 3), { ending: 'stall' }));
      const headers = [
        ['content-type', 'application/json'],
        ['authorization', `Bearer ${relay.key}`],
      ] as const;
      const body = JSON.stringify(requestBody('openai', target.id, { stream: true }));
      const request = rawRequest('/v1/chat/completions', { method: 'POST', headers, body });
      const beginAndLeave = async (i: number) => {
        const client = await RawClient.connect(relay.gateway.port);
        await client.send(request);
        await client.until((text) => text.includes('Hello'), 20_000);
        if (i % 2 === 0) client.reset();
        else client.close();
      };
      const samples: number[] = [];
      for (let done = 0; done < STREAMS; done += AT_ONCE) {
        await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => beginAndLeave(i)));
        relay.upstream.requests.length = 0;
        if ((done / AT_ONCE) % 20 === 0) samples.push(relay.gateway.rssKiB());
      }
      await Bun.sleep(2_000);
      console.log(`resident memory, KiB, every ${20 * AT_ONCE} streams: ${samples.join(' ')}`);
      expect(relay.upstream.sockets.size).toBe(0);
      // The first half warms the process up; what counts is what the second half adds.
      const half = Math.floor(samples.length / 2);
      const middle = Math.max(...samples.slice(half - 3, half));
      const end = Math.min(...samples.slice(-3));
      expect(end - middle).toBeLessThan(8 * 1024);
      const usage = await fetch(`${relay.url}/v1/usage`, { headers: { authorization: `Bearer ${relay.key}` } });
      const { total } = (await usage.json()) as { total: { requests: number } };
      expect(total.requests).toBe(STREAMS);
    } finally {
      await relay.stop();
    }
  },
  30 * 60_000,
);
