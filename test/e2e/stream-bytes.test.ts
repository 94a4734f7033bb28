import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicStream, openaiEvent, openaiStream } from '../support/answers.ts';
import { anthropicClients, openaiClient, post, requestBody, type ClientShape } from '../support/clients.ts';
import { endedWell, errorAtEnd, expectFailure } from '../support/failed-stream.ts';
import { startRelay, type RelayFixture, type Target } from '../support/relay-fixture.ts';
import { SSE_HEADERS } from '../support/scripted-upstream.ts';
import { seedOf, splitAtRandom, splitEveryByte } from '../support/split-bytes.ts';
import { parseEvents, readStream } from '../support/sse-events.ts';

setDefaultTimeout(30_000);

const SHAPES = ['openai', 'anthropic'] as const;
const WHOLE: Record<ClientShape, string> = { openai: openaiStream().join(''), anthropic: anthropicStream().join('') };
const MiB = 1024 * 1024;

describe('the bytes of a stream, however the upstream spells and cuts them', () => {
  let relay: RelayFixture;
  beforeAll(async () => {
    relay = await startRelay();
  });
  afterAll(() => relay?.stop());

  const ask = ({ shape, id }: Target): Promise<Response> =>
    post(
      relay,
      shape,
      requestBody(shape, id, {
        stream: true,
        ...(shape === 'openai' ? { stream_options: { include_usage: true } } : {}),
      }),
    );

  for (const shape of SHAPES) {
    const publicText = (text: string, target: Target) => text.replaceAll('upstream-model', target.id);

    test(`fault 39, ${shape}: one byte a packet gives the same bytes`, async () => {
      const target = relay.target(shape, (exchange) => exchange.stream(splitEveryByte(WHOLE[shape])));
      expect((await readStream(await ask(target))).text).toBe(publicText(WHOLE[shape], target));
    });

    test(`fault 39, ${shape}: split at random places gives the same bytes`, async () => {
      let seed = 0;
      const target = relay.target(shape, (exchange) => exchange.stream(splitAtRandom(WHOLE[shape], 9, seed)));
      for (seed = 1; seed <= 60; seed++) {
        expect((await readStream(await ask(target))).text, `seed ${seed}`).toBe(publicText(WHOLE[shape], target));
      }
    });

    test(`fault 39, ${shape}: CRLF, CR, a byte-order mark, comments, no space after the colon`, async () => {
      const plain = WHOLE[shape];
      const spellings = {
        crlf: plain.replaceAll('\n', '\r\n'),
        cr: plain.replaceAll('\n', '\r'),
        bom: `\ufeff${plain}`,
        comments: plain.replaceAll('\n\n', '\n\n: PROCESSING\n\n'),
        'no space': plain.replace(/^(data|event): /gm, '$1:'),
        'blank lines': plain.replaceAll('\n\n', '\n\n\n\n'),
        'id and retry lines': plain.replaceAll('data: ', 'id: 7\nretry: 10\ndata: '),
      };
      for (const [name, text] of Object.entries(spellings)) {
        for (const pieces of [[text], splitAtRandom(text, 20, seedOf(name)), splitEveryByte(text)]) {
          const target = relay.target(shape, (exchange) => exchange.stream(pieces));
          const answer = await readStream(await ask(target));
          const events = ({ event, data }: { event?: string | undefined; data: string }) => [event, data];
          expect(answer.events.map(events), name).toEqual(parseEvents(publicText(plain, target)).events.map(events));
        }
      }
    });

    test(`fault 39, ${shape}: an event of 4 MB crosses whole`, async () => {
      const big = 'lorem 🌍 ipsum '.repeat(250_000);
      const stream = (shape === 'openai' ? openaiStream : anthropicStream)({ pieces: ['a', big, 'z'] });
      const target = relay.target(shape, (exchange) => exchange.stream(splitAtRandom(stream.join(''), 100, 4)));
      const { text } = await readStream(await ask(target));
      expect(text === publicText(stream.join(''), target)).toBe(true);
    });

    test(`fault 39, ${shape}: a line without an end is a failure, not a growing buffer`, async () => {
      let written = () => 0;
      const target = relay.target(shape, async (exchange) => {
        written = () => exchange.bytesWritten;
        await exchange.head({ headers: SSE_HEADERS, framing: 'chunked' });
        await exchange.write(WHOLE[shape].slice(0, WHOLE[shape].indexOf('Hello')));
        await exchange.flood('x'.repeat(65_536), 200 * MiB);
        await exchange.stall();
      });
      const before = relay.gateway.rssKiB();
      const response = await ask(target);
      const reader = response.body!.getReader();
      let text = '';
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          // Only the end matters, and 200 MiB of text would be a test of our own memory.
          text = (text + Buffer.from(value).toString()).slice(-2_000);
        }
      } catch {
        text = ''; // a broken connection is an honest failure too
      }
      expect(text).not.toContain('[DONE]');
      expect(text).not.toContain('message_stop');
      if (text !== '') expect(text).toContain('"error"');
      expect(written()).toBeLessThan(100 * MiB);
      expect(relay.gateway.rssKiB() - before).toBeLessThan(120 * 1024);
    });

    test(`fault 40, ${shape}: a compressed answer to a request for none is decoded or refused`, async () => {
      for (const encoding of ['gzip', 'deflate'] as const) {
        const pack = encoding === 'gzip' ? Bun.gzipSync : (data: Uint8Array<ArrayBuffer>) => Bun.deflateSync(data);
        const packed = pack(new TextEncoder().encode(WHOLE[shape]));
        const target = relay.target(shape, (exchange) =>
          exchange.stream([packed], { headers: [...SSE_HEADERS, ['content-encoding', encoding]] }),
        );
        const response = await ask(target);
        expect(response.headers.get('content-encoding')).toBeNull();
        if (response.status !== 200) await expectFailure(shape, response);
        else {
          const answer = await readStream(response);
          if (errorAtEnd(shape, answer) === undefined) expect(answer.text).toBe(publicText(WHOLE[shape], target));
        }
      }
      const lie = relay.target(shape, (exchange) =>
        exchange.stream([WHOLE[shape]], { headers: [...SSE_HEADERS, ['content-encoding', 'gzip']] }),
      );
      await expectFailure(shape, await ask(lie));
    });
  }

  test('C053: comments between the chunks do not disturb the SDK', async () => {
    const writes = openaiStream().flatMap((event) => [': OPENROUTER PROCESSING\n\n', event]);
    const target = relay.target('openai', (exchange) => exchange.stream(writes));
    const stream = openaiClient(relay).chat.completions.stream({
      model: target.id,
      messages: [{ role: 'user', content: 'x' }],
    });
    expect(await stream.finalContent()).toBe('Hello there 🌍');
  });

  test('the whole answer is there when the last event lacks its blank line', async () => {
    for (const shape of SHAPES) {
      const text = WHOLE[shape].trimEnd();
      const target = relay.target(shape, (exchange) => exchange.stream([text], { framing: 'close' }));
      const answer = await readStream(await ask(target));
      expect(endedWell(shape, answer), answer.text).toBe(true);
    }
  });

  test('tool calls and members nobody knows cross as they are', async () => {
    const chunks = [
      {
        id: 'c',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'upstream-model',
        x_vendor: { big: 1 },
        choices: [
          {
            index: 0,
            delta: {
              role: 'assistant',
              content: null,
              tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } }],
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: 'c',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'upstream-model',
        choices: [
          {
            index: 0,
            delta: { tool_calls: [{ index: 0, function: { arguments: '{"model":"upstream-model"' } }] },
            finish_reason: null,
          },
        ],
      },
      {
        id: 'c',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'upstream-model',
        choices: [
          {
            index: 0,
            delta: { tool_calls: [{ index: 0, function: { arguments: ',"n":12345678901234567890}' } }] },
            finish_reason: null,
          },
        ],
      },
      {
        id: 'c',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'upstream-model',
        choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }],
      },
    ];
    const text = [...chunks.map(openaiEvent), 'data: [DONE]\n\n']
      .join('')
      .replace('"big":1', '"big": 12345678901234567890');
    const target = relay.target('openai', (exchange) => exchange.stream([text]));
    const answer = await readStream(await ask(target));
    // Only the top-level `model` of a chunk is ours to rewrite, never the same words within an argument.
    expect(answer.text).toBe(text.replaceAll('"model":"upstream-model"', `"model":"${target.id}"`));
  });

  test('thinking and signatures reach the Anthropic SDKs as they are', async () => {
    const signature = 'EqQBCgIYAhIkMDEyMzQ1Njc4OWFiY2RlZg==';
    const events = anthropicStream();
    const block = (value: object) => `event: ${(value as { type: string }).type}\ndata: ${JSON.stringify(value)}\n\n`;
    const thinking = [
      block({
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'thinking', thinking: '', signature: '' },
      }),
      block({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } }),
      block({ type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature } }),
      block({ type: 'content_block_stop', index: 0 }),
    ];
    const shifted = events.slice(1).map((event) => event.replace('"index":0', '"index":1'));
    const target = relay.target('anthropic', (exchange) => exchange.stream([events[0]!, ...thinking, ...shifted]));
    for (const { client } of anthropicClients(relay)) {
      const stream = client.messages.stream({
        model: target.id,
        max_tokens: 9,
        messages: [{ role: 'user', content: 'x' }],
      });
      expect((await stream.finalMessage()).content).toMatchObject([
        { type: 'thinking', thinking: 'Hm.', signature },
        { type: 'text', text: 'Hello there 🌍' },
      ]);
    }
  });
});
