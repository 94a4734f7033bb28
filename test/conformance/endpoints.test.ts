import { describe, expect, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { anthropic0Client, anthropicClient, openaiClient, thrownBy } from '../support/clients.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { conformance } from './support/conformance.ts';
import { completion } from './support/openai-answers.ts';
import { message, text } from './support/anthropic-answers.ts';

const th = conformance();
const messages = [{ role: 'user' as const, content: 'Hi' }];

describe('who knocks, and where', () => {
  const upstreamO = th.model('openai');
  const upstreamA = th.model('anthropic');

  test('C017 sdk1-bearer: today’s SDK, with its own headers, before an upstream of either shape', async () => {
    for (const model of [
      upstreamA.answer(message([text('Hello')])),
      upstreamO.answer(completion({ content: 'Hello' })),
    ]) {
      const answer = await anthropicClient(th).messages.create({ model: model.id, max_tokens: 9, messages });
      expect(answer.content).toMatchObject([{ text: 'Hello' }]);
    }
    expect(upstreamA.requests[0]!.header('anthropic-version')).toBe('2026-10-21');
  });

  test('C018 sdk0-xapikey: and the SDK before 1.0', async () => {
    for (const model of [
      upstreamA.answer(message([text('Hello')])),
      upstreamO.answer(completion({ content: 'Hello' })),
    ]) {
      const answer = await anthropic0Client(th).beta.messages.create({ model: model.id, max_tokens: 9, messages });
      expect(answer.content).toMatchObject([{ text: 'Hello' }]);
    }
    expect(upstreamA.requests.at(-1)!.header('anthropic-version')).toBe('2023-06-01');
  });

  test('C019 bad-key-o: a wrong key, to the OpenAI SDK', async () => {
    const client = openaiClient({ url: th.url, key: 'sk-wrong' });
    const error = await thrownBy<InstanceType<typeof OpenAI.APIError>>(
      client.chat.completions.create({ model: upstreamA.id, messages }),
    );
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  test('C020 bad-key-a: and to the Anthropic SDK', async () => {
    const client = anthropicClient({ url: th.url, key: 'sk-wrong' });
    const error = await thrownBy<InstanceType<typeof Anthropic.APIError>>(
      client.messages.create({ model: upstreamO.id, max_tokens: 9, messages }),
    );
    expect(error).toBeInstanceOf(Anthropic.AuthenticationError);
    expect(error).toMatchObject({ status: 401, type: 'authentication_error' });
    expect((error.error as { request_id: string }).request_id).toMatch(/^req_th_/);
  });

  test('C021 model-404: an unknown model is not found, in the shape of the route', async () => {
    const o = await thrownBy<InstanceType<typeof OpenAI.APIError>>(
      th.openai.chat.completions.create({ model: 'no/such', messages }),
    );
    expect(o).toBeInstanceOf(OpenAI.NotFoundError);
    expect(o).toMatchObject({ code: 'model_not_found', param: 'model' });
    const a = await thrownBy<InstanceType<typeof Anthropic.APIError>>(
      th.anthropic.messages.create({ model: 'no/such', max_tokens: 9, messages }),
    );
    expect(a).toBeInstanceOf(Anthropic.NotFoundError);
    expect(a).toMatchObject({ type: 'not_found_error', apiMessage: expect.stringMatching(/^model: no\/such/) });
  });

  test('C107 count-tokens, I3, I4: any model’s tokens are counted, for anyone with a key, and everything counts', async () => {
    const base = { model: upstreamO.id, messages };
    const { input_tokens } = await th.anthropic.messages.countTokens(base);
    expect(input_tokens).toBeGreaterThan(0);
    const { input_tokens: older } = await anthropic0Client(th).beta.messages.countTokens(base);
    expect(older).toBe(input_tokens);
    const tools = [{ name: 'f', description: 'word '.repeat(200), input_schema: { type: 'object' as const } }];
    const system = 'word '.repeat(300);
    const { input_tokens: more } = await th.anthropic.messages.countTokens({ ...base, tools, system });
    expect(more).toBeGreaterThan(input_tokens + 500);
    expect(upstreamO.requests.filter(({ target }) => target.includes('count'))).toHaveLength(0);
  });

  test('C108 models-both: both SDKs read one list, and find a model whose id has a slash', async () => {
    const o: string[] = [];
    for await (const model of th.openai.models.list()) o.push(model.id);
    const a: string[] = [];
    for await (const model of th.anthropic.models.list()) a.push(model.id);
    expect(o).toContain(upstreamO.id);
    expect(a.toSorted()).toEqual(o.toSorted());
    expect((await th.openai.models.retrieve(upstreamA.id)).id).toBe(upstreamA.id);
    expect(await th.anthropic.models.retrieve(upstreamO.id)).toMatchObject({ id: upstreamO.id, type: 'model' });
  });

  test('C109 head-root: Claude Code’s first knock needs no key', async () => {
    const response = await fetch(`${th.url}/`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  test('C110 cors: a browser’s question is answered with the headers it asked about', async () => {
    const asked = 'x-stainless-lang,x-stainless-retry-count,anthropic-dangerous-direct-browser-access,authorization';
    const response = await fetch(`${th.url}/v1/messages`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': asked,
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe(asked);
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
  });

  test('C133 cursor-responses-body: a body for /v1/responses is told where it belongs', async () => {
    const body = { model: upstreamA.id, input: 'Hi' } as never;
    const error = await thrownBy<InstanceType<typeof OpenAI.APIError>>(th.openai.chat.completions.create(body));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error.message).toContain('/v1/responses');
    expect(error.param).toBe('messages');
  });

  test('C134 double-v1: a base URL with a /v1 too many serves', async () => {
    upstreamO.answer(completion({ content: 'Hello' }));
    const client = anthropicClient({ url: `${th.url}/v1`, key: th.key });
    expect(await client.messages.create({ model: upstreamO.id, max_tokens: 9, messages })).toMatchObject({
      content: [{ text: 'Hello' }],
    });
    upstreamA.answer(message([text('Hello')]));
    const other = new OpenAI({ baseURL: th.url, apiKey: th.key, maxRetries: 0 });
    expect(await other.chat.completions.create({ model: upstreamA.id, messages })).toMatchObject({
      choices: [{ message: { content: 'Hello' } }],
    });
  });

  test('C135 key-newline, O6: white space around a key is forgiven; within it, the reason is told', async () => {
    upstreamO.answer(completion({ content: 'Hello' }));
    const body = JSON.stringify({ model: upstreamO.id, messages });
    const ask = async (key: string) => {
      const client = await RawClient.connect(th.gateway.port);
      await client.send(
        rawRequest('/v1/chat/completions', {
          method: 'POST',
          headers: [
            ['content-type', 'application/json'],
            ['authorization', `Bearer ${key}`],
          ],
          body,
        }),
      );
      const response = await client.response();
      client.close();
      return response!;
    };
    expect((await ask(`  ${th.key} \t`)).status).toBe(200);
    // No HTTP client can send a newline in a header; keys with one arrive quoted or with the blank their tool made of it.
    expect((await ask(`"${th.key}"`)).status).toBe(200);
    const inner = await ask(`${th.key.slice(0, 20)} ${th.key.slice(20)}`);
    expect(inner.status).toBe(401);
    expect(JSON.parse(inner.text()).error).toMatchObject({
      code: 'invalid_api_key',
      message: expect.stringMatching(/white ?space|space/i),
    });
  });

  test('O5, O4: of two keys the valid one counts, and neither reaches the upstream', async () => {
    upstreamO.answer(completion({ content: 'Hello' }));
    const body = { model: upstreamO.id, messages };
    for (const headers of [
      { 'x-api-key': th.key, authorization: 'Bearer sk-proj-of-another-vendor' },
      { 'x-api-key': 'sk-ant-of-another-vendor', authorization: `Bearer ${th.key}` },
      { 'x-api-key': th.key, authorization: `Bearer ${th.key}` },
    ]) {
      const response = await th.post('openai', body, headers);
      expect(response.status, await response.text()).toBe(200);
      const { rawHead } = upstreamO.requests.at(-1)!;
      expect(rawHead).not.toContain('of-another-vendor');
      expect(rawHead).not.toContain(th.key);
    }
  });

  test('O10: headers tell which model answered; the body keeps the name that was asked for', async () => {
    upstreamO.answer(completion({ content: 'Hello' }));
    const request = { model: upstreamO.id, max_tokens: 9, messages };
    const { data, response } = await th.anthropic.messages.create(request).withResponse();
    expect(data.model).toBe(upstreamO.id);
    expect(response.headers.get('x-th-upstream-model')).toBe(upstreamO.upstreamId);
    expect(response.headers.get('x-th-provider')).toBe(upstreamO.upstreamId);
  });

  test('M1: a request without max_tokens is told so in Anthropic’s words, before an upstream of the other shape too', async () => {
    for (const max_tokens of [undefined, 0]) {
      const error = await thrownBy<InstanceType<typeof Anthropic.APIError>>(
        th.anthropic.messages.create({ model: upstreamO.id, messages, max_tokens } as never),
      );
      expect(error).toBeInstanceOf(Anthropic.BadRequestError);
      expect(error.apiMessage).toStartWith('max_tokens: ');
    }
  });
});
