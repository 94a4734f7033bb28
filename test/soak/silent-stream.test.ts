import { expect, test } from 'bun:test';
import { anthropicStream, openaiStream } from '../support/answers.ts';
import { anthropicClients, openaiClient, post, requestBody, type ClientShape } from '../support/clients.ts';
import { startRelay } from '../support/relay-fixture.ts';
import { readStream } from '../support/sse-events.ts';

/** Longer than any default that might cut it: Bun.serve's 10 s, a proxy's 60 s. `TH_SILENCE_S=330` passes fetch's 300 s. */
const SILENCE_S = Number(process.env.TH_SILENCE_S ?? 90);

const EVENTS: Record<ClientShape, readonly string[]> = { openai: openaiStream(), anthropic: anthropicStream() };

test(
  `fault 38: ${SILENCE_S} s of silence, before the first event and within, are waited out`,
  async () => {
    const relay = await startRelay({ targets: 8, provider: { timeouts: { first_byte: '20m', idle: '20m' } } });
    try {
      const pausing = (shape: ClientShape, at: number) =>
        relay.target(shape, async (exchange) => {
          await exchange.stream(EVENTS[shape].slice(0, at), { ending: 'keep-open' });
          await Bun.sleep(SILENCE_S * 1_000);
          for (const event of EVENTS[shape].slice(at)) await exchange.write(event);
          await exchange.end();
        });
      const messages = [{ role: 'user' as const, content: 'x' }];
      await Promise.all([
        ...([0, 3] as const).map(async (at) => {
          const { id } = pausing('openai', at);
          const stream = openaiClient(relay).chat.completions.stream({ model: id, messages });
          expect(await stream.finalContent()).toBe('Hello there 🌍');
        }),
        ...([0, 4] as const).flatMap((at) =>
          anthropicClients(relay).map(async ({ client }) => {
            const { id } = pausing('anthropic', at);
            const message = await client.messages.stream({ model: id, max_tokens: 9, messages }).finalMessage();
            expect(message.content).toMatchObject([{ text: 'Hello there 🌍' }]);
          }),
        ),
        (async () => {
          const { id } = pausing('openai', 3);
          const { comments, text } = await readStream(
            await post(relay, 'openai', requestBody('openai', id, { stream: true })),
          );
          expect(text).toEndWith('data: [DONE]\n\n');
          expect(comments.length).toBeGreaterThanOrEqual(Math.floor(SILENCE_S / 10) - 1);
        })(),
      ]);
    } finally {
      await relay.stop();
    }
  },
  (SILENCE_S + 60) * 1_000,
);
