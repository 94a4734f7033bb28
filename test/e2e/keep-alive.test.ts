import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicStream, openaiStream } from '../support/answers.ts';
import { anthropicClients, openaiClient, post, requestBody, type ClientShape } from '../support/clients.ts';
import { startRelay, type RelayFixture } from '../support/relay-fixture.ts';
import { parseEvents, readStream } from '../support/sse-events.ts';

setDefaultTimeout(20_000);

const STREAM: Record<ClientShape, readonly string[]> = { openai: openaiStream(), anthropic: anthropicStream() };

describe('a stream that is silent for a while', () => {
  let relay: RelayFixture;
  beforeAll(async () => {
    relay = await startRelay({
      config: { server: { heartbeat: '200ms' } },
      provider: { timeouts: { idle: '10s' } },
    });
  });
  afterAll(() => relay?.stop());

  for (const shape of ['openai', 'anthropic'] as const) {
    const pausing = (pause: () => Promise<unknown> = () => Bun.sleep(1_000)) =>
      relay.target(shape, async (exchange) => {
        // Behind the first content: what comes before it is held back for a while, in case another upstream has to answer.
        const begun = STREAM[shape].findIndex((event) => event.includes('Hello')) + 1;
        const rest = STREAM[shape].slice(begun);
        // The pause falls within an event, where a heartbeat would tear it apart.
        const half = Math.floor(rest[0]!.length / 2);
        const first = [...STREAM[shape].slice(0, begun), rest[0]!.slice(0, half)];
        await exchange.stream(first, { ending: 'keep-open' });
        await pause();
        for (const event of [rest[0]!.slice(half), ...rest.slice(1)]) await exchange.write(event);
        await exchange.end();
      });

    const beatsIn = (text: string) => {
      const { events, comments } = parseEvents(text);
      // One ping is the upstream's own.
      const pings = shape === 'openai' ? 0 : events.filter(({ event }) => event === 'ping').length - 1;
      return pings + comments.length;
    };

    test(`${shape}: gets heartbeats the SDKs do not notice, and loses nothing`, async () => {
      const two = Promise.withResolvers<void>();
      const target = pausing(() => two.promise);
      const response = await post(relay, shape, requestBody(shape, target.id, { stream: true }));
      // The upstream goes on when they are there: how long that takes is up to the clock of a busy machine.
      const { text } = await readStream(response, (so) => {
        if (beatsIn(so) >= 2) two.resolve();
      });
      expect(beatsIn(text), text).toBeGreaterThanOrEqual(2);
      expect(text).toEndWith(STREAM[shape].at(-1)!);
      if (shape === 'openai') {
        const stream = openaiClient(relay).chat.completions.stream({
          model: pausing().id,
          messages: [{ role: 'user', content: 'x' }],
        });
        expect(await stream.finalContent()).toBe('Hello there 🌍');
      } else {
        for (const { client } of anthropicClients(relay)) {
          const messages = [{ role: 'user' as const, content: 'x' }];
          const stream = client.messages.stream({ model: pausing().id, max_tokens: 9, messages });
          expect((await stream.finalMessage()).content).toMatchObject([{ text: 'Hello there 🌍' }]);
        }
      }
    });
  }
});
