import { describe, expect, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { anthropicEvent, openaiEvent, OPENAI_DONE } from '../support/answers.ts';
import { anthropicClient, anthropicClients, openaiClient, thrownBy, type ClientShape } from '../support/clients.ts';
import { expectFailedStream } from '../support/failed-stream.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { UPSTREAM_KEY } from '../support/relay-fixture.ts';
import type { Exchange, Script } from '../support/scripted-upstream.ts';
import { readStream } from '../support/sse-events.ts';
import { blockEvents, message, messageEvents, messageStart, text } from './support/anthropic-answers.ts';
import { conformance, type ConformanceModel } from './support/conformance.ts';
import { chunk, chunks, completion, toolDelta } from './support/openai-answers.ts';

const th = conformance({ config: { server: { heartbeat: '300ms' } } });

type AError = InstanceType<typeof Anthropic.APIError>;
type OError = InstanceType<typeof OpenAI.APIError>;
const messages = [{ role: 'user' as const, content: 'Hi' }];
const bodyOf = (shape: ClientShape, model: ConformanceModel) => ({
  model: model.id,
  messages,
  ...(shape === 'anthropic' ? { max_tokens: 100 } : {}),
});

/** What the official SDKs throw for the answer of an upstream of the other shape. */
const failA = (model: ConformanceModel) =>
  thrownBy<AError>(th.anthropic.messages.create(bodyOf('anthropic', model) as never));
const failO = (model: ConformanceModel) =>
  thrownBy<OError>(th.openai.chat.completions.create(bodyOf('openai', model) as never));
/** With a pause behind each write, so that what comes first is with the client before what comes next. */
const slowly =
  (writes: readonly string[]): Script =>
  (exchange) =>
    exchange.stream(writes, { delayMs: 50 });
const status =
  (code: number, value: unknown, headers: [string, string][] = []): Script =>
  (exchange) =>
    exchange.json(code, value, headers);

describe('an error of an upstream of the other shape', () => {
  const upstreamO = th.model('openai');
  const upstreamA = th.model('anthropic');
  const ofO = (type: string, code: string | null, words = 'The upstream says no.') => ({
    error: { message: words, type, param: null, code },
  });
  const ofA = (type: string, words = 'The upstream says no.') => ({
    type: 'error',
    error: { type, message: words },
    request_id: 'req_up',
  });

  test('C048 429-upstream, C9, C11: a limit the gateway’s users share is overload, with a wait', async () => {
    upstreamO.answer(status(429, ofO('rate_limit_error', 'rate_limit_exceeded'), [['retry-after', '7']]));
    const a = await failA(upstreamO);
    expect(a).toBeInstanceOf(Anthropic.OverloadedError);
    expect(a).toMatchObject({ status: 529, type: 'overloaded_error' });
    upstreamA.answer(status(429, ofA('rate_limit_error'), [['retry-after', '7']]));
    const o = await failO(upstreamA);
    expect(o).toBeInstanceOf(OpenAI.InternalServerError);
    expect(o).toMatchObject({ status: 503, code: 'upstream_rate_limited' });
    for (const { headers } of [a, o]) {
      expect((headers as Headers).get('retry-after')).toBe('7');
      expect((headers as Headers).get('x-should-retry')).toBe('true');
    }
  });

  test('C049 upstream-401: our own credential, refused, is our fault and stays ours', async () => {
    upstreamO.answer(
      status(401, ofO('invalid_request_error', 'invalid_api_key', `Incorrect API key provided: ${UPSTREAM_KEY}`)),
    );
    upstreamA.answer(status(401, ofA('authentication_error', `invalid x-api-key ${UPSTREAM_KEY}`)));
    const a = await failA(upstreamO);
    const o = await failO(upstreamA);
    expect(a).toBeInstanceOf(Anthropic.InternalServerError);
    expect(o).toBeInstanceOf(OpenAI.InternalServerError);
    for (const error of [a, o]) {
      expect(error.status).toBe(502);
      expect(JSON.stringify([error.message, error.error])).not.toContain(UPSTREAM_KEY.slice(0, 12));
    }
  });

  test('C050 context-overflow: in the words on which Claude Code compacts', async () => {
    const words = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.";
    upstreamO.answer(status(400, ofO('invalid_request_error', 'context_length_exceeded', words)));
    const a = await failA(upstreamO);
    expect(a).toBeInstanceOf(Anthropic.BadRequestError);
    expect(a.apiMessage).toBe('prompt is too long: 9001 tokens > 8192 maximum');
    upstreamA.answer(status(400, ofA('invalid_request_error', 'prompt is too long: 9001 tokens > 8192 maximum')));
    const o = await failO(upstreamA);
    expect(o).toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'messages' });
  });

  test('C120 error-200, C8: a 200 that is an error is one', async () => {
    upstreamO.answer({ error: { message: 'Provider returned error', code: 502 } });
    expect(await failA(upstreamO)).toMatchObject({ status: 502, type: 'api_error' });
    upstreamA.answer(ofA('overloaded_error'));
    expect(await failO(upstreamA)).toMatchObject({ status: 503, code: 'upstream_overloaded' });
  });

  test('C121 html-502: a page of a proxy is not shown', async () => {
    const page: Script = (exchange) =>
      exchange.answer(502, '<html><body>Bad gateway nginx</body></html>', [['content-type', 'text/html']]);
    const a = await failA(upstreamO.answer(page));
    const o = await failO(upstreamA.answer(page));
    for (const error of [a, o]) {
      expect(error.status).toBe(502);
      expect(error.message).toContain('502');
      expect(error.message).not.toMatch(/<|nginx/);
    }
  });

  test('C9: the upstream’s words about a request arrive, and where it found the fault, in the client’s own path', async () => {
    upstreamA.answer(status(400, ofA('invalid_request_error', 'messages.0.content.0.text: is not to its taste')));
    const body = {
      model: upstreamA.id,
      messages: [
        { role: 'system', content: 'S' },
        { role: 'user', content: 'Hi' },
      ],
    };
    const error = await thrownBy<OError>(th.openai.chat.completions.create(body as never));
    expect(error).toMatchObject({ status: 400, type: 'invalid_request_error' });
    expect(error.message).toContain('is not to its taste');
    expect(error.param).toStartWith('messages[1]');
  });
});

describe('a stream of the other shape that goes wrong', () => {
  const upstreamO = th.model('openai');
  const upstreamA = th.model('anthropic');
  const streamFailsA = async (model: ConformanceModel) => {
    const response = await th.post('anthropic', { ...bodyOf('anthropic', model), stream: true });
    expect(response.status).toBe(200);
    const answer = await readStream(response);
    expect(answer.text).not.toContain('message_delta');
    return expectFailedStream('anthropic', answer);
  };

  test('C045 mid-stream-error-a, C1, C2, C8: an error chunk is an error event, in both SDKs, and no message_stop', async () => {
    const error = openaiEvent({ error: { message: 'Provider returned error', code: 502 } });
    upstreamO.answer(slowly([chunk({ role: 'assistant', content: 'Hel' }), error, chunk({}, 'stop'), OPENAI_DONE]));
    expect(await streamFailsA(upstreamO)).toMatchObject({ type: 'api_error' });
    for (const { sdk, client } of anthropicClients(th)) {
      const thrown = await thrownBy<AError>(
        client.messages.stream(bodyOf('anthropic', upstreamO) as never).finalMessage(),
      );
      expect(thrown.type, sdk).toBe('api_error');
    }
    upstreamO.answer(slowly([chunk({ role: 'assistant', content: 'Hel' }), chunk({}, 'error'), OPENAI_DONE]));
    await streamFailsA(upstreamO);
  });

  test('C046 mid-stream-error-o, C1, C3: an error event is an error chunk, and no [DONE]', async () => {
    const error = anthropicEvent({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
    upstreamA.answer(slowly([messageStart(), ...blockEvents(text('Hello'), 0).slice(0, 2), error]));
    const response = await th.post('openai', { ...bodyOf('openai', upstreamA), stream: true });
    expect(response.status).toBe(200);
    const shown = expectFailedStream('openai', await readStream(response));
    expect(shown).toMatchObject({ type: 'server_error', code: 'upstream_overloaded' });
    const thrown = await thrownBy<OError>(
      th.openai.chat.completions.stream(bodyOf('openai', upstreamA) as never).finalChatCompletion(),
    );
    expect(thrown).toBeInstanceOf(OpenAI.APIError);
    expect(thrown.type).toBe('server_error');
  });

  test('C047 eof-truncated, A22, C10: an end without a finish is no end, in either shape', async () => {
    const half = [
      chunk({ role: 'assistant', content: 'Hel' }),
      chunk(toolDelta({ index: 0, id: 't1', name: 'f', args: '{"a"' })),
    ];
    for (const ending of ['end', 'cut', 'reset'] as const) {
      upstreamO.answer((exchange) => exchange.stream(half, { ending, delayMs: 50 }));
      await streamFailsA(upstreamO);
    }
    const thrown = await thrownBy(th.anthropic.messages.stream(bodyOf('anthropic', upstreamO) as never).finalMessage());
    expect(thrown).toBeInstanceOf(Anthropic.APIError);
    upstreamA.answer(slowly(messageEvents([text('Hello')]).slice(0, -2)));
    const response = await th.post('openai', { ...bodyOf('openai', upstreamA), stream: true });
    expect(expectFailedStream('openai', await readStream(response)).code).toBe('upstream_eof');
  });

  test('C5: an error before the first piece of an answer is an HTTP error, whatever status came', async () => {
    upstreamA.answer([anthropicEvent({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })]);
    const o = await thrownBy<OError>(
      th.openai.chat.completions.create({ ...bodyOf('openai', upstreamA), stream: true } as never),
    );
    expect(o).toMatchObject({ status: 503, code: 'upstream_overloaded' });
    upstreamO.answer([openaiEvent({ error: { message: 'Busy', type: 'server_error', code: 'engine_overloaded' } })]);
    const a = await thrownBy<AError>(
      th.anthropic.messages.create({ ...bodyOf('anthropic', upstreamO), stream: true } as never),
    );
    expect(a).toMatchObject({ status: 529, type: 'overloaded_error' });
  });

  test('B5: an event without an end is a clean error, not a growing buffer', async () => {
    upstreamO.answer(async (exchange) => {
      await exchange.stream([chunk({ role: 'assistant', content: 'Hel' }), 'data: {"choices":['], {
        ending: 'keep-open',
      });
      await exchange.flood('"x",'.repeat(16_384), 100 * 1024 * 1024);
      await exchange.stall();
    });
    await streamFailsA(upstreamO);
  });
});

describe('a client that leaves an answer of the other shape', () => {
  const upstreams = { openai: th.model('anthropic'), anthropic: th.model('openai') };
  for (const shape of ['openai', 'anthropic'] as const) {
    test(`C044 disconnect, G1, G2, G3, ${shape}: the upstream is left within a second, before and within the answer, streamed or not`, async () => {
      const model = upstreams[shape];
      const half =
        shape === 'openai' ? messageEvents([text('Hello')]).slice(0, 4) : chunks([{ content: 'Hello' }]).slice(0, 2);
      const stall = (exchange: Exchange) => exchange.stall();
      const stallWithin = (exchange: Exchange) => exchange.stream(half, { ending: 'stall' });
      for (const [script, stream] of [
        [stall, false],
        [stall, true],
        [stallWithin, true],
      ] as const) {
        const { promise, resolve } = Promise.withResolvers<Exchange>();
        model.answer((exchange) => {
          resolve(exchange);
          return script(exchange);
        });
        const client = await RawClient.connect(th.gateway.port);
        const body = JSON.stringify({ ...bodyOf(shape, model), stream });
        const headers = [
          ['content-type', 'application/json'],
          ['authorization', `Bearer ${th.key}`],
        ] as const;
        await client.send(
          rawRequest(shape === 'openai' ? '/v1/chat/completions' : '/v1/messages', { method: 'POST', headers, body }),
        );
        const { peerClosed } = await promise;
        await Bun.sleep(100);
        const leftMs = performance.now();
        client.close();
        const closedMs = await Promise.race([peerClosed, Bun.sleep(5_000).then(() => Infinity)]);
        expect(closedMs - leftMs).toBeLessThan(10_000);
      }
    });
  }
});

describe('an SDK that may try again', () => {
  const upstreamO = th.model('openai');
  const upstreamA = th.model('anthropic');
  const busy: Script = (exchange) =>
    exchange.json(503, { error: { message: 'Busy', type: 'overloaded_error' } }, [['retry-after', '1']]);

  test('C023 retry: told to wait a second, both SDKs do, and get their answer', async () => {
    upstreamO.answer(busy, completion({ content: 'Hello' }));
    const a = await anthropicClient(th, { maxRetries: 2 }).messages.create(bodyOf('anthropic', upstreamO) as never);
    expect(a).toMatchObject({ content: [{ text: 'Hello' }] });
    expect(upstreamO.requests).toHaveLength(2);
    upstreamA.answer(busy, message([text('Hello')]));
    const o = await openaiClient(th, { maxRetries: 2 }).chat.completions.create(bodyOf('openai', upstreamA) as never);
    expect(o).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });
    expect(upstreamA.requests).toHaveLength(2);
    for (const [first, second] of [upstreamO.requests, upstreamA.requests]) {
      expect(second!.atMs - first!.atMs).toBeGreaterThan(900);
    }
  });

  test('C022 no-retry: what cannot be helped by trying again is tried once', async () => {
    const before = [upstreamO.requests.length, upstreamA.requests.length];
    upstreamO.answer(
      status(400, { error: { message: 'No.', type: 'invalid_request_error', code: null, param: null } }),
    );
    await thrownBy(anthropicClient(th, { maxRetries: 2 }).messages.create(bodyOf('anthropic', upstreamO) as never));
    upstreamA.answer(status(401, { type: 'error', error: { type: 'authentication_error', message: 'No.' } }));
    await thrownBy(openaiClient(th, { maxRetries: 2 }).chat.completions.create(bodyOf('openai', upstreamA) as never));
    expect([upstreamO.requests.length, upstreamA.requests.length]).toEqual(before.map((count) => count + 1));
  });
});
