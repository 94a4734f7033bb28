/** What an operator does to keys and accounts holds for clients at once. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { linkToken, openBrowser, originOf, type OperatorBrowser } from '../support/operator.ts';

setDefaultTimeout(60_000);

const MODEL = 'priced';
const config = {
  providers: { demo: { preset: 'demo' } },
  models: { [MODEL]: { targets: [{ provider: 'demo', model: 'demo' }], price: { input: 1, output: 2 } } },
};

let gateway: Gateway;
let operator: OperatorBrowser;
beforeAll(async () => {
  gateway = await startGateway({ config });
  operator = await openBrowser(gateway, { token: await linkToken(gateway) });
});
afterAll(() => gateway?.stop());

const ask = (key: string, model = MODEL) =>
  fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hello' }] }),
  });
const statusOf = async (key: string, model?: string) => (await ask(key, model)).status;
const make = async (form: object) =>
  (await operator.visit('POST', '/api/keys', form)).body as { id: string; key: string };
const rowOf = async (id: string) => (await operator.visit('GET', `/api/keys/${id}`)).body;

describe('a key', () => {
  test('works once it is made, and not once it is revoked', async () => {
    const { id, key } = await make({ name: 'made here' });
    for (let i = 0; i < 3; i++) expect(await statusOf(key)).toBe(200);
    expect((await operator.visit('POST', `/api/keys/${id}/revoke`)).body.state).toBe('revoked');
    // The very next request of this node, not one within a second.
    expect(await statusOf(key)).toBe(401);
    const { stdout } = await gateway.run('keys', 'show', id, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ id, state: 'revoked', name: 'made here' });
  });

  test('that is changed is so at its next request', async () => {
    const { id, key } = await make({ name: 'changed' });
    expect(await statusOf(key)).toBe(200);
    expect((await operator.visit('PATCH', `/api/keys/${id}`, { models: ['nothing/*'] })).status).toBe(200);
    expect(await statusOf(key)).toBe(403);
    await operator.visit('PATCH', `/api/keys/${id}`, { models: null, rpm: 1 });
    expect([await statusOf(key), await statusOf(key)]).toEqual([200, 429]);
    await operator.visit('PATCH', `/api/keys/${id}`, { rpm: null });
    expect(await statusOf(key)).toBe(200);
  });

  test('that is rotated works beside its successor as long as it was given', async () => {
    const old = await make({ name: 'rotated' });
    expect(await statusOf(old.key)).toBe(200);
    const next = (await operator.visit('POST', `/api/keys/${old.id}/rotate`, { grace: '0s' })).body;
    expect([await statusOf(old.key), await statusOf(next.key)]).toEqual([401, 200]);
    expect([(await rowOf(old.id)).state, (await rowOf(next.id)).rotated_from]).toEqual(['rotated', old.id]);
    // What the two spend is counted as one.
    expect((await rowOf(old.id)).spent_usd).toBe((await rowOf(next.id)).spent_usd);
    expect((await rowOf(old.id)).spent_usd).not.toBe('0.000000000');
  });

  test('that the command line makes and revokes is seen here', async () => {
    const { id } = await gateway.mintKey('--name', 'by the verb');
    expect(await rowOf(id)).toMatchObject({ name: 'by the verb', state: 'active', last_used_at: null });
    await gateway.run('keys', 'revoke', id);
    expect((await rowOf(id)).state).toBe('revoked');
  });

  test.skipIf(process.env.TH_RUNTIME === 'deno')(
    'that another process does not know of is refused by all of them within a second',
    async () => {
      const workers = await startGateway({ args: ['--workers', '2'] });
      try {
        const browser = await openBrowser(workers, { token: await linkToken(workers) });
        const { id, key } = (await browser.visit('POST', '/api/keys', { name: 'shared' })).body;
        const many = () =>
          Promise.all(
            Array.from({ length: 16 }, async () => {
              const headers = { authorization: `Bearer ${key}`, connection: 'close' };
              return (await fetch(`${workers.url}/v1/models`, { headers })).status;
            }),
          );
        expect(new Set(await many())).toEqual(new Set([200]));
        await browser.visit('POST', `/api/keys/${id}/revoke`);
        await Bun.sleep(1000);
        expect(new Set(await many())).toEqual(new Set([401]));
      } finally {
        await workers.stop();
      }
    },
  );
});

test('an account that is credited pays for its keys, and no longer than it can', async () => {
  const account = (path: string, body: object) => operator.visit('POST', `/api/accounts${path}`, body);
  expect((await account('', { id: 'pre', prepaid: true })).status).toBe(201);
  const { key } = await make({ name: 'prepaid', account: 'pre' });
  expect(await statusOf(key)).toBe(402);
  expect((await account('/pre/credits', { amount_usd: '1', note: 'a test' })).body.balance_usd).toBe('1.000000000');
  expect(await statusOf(key)).toBe(200);
  const rows = (await operator.visit('GET', '/api/accounts')).body.rows as {
    id: string;
    spent_usd: string;
    keys: number;
  }[];
  const row = rows.find(({ id }) => id === 'pre');
  expect(row).toMatchObject({ keys: 1, credited_usd: '1.000000000' });
  expect(Number(row?.spent_usd)).toBeGreaterThan(0);
  const { stdout } = await gateway.run('accounts', 'list', '--json');
  expect((JSON.parse(stdout) as { id: string; spent_usd: string }[]).find(({ id }) => id === 'pre')?.spent_usd).toBe(
    row?.spent_usd ?? '',
  );
});

describe('the playground', () => {
  const body = (stream: boolean) => ({ model: MODEL, stream, messages: [{ role: 'user', content: 'Say hello' }] });

  test('answers as the data listener does, and its key pays', async () => {
    const { id, key } = (await operator.visit('POST', '/api/playground/key')).body;
    const asked = await operator.visit('POST', '/api/playground/v1/chat/completions', body(false), {
      'x-th-playground-key': key,
    });
    expect([asked.status, asked.body.object, asked.headers.get('x-th-provider')]).toEqual([
      200,
      'chat.completion',
      'demo',
    ]);
    expect(asked.headers.get('x-th-cost-usd')).not.toBeNull();
    expect(asked.headers.get('content-security-policy')).not.toBeNull();
    const streamed = await operator.visit(
      'POST',
      '/api/playground/v1/messages',
      { ...body(true), max_tokens: 50 },
      { 'x-th-playground-key': key, 'anthropic-version': '2023-06-01' },
    );
    expect(streamed.headers.get('content-type')).toStartWith('text/event-stream');
    expect(streamed.body).toContain('event: message_stop');
    const { stdout } = await gateway.run('usage', '--by', 'key', '--json');
    const { rows } = JSON.parse(stdout) as { rows: { key: string; requests: number }[] };
    expect(rows.find((row) => row.key === id)?.requests).toBe(2);
  });

  test('takes no other key than a client would, and none without a session', async () => {
    const by = (key: string) =>
      operator.visit('POST', '/api/playground/v1/chat/completions', body(false), { 'x-th-playground-key': key });
    expect((await by('thk_test_none')).status).toBe(401);
    const session = operator.cookie.slice(operator.cookie.indexOf('=') + 1);
    expect((await by(session)).status).toBe(401);
    const { id, key } = (await operator.visit('POST', '/api/playground/key')).body;
    await operator.visit('POST', `/api/keys/${id}/revoke`);
    expect((await by(key)).status).toBe(401);
    const without = await fetch(`${originOf(gateway)}/api/playground/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-th-playground-key': gateway.key },
      body: JSON.stringify(body(false)),
    });
    expect(without.status).toBe(401);
  });

  test('whoever leaves in the middle of a stream is billed for what was made, and a stop waits for the others', async () => {
    const slow = await startGateway({
      config: { ...config, providers: { demo: { preset: 'demo', pace: '40ms' } }, server: { drain_timeout: '20s' } },
    });
    try {
      const browser = await openBrowser(slow, { token: await linkToken(slow) });
      const { key } = (await browser.visit('POST', '/api/playground/key')).body;
      const start = (signal?: AbortSignal) =>
        fetch(`${originOf(slow)}/api/playground/v1/chat/completions`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            cookie: browser.cookie,
            origin: originOf(slow),
            'x-th-csrf': browser.csrf,
            'x-th-playground-key': key,
          },
          body: JSON.stringify(body(true)),
          ...(signal === undefined ? {} : { signal }),
        });
      const leaving = new AbortController();
      const left = await start(leaving.signal);
      await left.body?.getReader().read();
      leaving.abort();
      const staying = await start();
      const reader = staying.body?.getReader();
      let text = '';
      const decoder = new TextDecoder();
      const first = await reader?.read();
      text += decoder.decode(first?.value);
      process.kill(slow.pid, 'SIGTERM');
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
        text += decoder.decode(part.value);
      }
      expect(text).toEndWith('data: [DONE]\n\n');
      expect(await slow.exited).toBe(0);
      const { stdout } = await slow.run('usage', '--json');
      expect((JSON.parse(stdout) as { total: { requests: number } }).total.requests).toBe(2);
      const verified = await slow.run('ledger', 'verify');
      expect(verified.code).toBe(0);
    } finally {
      await slow.stop();
    }
  });
});
