import { describe, expect, test } from 'bun:test';
import { ApiError } from '../protocol/api-error.ts';
import { readRequest, type RequestFacts } from '../protocol/request.ts';
import { countTokens } from './count-tokens.ts';
import { Exchange } from './exchange.ts';
import { InputEstimates } from './input-estimate.ts';
import { ManualTicker } from './manual-ticker.fixture.ts';
import type { Target } from './routing/catalogue.ts';
import { targetOf } from './upstream/manual-upstream.fixture.ts';
import type { UpstreamRequest } from './upstream/port.ts';
import { NO_USAGE } from '../protocol/usage.ts';

const FACTS = readRequest(
  new TextEncoder().encode('{"model":"public","messages":[{"role":"user","content":"Hi"}],"th_x":1}'),
);

interface Asked {
  request: UpstreamRequest | undefined;
}

function placeOf(answer: () => Response, asked: Asked = { request: undefined }): Target {
  return targetOf({
    send: (request) => {
      asked.request = request;
      return Promise.resolve(answer());
    },
  });
}

/** The same place on a provider that speaks OpenAI's shape alone. */
function speakingOpenAi(target: Target): Target {
  return { ...target, provider: { ...target.provider, shapes: ['openai'] } };
}

interface CountOptions {
  readonly headers?: Record<string, string>;
  readonly facts?: RequestFacts;
  readonly estimates?: InputEstimates;
}

async function count(
  target: Target,
  { headers = {}, facts = FACTS, estimates = new InputEstimates() }: CountOptions = {},
) {
  const clock = new ManualTicker();
  const exchange = new Exchange('POST', '/v1/messages/count_tokens', 'anthropic');
  const request = new Request('http://localhost/v1/messages/count_tokens', { method: 'POST', headers });
  const attempting = { ticker: clock.ticker, holdOpen: () => undefined, estimates };
  const answer = await countTokens(request, exchange, facts, target, attempting).catch((error: unknown) => error);
  expect(clock.watching).toBe(0);
  if (!(answer instanceof Response)) throw answer;
  return { body: await answer.json(), usage: answer.headers.get('x-th-usage'), exchange, status: answer.status };
}

const refusal = (target: Target) =>
  count(target).then(
    () => 'answered',
    (error: unknown) => (error instanceof ApiError ? error.code : error),
  );

describe('countTokens', () => {
  test('C107: the upstream’s own count is passed on, asked for as it expects', async () => {
    const asked: Asked = { request: undefined };
    const target = placeOf(() => Response.json({ input_tokens: 42 }), asked);
    expect(await count(target, { headers: { 'anthropic-beta': 'b', 'x-api-key': 'thk_live_x' } })).toMatchObject({
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
      const told = await count(placeOf(() => new Response('no such route', { status })));
      expect(told.usage).toBe('estimated');
      expect((told.body as { input_tokens: number }).input_tokens).toBeGreaterThan(1);
    }
    const other = await count(speakingOpenAi(placeOf(() => Response.json({ input_tokens: 42 }))));
    expect(other.usage).toBe('estimated');
    expect(other.exchange.attempts).toBe(0);
  });

  test('an estimate is by what the target’s answers taught', async () => {
    const text = 'word '.repeat(2000);
    const facts = readRequest(
      new TextEncoder().encode(JSON.stringify({ model: 'public', messages: [{ role: 'user', content: text }] })),
    );
    const estimates = new InputEstimates();
    const target = speakingOpenAi(placeOf(() => new Response()));
    const before = await count(target, { facts, estimates });
    for (let i = 0; i < 40; i++) estimates.learn('manual/up-model', facts, { ...NO_USAGE, inputTokens: 2000 });
    const after = await count(target, { facts, estimates });
    const tokens = ({ body }: { body: unknown }) => (body as { input_tokens: number }).input_tokens;
    expect(tokens(before)).toBeGreaterThan(3000);
    expect(tokens(after)).toBeGreaterThanOrEqual(2000);
    expect(tokens(after)).toBeLessThan(2200);
    const absent = await count(
      placeOf(() => new Response('', { status: 404 })),
      { facts, estimates },
    );
    expect(tokens(absent)).toBe(tokens(after));
  });

  test('G6: thinking that the upstream never signed is not shown to it', async () => {
    const asked: Asked = { request: undefined };
    const target = placeOf(() => Response.json({ input_tokens: 42 }), asked);
    const foreign = '{"type":"thinking","thinking":"hm","signature":"th1.e30.x"}';
    const body = (content: string) =>
      `{"messages":[{"role":"assistant","content":[${content}]}],"th_a":1,"model":"public"}`;
    await count(target, {
      facts: readRequest(new TextEncoder().encode(body(`${foreign}, {"type":"text","text":"a"}`))),
    });
    expect(new TextDecoder().decode(asked.request!.body)).toBe(
      '{"messages":[{"role":"assistant","content":[{"type":"text","text":"a"}]}],"model":"up-model"}',
    );
  });

  test('thinking without a signature is counted by an upstream that signs none and wants it back', async () => {
    const asked: Asked = { request: undefined };
    const place = placeOf(() => Response.json({ input_tokens: 42 }), asked);
    const capabilities = { ...place.capabilities, reasoningEcho: 'always' } as const;
    const body =
      '{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""}]}],"model":"up-model"}';
    await count({ ...place, capabilities }, { facts: readRequest(new TextEncoder().encode(body)) });
    expect(new TextDecoder().decode(asked.request!.body)).toBe(body);
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
      expect([body, await refusal(placeOf(() => new Response(body)))]).toEqual([body, 'upstream_error']);
    }
    expect(await refusal(placeOf(() => Response.json({ error: { message: 'no' } }, { status: 429 })))).toBe(
      'upstream_rate_limited',
    );
    expect(await refusal(placeOf(() => Response.json({ error: { message: 'no' } }, { status: 401 })))).toBe(
      'upstream_auth',
    );
  });
});
