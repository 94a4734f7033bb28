import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { openaiCompletion } from '../support/answers.ts';
import { requestBody } from '../support/clients.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { startRelay, type RelayFixture, type Target } from '../support/relay-fixture.ts';
import { testWithinRuntime, type RuntimeLimits } from '../support/runtime-limits.ts';

setDefaultTimeout(30_000);

describe('fault 1: requests whose framing is ambiguous', () => {
  let relay: RelayFixture;
  let first: Target;
  let smuggled: Target;
  beforeAll(async () => {
    relay = await startRelay({ targets: 3 });
    first = relay.target('openai', (exchange) => exchange.json(200, openaiCompletion()));
    smuggled = relay.target('openai', (exchange) => exchange.json(200, openaiCompletion()));
  });
  afterAll(() => relay?.stop());

  const head = (version = '1.1', host = 'Host: 127.0.0.1\r\n') =>
    `POST /v1/chat/completions HTTP/${version}\r\n${host}Content-Type: application/json\r\nAuthorization: Bearer ${relay.key}\r\n`;
  const json = () => JSON.stringify(requestBody('openai', first.id));
  const chunked = () => `${json().length.toString(16)}\r\n${json()}\r\n0\r\n\r\n`;
  /** The request an attacker hides behind (or within) the first. */
  const hidden = () =>
    Buffer.from(
      rawRequest('/v1/chat/completions', {
        method: 'POST',
        headers: [
          ['content-type', 'application/json'],
          ['authorization', `Bearer ${relay.key}`],
        ],
        body: JSON.stringify(requestBody('openai', smuggled.id)),
      }),
    ).toString();
  const length = () => json().length;

  /** Each leaves a reader in doubt where the first request ends. */
  const cases: Record<string, () => string> = {
    'content-length, then chunked': () =>
      `${head()}Content-Length: ${chunked().length}\r\nTransfer-Encoding: chunked\r\n\r\n${chunked()}`,
    'chunked, then content-length': () =>
      `${head()}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${chunked()}`,
    'two content-lengths that differ': () =>
      `${head()}Content-Length: ${length()}\r\nContent-Length: ${length() + hidden().length}\r\n\r\n${json()}`,
    'a list as content-length': () => `${head()}Content-Length: ${length()}, ${length()}\r\n\r\n${json()}`,
    'a plus sign': () => `${head()}Content-Length: +${length()}\r\n\r\n${json()}`,
    'a hexadecimal length': () => `${head()}Content-Length: 0x${length().toString(16)}\r\n\r\n${json()}`,
    'a negative length': () => `${head()}Content-Length: -1\r\n\r\n${json()}`,
    'a length beyond 64 bits': () => `${head()}Content-Length: 99999999999999999999999\r\n\r\n${json()}`,
    'an empty length': () => `${head()}Content-Length:\r\n\r\n${json()}`,
    'transfer-encoding: identity': () =>
      `${head()}Transfer-Encoding: identity\r\nContent-Length: ${length()}\r\n\r\n${json()}`,
    'transfer-encoding: gzip, chunked': () => `${head()}Transfer-Encoding: gzip, chunked\r\n\r\n${chunked()}`,
    'transfer-encoding: xchunked': () => `${head()}Transfer-Encoding: xchunked\r\n\r\n${chunked()}`,
    'transfer-encoding twice': () =>
      `${head()}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n${chunked()}`,
    'a space before the colon': () => `${head()}Transfer-Encoding : chunked\r\n\r\n${chunked()}`,
    'a vertical tab before chunked': () => `${head()}Transfer-Encoding: \x0bchunked\r\n\r\n${chunked()}`,
    'a folded header': () =>
      `${head()}X-A: 1\r\n Transfer-Encoding: chunked\r\nContent-Length: ${length()}\r\n\r\n${json()}`,
    'bare line feeds': () => `${head()}Content-Length: ${length()}\r\n\r\n`.replaceAll('\r\n', '\n') + json(),
    'a bare carriage return': () =>
      `${head()}X-A: 1\rTransfer-Encoding: chunked\r\nContent-Length: ${length()}\r\n\r\n${json()}`,
    'a NUL in a header': () => `${head()}X-A: 1\0\r\nContent-Length: ${length()}\r\n\r\n${json()}`,
    'a space in a header name': () => `${head()}X A: 1\r\nContent-Length: ${length()}\r\n\r\n${json()}`,
    'no Host in HTTP/1.1': () => `${head('1.1', '')}Content-Length: ${length()}\r\n\r\n${json()}`,
    'a chunk longer than its size': () => `${head()}Transfer-Encoding: chunked\r\n\r\n4\r\n${json()}\r\n0\r\n\r\n`,
    'a chunk size that is no number': () => `${head()}Transfer-Encoding: chunked\r\n\r\nzz\r\n${json()}\r\n0\r\n\r\n`,
    'a chunk size beyond 64 bits': () =>
      `${head()}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n${json()}\r\n0\r\n\r\n`,
    'chunked in HTTP/1.0': () => `${head('1.0')}Transfer-Encoding: chunked\r\n\r\n${chunked()}`,
    'HTTP/2.0 as text': () => `${head('2.0')}Content-Length: ${length()}\r\n\r\n${json()}`,
    'HTTP/0.9': () => 'GET /v1/models\r\n\r\n',
  };

  /** A single LF may end a line (RFC 9112 §2.2): Deno's server takes it for one, and a bare CR for white space. */
  const lenient: Record<string, RuntimeLimits> = {
    'bare line feeds': { deno: 'a single line feed ends a line' },
    'a bare carriage return': { deno: 'a bare carriage return is white space' },
    'transfer-encoding: gzip, chunked': { deno: 'it is refused, and its server keeps the connection all the same' },
    'no Host in HTTP/1.1': { deno: 'it is refused, and its server keeps the connection all the same' },
  };

  for (const [name, build] of Object.entries(cases)) {
    testWithinRuntime(name, lenient[name] ?? {}, async () => {
      relay.upstream.requests.length = 0;
      const client = await RawClient.connect(relay.gateway.port);
      await client.send(build() + hidden());
      const response = await client.response({ timeoutMs: 3_000 }).catch(() => undefined);
      // No answer at all before the close is as good as a refusal.
      if (response !== undefined) expect([400, 431, 501, 505]).toContain(response.status);
      expect(await client.closesWithin(3_000), 'the connection is closed').toBe(true);
      client.close();
      await Bun.sleep(30);
      expect(relay.upstream.requestsFor(smuggled.upstreamModel), 'the hidden request').toHaveLength(0);
      expect(relay.upstream.requestsFor(first.upstreamModel), 'the request itself').toHaveLength(0);
    });
  }

  test('what is odd but clear is either refused or served as what it is', async () => {
    const clear = {
      'the same content-length twice': `${head()}Content-Length: ${length()}\r\nContent-Length: ${length()}\r\n\r\n${json()}`,
      'a chunk extension': `${head()}Transfer-Encoding: chunked\r\n\r\n${length().toString(16)};a=b\r\n${json()}\r\n0\r\n\r\n`,
      trailers: `${head()}Transfer-Encoding: chunked\r\n\r\n${length().toString(16)}\r\n${json()}\r\n0\r\nX-Api-Key: ${relay.key}\r\n\r\n`,
    };
    for (const [name, request] of Object.entries(clear)) {
      relay.upstream.requests.length = 0;
      const client = await RawClient.connect(relay.gateway.port);
      await client.send(request);
      const response = await client.response();
      client.close();
      expect([200, 400], name).toContain(response!.status);
      if (response!.status === 200) {
        expect(relay.upstream.requests).toHaveLength(1);
        expect(JSON.parse(relay.upstream.requests[0]!.text())).toEqual(requestBody('openai', first.upstreamModel));
      }
    }
  });

  test('the requests the cases are made of do work when they are well-formed', async () => {
    for (const good of [
      `${head()}Content-Length: ${length()}\r\n\r\n${json()}`,
      `${head()}Transfer-Encoding: chunked\r\n\r\n${chunked()}`,
      hidden(),
    ]) {
      const client = await RawClient.connect(relay.gateway.port);
      await client.send(good);
      expect((await client.response())?.status).toBe(200);
      client.close();
    }
  });
});
