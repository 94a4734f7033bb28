import { describe, expect, test } from 'bun:test';
import { ApiError } from '../protocol/api-error.ts';
import { readRequest } from '../protocol/request.ts';
import { countTokens } from './count-tokens.ts';
import { Exchange } from './exchange.ts';
import { ManualTicker } from './manual-ticker.fixture.ts';
import type { Model } from './routing/catalogue.ts';
import { targetOf } from './upstream/manual-upstream.fixture.ts';
import type { UpstreamRequest } from './upstream/port.ts';

const FACTS = readRequest(
  new TextEncoder().encode('{"model":"public","messages":[{"role":"user","content":"Hi"}],"th_x":1}'),
);

interface Asked {
  request: UpstreamRequest | undefined;
}

function modelOf(answer: () => Response, asked: Asked = { request: undefined }): Model {
  const target = targetOf({
    send: (request) => {
      asked.request = request;
      return Promise.resolve(answer());
    },
  });
  return { id: 'public', targets: [target], price: undefined, context: undefined, maxOutput: undefined };
}

async function count(model: Model, headers: Record<string, string> = {}) {
  const clock = new ManualTicker();
  const exchange = new Exchange('POST', '/v1/messages/count_tokens', 'anthropic');
  const request = new Request('http://localhost/v1/messages/count_tokens', { method: 'POST', headers });
  const attempting = { ticker: clock.ticker, holdOpen: () => undefined };
  const answer = await countTokens(request, exchange, FACTS, model, attempting).catch((error: unknown) => error);
  expect(clock.watching).toBe(0);
  if (!(answer instanceof Response)) throw answer;
  return { body: await answer.json(), usage: answer.headers.get('x-th-usage'), exchange, status: answer.status };
}

const refusal = (model: Model) =>
  count(model).then(
    () => 'answered',
    (error: unknown) => (error instanceof ApiError ? error.code : error),
  );

describe('countTokens', () => {
  test('C107: the upstream’s own count is passed on, asked for as it expects', async () => {
    const asked: Asked = { request: undefined };
    const model = modelOf(() => Response.json({ input_tokens: 42 }), asked);
    expect(await count(model, { 'anthropic-beta': 'b', 'x-api-key': 'thk_live_x' })).toMatchObject({
      body: { input_tokens: 42 },
      usage: 'reported',
      status: 200,
    });
    expect(asked.request).toMatchObject({ path: '/v1/messages/count_tokens', headers: { 'anthropic-beta': 'b' } });
    expect(JSON.parse(new TextDecoder().decode(asked.request!.body))).toEqual({
      model: 'up-model',
      messages: [{ role: 'user', content: 'Hi' }],
    });
    expect(JSON.stringify(asked.request!.headers)).not.toContain('thk_');
  });

  test('I4: where no upstream can count, an estimate says that it is one', async () => {
    for (const status of [404, 405, 501]) {
      const told = await count(modelOf(() => new Response('no such route', { status })));
      expect(told.usage).toBe('estimated');
      expect((told.body as { input_tokens: number }).input_tokens).toBeGreaterThan(1);
    }
    const model = modelOf(() => Response.json({ input_tokens: 42 }));
    const provider = { ...model.targets[0]!.provider, shapes: ['openai'] as const };
    const other = await count({ ...model, targets: [{ ...model.targets[0]!, provider }] });
    expect(other.usage).toBe('estimated');
    expect(other.exchange.attempts).toBe(0);
  });

  test('an answer that is no count is the upstream’s failure', async () => {
    for (const body of [
      '{}',
      '{"input_tokens":"42"}',
      '{"input_tokens":-1}',
      '{"input_tokens":1.5}',
      '[]',
      'null',
      '',
      '<html>',
    ]) {
      expect([body, await refusal(modelOf(() => new Response(body)))]).toEqual([body, 'upstream_error']);
    }
    expect(await refusal(modelOf(() => Response.json({ error: { message: 'no' } }, { status: 429 })))).toBe(
      'upstream_rate_limited',
    );
    expect(await refusal(modelOf(() => Response.json({ error: { message: 'no' } }, { status: 401 })))).toBe(
      'upstream_auth',
    );
  });
});
