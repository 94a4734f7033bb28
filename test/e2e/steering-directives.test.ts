/** `GET /v1/steering`: everybody with a key may see what may be added to a system prompt. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { DIRECTIVES } from '../../src/gateway/orchestra/directives/directives.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { expectHouseHeaders } from '../support/house-headers.ts';

setDefaultTimeout(20_000);

interface Document {
  readonly name: string;
  readonly version: number;
  readonly text: string;
  readonly digest: string;
  readonly tokens: number;
}

describe('GET /v1/steering', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway?.stop());

  const get = (path: string, headers: Record<string, string> = { authorization: `Bearer ${gateway.key}` }) =>
    fetch(gateway.url + path, { headers });
  const list = async (path = '/v1/steering') => (await (await get(path)).json()) as { readonly data: Document[] };

  test('lists the texts that the program was built with, to the last byte', async () => {
    const response = await get('/v1/steering');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/json');
    expectHouseHeaders(response.headers);
    const { object, data } = (await response.json()) as { readonly object: string; readonly data: Document[] };
    expect(object).toBe('list');
    expect(data.map(({ name }) => name)).toEqual([...DIRECTIVES.keys()]);
    for (const { name, version, text, digest, tokens } of data) {
      const built = DIRECTIVES.get(name as never);
      expect({ version, text, tokens }).toEqual({
        version: built?.version as number,
        text: built?.text as string,
        tokens: built?.tokens as number,
      });
      expect(digest).toBe(`sha256:${createHash('sha256').update(text).digest('hex')}`);
    }
  });

  test('each is had by its name, written in full, percent-encoded or without its prefix', async () => {
    for (const document of (await list()).data) {
      const short = document.name.split(':')[1] as string;
      for (const spelling of [document.name, encodeURIComponent(document.name), short, `${short}/`]) {
        const response = await get(`/v1/steering/${spelling}`);
        expect(response.status, spelling).toBe(200);
        expect(await response.json(), spelling).toEqual(document);
      }
    }
  });

  test('every way to write the path, for either family of clients', async () => {
    for (const prefix of ['', '/v1', '/v1/v1', '/openai/v1', '/anthropic/v1', '/anthropic']) {
      expect((await list(`${prefix}/steering/`)).data, prefix).toHaveLength(DIRECTIVES.size);
      const one = await get(`${prefix}/steering/planner`, { 'x-api-key': gateway.key });
      expect(((await one.json()) as Document).name, prefix).toBe('role:planner');
    }
    const head = await fetch(`${gateway.url}/v1/steering/planner`, {
      method: 'HEAD',
      headers: { 'x-api-key': gateway.key },
    });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });

  test('an unknown name is told which there are, in the shape of the caller', async () => {
    for (const name of ['role:chat', 'no/such', '%E0%A4%A', 'planner%00']) {
      const openai = await get(`/v1/steering/${name}`);
      expect(openai.status, name).toBe(404);
      const { error } = (await openai.json()) as { error: { type: string; code: string; message: string } };
      expect(error).toMatchObject({ type: 'invalid_request_error', code: 'not_found' });
      const anthropic = await get(`/v1/steering/${name}`, {
        'x-api-key': gateway.key,
        'anthropic-version': '2023-06-01',
      });
      expect(anthropic.status, name).toBe(404);
      const body = (await anthropic.json()) as { type: string; error: { type: string; message: string } };
      expect(body).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
      for (const known of DIRECTIVES.keys()) {
        expect(error.message).toContain(known);
        expect(body.error.message).toContain(known);
      }
    }
  });

  test('nobody without a key', async () => {
    for (const path of ['/v1/steering', '/v1/steering/planner', '/v1/steering/none']) {
      for (const headers of [{}, { 'x-api-key': 'thk_live_none' }]) {
        const response = await get(path, headers);
        expect(response.status, path).toBe(401);
        expectHouseHeaders(response.headers);
        expect(await response.text()).not.toContain('take precedence');
      }
    }
  });

  test('it is read, never written', async () => {
    for (const path of ['/v1/steering', '/v1/steering/planner']) {
      const response = await fetch(gateway.url + path, { method: 'POST', headers: { 'x-api-key': gateway.key } });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toContain('GET');
      await response.body?.cancel();
    }
  });
});
