import { afterEach, beforeEach, expect, test } from 'bun:test';
import { finished } from '../../../telemetry/request-finished.fixture.ts';
import { checkValue } from '../check-value.ts';
import { openReadings } from '../readings.fixture.ts';
import { Models } from './schema.ts';

const CONFIG = `
providers:
  up: { shape: openai, base_url: http://127.0.0.1:1/v1, api_key: k }
  claude: { preset: anthropic, api_key: k }
models:
  m:
    price: { input: "1.2", output: "6" }
    context: 1000
    vision: true
    targets:
      - { provider: claude, model: claude-haiku-4-5, priority: 1 }
      - { provider: up, model: private-m }
  anthropic/*: { targets: [{ provider: claude, model: "*" }] }
  haiku: { targets: [{ provider: claude, model: claude-haiku-4-5 }] }
orchestra: { pools: { chat: [m] }, quality: 0.25 }
`;

let readings: ReturnType<typeof openReadings>;
beforeEach(() => {
  readings = openReadings(CONFIG);
});
afterEach(() => readings.close());

const document = async () => checkValue(Models, await readings.get('/api/models')) as Models;
const modelOf = async (id: string) => (await document()).models.find((model) => model.id === id);

test('tells the models with their targets in the order they are tried in, and whose word a price is', async () => {
  expect(await modelOf('m')).toMatchObject({
    glob: false,
    alias_of: null,
    shapes: ['openai', 'anthropic'],
    price: { input: '1.2', output: '6' },
    price_source: { kind: 'config' },
    context: 1000,
    tools: true,
    vision: true,
    targets: [
      { provider: 'up', model: 'private-m', priority: 0, breaker: { state: 'closed' }, first_byte_ms: null },
      { provider: 'claude', priority: 1 },
    ],
  });
  expect(await modelOf('haiku')).toMatchObject({
    price_source: {
      kind: 'list',
      preset: 'anthropic',
      as_of: expect.any(String),
      source: expect.stringMatching(/^https:/),
    },
  });
  expect(await modelOf('anthropic/*')).toMatchObject({ glob: true, price: null, price_source: null });
});

test('tells how long targets took to begin, those of globs under them too', async () => {
  const served = { provider: 'claude', route: '/v1/messages' };
  for (let ms = 1; ms <= 100; ms++) {
    readings.recorder.requestFinished(
      finished({ ...served, upstreamModel: 'claude-haiku-4-5', firstByteMs: ms + 5, tryStartedMs: 5 }),
    );
  }
  readings.recorder.requestFinished(
    finished({ ...served, upstreamModel: 'claude-x', firstByteMs: 1000, tryStartedMs: 0 }),
  );
  const times = async (id: string) => (await modelOf(id))?.targets.map(({ first_byte_ms: ms }) => ms);
  expect(await times('haiku')).toEqual([{ p50: 50, p95: 95, requests: 100 }]);
  expect(await times('m')).toEqual([null, { p50: 50, p95: 95, requests: 100 }]);
  expect(await times('anthropic/*')).toEqual([{ p50: 51, p95: 96, requests: 101 }]);
});

test('tells what th-orchestra has to choose from, and what it decided lately', async () => {
  const decision = {
    model: 'm',
    pool: 'chat',
    role: 'chat',
    reason: 'small talk',
    confidence: 0.5,
    score: 0.1,
  } as const;
  for (let i = 0; i < 60; i++) {
    const requestId = `req_th_${i.toString(16).padStart(32, '0')}`;
    readings.recorder.requestFinished(finished({ requestId, decision, steering: 'none' }));
  }
  const { orchestra } = await document();
  expect(orchestra).toMatchObject({ served: true, quality: 0.25, pools: { chat: ['m'] } });
  expect(orchestra.recent).toHaveLength(50);
  const { score: _score, ...told } = decision;
  expect(orchestra.recent[0]).toMatchObject({
    id: `req_th_${(59).toString(16).padStart(32, '0')}`,
    ...told,
    steering: 'none',
  });
});

test('asks where a request would go, by its body alone', async () => {
  const response = await readings.asPage('POST', '/api/route?shape=anthropic', { model: 'm' });
  expect(await response.json()).toEqual({ body: '{"model":"m"}', shape: 'anthropic' });
  expect((await readings.asPage('POST', '/api/route?shape=latin', {})).status).toBe(400);
});
