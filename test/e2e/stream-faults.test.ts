import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { anthropicEvent, anthropicStream, openaiEvent, openaiStream, OPENAI_DONE } from '../support/answers.ts';
import { anthropicClients, openaiClient, post, requestBody, thrownBy, type ClientShape } from '../support/clients.ts';
import { endedWell, errorAtEnd, expectFailedStream, expectFailure } from '../support/failed-stream.ts';
import { startRelay, UPSTREAM_KEY, type RelayFixture, type Target } from '../support/relay-fixture.ts';
import { SSE_HEADERS, type Script, type StreamOptions } from '../support/scripted-upstream.ts';
import { readStream } from '../support/sse-events.ts';

setDefaultTimeout(30_000);

/** `TH_RUNS=10000` cuts at every byte, the default at about 40 places for each way to end. */
const CUTS = Number(process.env.TH_RUNS ?? 300) >= 10_000 ? 5_000 : 40;

const SHAPES = ['openai', 'anthropic'] as const;
const EVENTS: Record<ClientShape, readonly string[]> = { openai: openaiStream(), anthropic: anthropicStream() };
const WHOLE: Record<ClientShape, string> = { openai: openaiStream().join(''), anthropic: anthropicStream().join('') };
/** Role and text (or message_start, block start, ping and text), but nothing that ends anything. */
const UNFINISHED: Record<ClientShape, readonly string[]> = {
  openai: EVENTS.openai.slice(0, 4),
  anthropic: EVENTS.anthropic.slice(0, 5),
};

describe('a stream that goes wrong upstream', () => {
  let relay: RelayFixture;
  beforeAll(async () => {
    relay = await startRelay({ targets: 40, provider: { timeouts: { first_byte: '1500ms', idle: '1s' } } });
  });
  afterAll(() => relay?.stop());

  const ask = ({ shape, id }: Target): Promise<Response> =>
    // With usage asked for, an intact OpenAI stream crosses byte for byte.
    post(
      relay,
      shape,
      requestBody(shape, id, {
        stream: true,
        ...(shape === 'openai' ? { stream_options: { include_usage: true } } : {}),
      }),
    );
  const publicText = (text: string, target: Target) => text.replaceAll('upstream-model', target.id);

  for (const shape of SHAPES) {
    const broken = (writes: readonly (string | Uint8Array)[], options: StreamOptions) =>
      relay.target(shape, (exchange) => exchange.stream(writes, options));

    test(`${shape}: an intact stream crosses with nothing changed but the model's name`, async () => {
      for (const framing of ['chunked', 'close'] as const) {
        const target = broken(EVENTS[shape], { framing });
        const { text, broken: fault } = await readStream(await ask(target));
        expect(fault).toBeUndefined();
        expect(text).toBe(publicText(WHOLE[shape], target));
      }
    });

    test(`fault 30, ${shape}: cut or reset at any byte, it ends with an error and never with success`, async () => {
      const bytes = Buffer.from(WHOLE[shape]);
      const finishAt =
        shape === 'openai' ? bytes.indexOf('"finish_reason":"stop"') : bytes.indexOf('event: message_stop');
      const finished = bytes.indexOf('\n\n', finishAt) + 2;
      const ways = [
        { framing: 'chunked', ending: 'cut' },
        { framing: 'close', ending: 'cut' },
        { framing: 'chunked', ending: 'reset' },
        { framing: 'close', ending: 'reset' },
      ] as const;
      const step = Math.max(1, Math.floor(bytes.length / CUTS));
      for (const way of ways) {
        let at = 0;
        const target = relay.target(shape, (exchange) => exchange.stream([bytes.subarray(0, at)], way));
        for (at = 0; at < bytes.length; at += step) {
          const response = await ask(target);
          if (at < finished - 2) await expectFailure(shape, response);
          else {
            // All that matters has come: the rest may be taken for a clean end or for a failure, but for one of both.
            if (response.status !== 200) {
              await expectFailure(shape, response);
              continue;
            }
            const answer = await readStream(response);
            expect(endedWell(shape, answer) !== (errorAtEnd(shape, answer) !== undefined), answer.text).toBe(true);
          }
        }
      }
    });

    test(`fault 31, ${shape}: a close-delimited stream without its terminal event is a failure`, async () => {
      const target = broken(UNFINISHED[shape], { framing: 'close', ending: 'end' });
      const error = await expectFailure(shape, await ask(target));
      expect(error.type).toBe(shape === 'openai' ? 'server_error' : 'api_error');
      if (shape === 'openai') expect(error.code).toBe('upstream_eof');
    });

    test(`fault 31, ${shape}: a chunked stream that ends properly but without its terminal event is a failure`, async () => {
      await expectFailure(shape, await ask(broken(UNFINISHED[shape], { framing: 'chunked', ending: 'end' })));
      await expectFailure(shape, await ask(broken([], { framing: 'chunked', ending: 'end' })));
    });

    test(`fault 30, ${shape}: the SDK throws its error after the text that came`, async () => {
      const half = UNFINISHED[shape].join('').slice(0, -20);
      // The pause lets the text through before the connection breaks.
      const target = broken([half], { ending: 'cut', delayMs: 100 });
      if (shape === 'openai') {
        const stream = await openaiClient(relay).chat.completions.create({
          model: target.id,
          messages: [{ role: 'user', content: 'x' }],
          stream: true,
        });
        let text = '';
        const error = await thrownBy(async () => {
          for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
        });
        expect(error).toBeInstanceOf(OpenAI.APIError);
        expect(text).toBe('Hello there');
      } else {
        for (const { client } of anthropicClients(relay)) {
          const stream = client.messages.stream({
            model: target.id,
            max_tokens: 9,
            messages: [{ role: 'user', content: 'x' }],
          });
          let text = '';
          stream.on('text', (piece) => (text += piece));
          const error = await thrownBy<InstanceType<typeof Anthropic.APIError>>(stream.finalMessage());
          expect(error.message).toContain('api_error');
          expect(text).toBe('Hello');
        }
      }
    });

    test(`fault 38, ${shape}: silence within a stream ends it at the idle deadline and closes the upstream`, async () => {
      let closedAt: Promise<number> | undefined;
      const target = relay.target(shape, (exchange) => {
        closedAt = exchange.peerClosed;
        return exchange.stream(UNFINISHED[shape], { ending: 'stall' });
      });
      const startedAt = performance.now();
      const error = await expectFailure(shape, await ask(target));
      const tookMs = performance.now() - startedAt;
      // Deadlines are looked at every quarter of a second.
      expect(tookMs).toBeGreaterThan(700);
      expect(tookMs).toBeLessThan(10_000);
      if (shape === 'openai') expect(error.code).toBe('upstream_timeout');
      else expect(error.type).toBe('timeout_error');
      expect((await closedAt!) - startedAt).toBeLessThan(2_500);
    });

    test(`fault 38, ${shape}: headers and then silence is a failure too`, async () => {
      const startedAt = performance.now();
      await expectFailure(shape, await ask(broken([], { ending: 'stall' })));
      expect(performance.now() - startedAt).toBeLessThan(12_000);
    });

    test(`${shape}: a chunk size that is none, within the stream`, async () => {
      const target = relay.target(shape, async (exchange) => {
        await exchange.head({ headers: SSE_HEADERS, framing: 'chunked' });
        for (const event of UNFINISHED[shape]) await exchange.write(event);
        await exchange.raw('zz\r\nnonsense\r\n');
        await exchange.stall();
      });
      await expectFailure(shape, await ask(target));
    });

    test(`${shape}: an answer that is not HTTP`, async () => {
      const heads = [
        'nonsense\r\n\r\n',
        'HTTP/1.1 abc\r\n\r\n',
        'HTTP/1.1 200 OK\r\ncontent-length: 5, 6\r\n\r\nhello',
        '\0\0\0\0',
      ];
      for (const head of heads) {
        const target = relay.target(shape, async (exchange) => {
          await exchange.raw(head);
          exchange.cut();
        });
        const response = await ask(target);
        expect(response.status, JSON.stringify(head)).toBe(502);
        await expectFailure(shape, response);
      }
    });

    test(`fault 33, ${shape}: a reset before the headers is a 502 and is tried again at most once`, async () => {
      for (const stream of [false, true]) {
        const target = relay.target(shape, (exchange) => exchange.reset());
        const response = await post(relay, shape, requestBody(shape, target.id, { stream }));
        expect(response.status).toBe(502);
        await expectFailure(shape, response);
        expect(relay.upstream.requestsFor(target.upstreamModel).length).toBeLessThanOrEqual(2);
      }
    });

    test(`fault 32, ${shape}: what follows the terminal event is not relayed and not waited for`, async () => {
      const second = WHOLE[shape] + 'data: {"garbage":true}\n\nnonsense';
      for (const writes of [[WHOLE[shape] + second], [WHOLE[shape], second]]) {
        let closed: Promise<number> | undefined;
        const target = relay.target(shape, (exchange) => {
          closed = exchange.peerClosed;
          return exchange.stream(writes, { ending: 'stall' });
        });
        const startedAt = performance.now();
        const { text } = await readStream(await ask(target));
        expect(text).toBe(publicText(WHOLE[shape], target));
        expect(performance.now() - startedAt).toBeLessThan(1_500);
        expect((await closed!) - startedAt).toBeLessThan(9_000);
      }
    });

    test(`${shape}: an error event mid-stream reaches the client once, and no success after it`, async () => {
      const message = `Overloaded at 127.0.0.1:${relay.upstream.port} for ${UPSTREAM_KEY}`;
      const spellings =
        shape === 'openai'
          ? [
              openaiEvent({ error: { message, type: 'server_error', code: 'engine_overloaded', param: null } }),
              openaiEvent({ error: { message, code: 503 } }),
              `event: error\n${openaiEvent({ error: { message, type: 'server_error' } })}`,
              openaiEvent({ id: 'x', object: 'chat.completion.chunk', choices: [], error: { message, code: 502 } }),
            ]
          : [
              anthropicEvent({ type: 'error', error: { type: 'overloaded_error', message } }),
              `data: ${JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message } })}\n\n`,
            ];
      const endings = shape === 'openai' ? [[], [OPENAI_DONE]] : [[], [anthropicEvent({ type: 'message_stop' })]];
      for (const spelling of spellings) {
        for (const ending of endings) {
          // The pause lets the text through: an error that comes with the first bytes is told with a status instead.
          const writes = [UNFINISHED[shape].join(''), [spelling, ...ending].join('')];
          const answer = await readStream(await ask(broken(writes, { delayMs: 30 })));
          expectFailedStream(shape, answer);
          const { text } = answer;
          expect(text, 'the text before the error').toContain('Hello');
          expect(text).not.toContain(UPSTREAM_KEY);
          expect(text).not.toContain(String(relay.upstream.port));
        }
      }
    });
  }

  test('fault 31: finish, usage and EOF without [DONE] is a clean end, and gets its [DONE]', async () => {
    for (const framing of ['chunked', 'close'] as const) {
      const target = relay.target('openai', (exchange) => exchange.stream(EVENTS.openai.slice(0, -1), { framing }));
      const { text } = await readStream(await ask(target));
      expect(text).toBe(publicText(WHOLE.openai, target));
    }
  });

  test('a stray [DONE] behind an Anthropic stream is not relayed', async () => {
    for (const stray of ['data: [DONE]\n\n', 'event: data\ndata: [DONE]\n\n']) {
      const target = relay.target('anthropic', (exchange) => exchange.stream([...EVENTS.anthropic, stray]));
      expect((await readStream(await ask(target))).text).toBe(publicText(WHOLE.anthropic, target));
    }
  });

  test('an Anthropic stream without event lines gets them', async () => {
    const bare = WHOLE.anthropic.replace(/^event: .*\n/gm, '');
    const script: Script = (exchange) => exchange.stream([bare]);
    const target = relay.target('anthropic', script);
    for (const { client } of anthropicClients(relay)) {
      const stream = client.messages.stream({
        model: target.id,
        max_tokens: 9,
        messages: [{ role: 'user', content: 'x' }],
      });
      expect((await stream.finalMessage()).content).toMatchObject([{ text: 'Hello there 🌍' }]);
    }
  });

  test('a JSON answer that is cut is no answer', async () => {
    for (const shape of SHAPES) {
      const scripts: Script[] = [
        async (exchange) => {
          await exchange.head({
            headers: [
              ['content-type', 'application/json'],
              ['content-length', '500'],
            ],
            framing: 'content-length',
          });
          await exchange.write('{"id":"x","choi');
          exchange.cut();
        },
        (exchange) =>
          exchange.stream(['{"id":"x","choi'], { headers: [['content-type', 'application/json']], ending: 'cut' }),
        (exchange) =>
          exchange.stream(['{"id":"x","choi'], { headers: [['content-type', 'application/json']], framing: 'close' }),
        (exchange) =>
          exchange.stream(['{"id":"x","choi'], { headers: [['content-type', 'application/json']], ending: 'reset' }),
      ];
      for (const script of scripts) {
        const target = relay.target(shape, script);
        const response = await post(relay, shape, requestBody(shape, target.id));
        expect(response.status).toBe(502);
        await expectFailure(shape, response);
      }
    }
  });
});
