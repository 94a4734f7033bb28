import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { readSamples, valueOf } from '../../src/telemetry/metrics/prometheus-text.fixture.ts';
import { METRIC } from '../../src/telemetry/names.ts';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { type ClientShape, post, requestBody } from '../support/clients.ts';
import { OtlpCollector, valuesOf } from '../support/otlp-collector.ts';
import { providerOf, type RelayFixture, startRelay, type Target } from '../support/relay-fixture.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const SECRET = 'the-prompt-nobody-may-read';

let collector: OtlpCollector;
let upstream: ScriptedUpstream;

beforeAll(async () => {
  collector = await OtlpCollector.start();
  upstream = await ScriptedUpstream.start();
});
afterAll(async () => {
  await collector?.stop();
  await upstream?.stop();
});

/** A relay that sends what it has to tell to the collector. */
function startTraced(otlp: object = {}): Promise<RelayFixture> {
  return startRelay({
    targets: 8,
    config: {
      retry: { attempts: 2, budget: 1 },
      telemetry: {
        otlp: { endpoint: collector.url, headers: { 'x-collector-key': 'k-1' }, interval: '200ms', ...otlp },
      },
    },
    providers: {
      told: providerOf(upstream, 'openai', { trace_context: true }),
      silent: providerOf(upstream, 'openai'),
      failing: providerOf(upstream, 'openai', { trace_context: true }),
    },
    models: {
      told: { targets: [{ provider: 'told', model: 'told-model' }] },
      silent: { targets: [{ provider: 'silent', model: 'silent-model' }] },
      falls: {
        targets: [
          { provider: 'failing', model: 'failing-model' },
          { provider: 'told', model: 'told-model', priority: 1 },
        ],
      },
    },
  });
}

describe('traces', () => {
  let relay: RelayFixture;
  beforeAll(async () => {
    relay = await startTraced({ service_name: 'harbor-test', resource: { 'deployment.environment.name': 'test' } });
    for (const model of ['told-model', 'silent-model']) upstream.on(model, (one) => one.json(200, openaiCompletion()));
    upstream.on('failing-model', (one) => one.json(500, { error: { message: SECRET } }));
  });
  afterAll(() => relay?.stop());

  const ask = async (shape: ClientShape, body: object, headers: Record<string, string> = {}) => {
    const answer = await post({ url: relay.url, key: relay.key }, shape, body, { headers });
    const text = await answer.text();
    return { status: answer.status, requestId: answer.headers.get('x-th-request-id') as string, text };
  };

  test('each shape, whole and as a stream, is told with model, usage and finish reason, and nothing it says', async () => {
    const answers = {
      openai: { json: openaiCompletion({ text: SECRET }), events: openaiStream({ pieces: [SECRET, ' x'] }) },
      anthropic: { json: anthropicMessage({ text: SECRET }), events: anthropicStream({ pieces: [SECRET, ' x'] }) },
    };
    const reasons = { openai: 'stop', anthropic: 'end_turn' };
    const asked: { served: ClientShape; client: ClientShape; stream: boolean; target: Target; requestId: string }[] =
      [];
    for (const served of ['openai', 'anthropic'] as const) {
      for (const stream of [false, true]) {
        const target = relay.target(served, (exchange) =>
          stream ? exchange.stream(answers[served].events) : exchange.json(200, answers[served].json),
        );
        for (const client of ['openai', 'anthropic'] as const) {
          const messages = [{ role: 'user', content: SECRET }];
          const { requestId } = await ask(client, requestBody(client, target.id, { stream, messages }));
          asked.push({ served, client, stream, target, requestId });
        }
      }
    }
    for (const { served, client, stream, target, requestId } of asked) {
      const [request, tried, ...rest] = await collector.spansOf(requestId);
      expect([client, served, stream, rest.length]).toEqual([client, served, stream, 0]);
      const route = client === 'openai' ? '/v1/chat/completions' : '/v1/messages';
      expect(request).toMatchObject({ kind: 2, name: `POST ${route}` });
      expect(request).not.toHaveProperty('parentSpanId');
      expect(valuesOf(request!)).toMatchObject({
        'gen_ai.request.model': target.id,
        'gen_ai.request.stream': stream,
        'http.response.status_code': '200',
        'tokenharbor.key.id': relay.gateway.keyId,
        'tokenharbor.outcome': 'answered',
      });
      expect(tried).toMatchObject({ kind: 3, name: `chat ${target.upstreamModel}` });
      expect(valuesOf(tried!)).toMatchObject({
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': target.upstreamModel,
        'gen_ai.usage.input_tokens': '12',
        'gen_ai.response.finish_reasons': { values: [{ stringValue: reasons[served] }] },
      });
      expect('gen_ai.response.time_to_first_chunk' in valuesOf(tried!)).toBe(stream);
      expect(BigInt(tried!.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(request!.startTimeUnixNano));
      expect(BigInt(tried!.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(request!.endTimeUnixNano));
    }
    expect(collector.headers.at(-1)).toMatchObject({ 'x-collector-key': 'k-1', 'content-type': 'application/json' });
    const resource = valuesOf({ attributes: collector.resources[0] ?? [] });
    expect(resource).toMatchObject({ 'service.name': 'harbor-test', 'deployment.environment.name': 'test' });
  });

  test("a client's trace goes on, to providers that may be told and to no other", async () => {
    const headers = { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'vendor=1', baggage: 'user=secret' };
    const told = await ask('openai', requestBody('openai', 'told'), headers);
    const [request, tried] = await collector.spansOf(told.requestId);
    expect(request).toMatchObject({ traceId: TRACE, parentSpanId: PARENT });
    const sent = upstream.requests.findLast((one) => one.text().includes('told-model'));
    expect(sent?.header('traceparent')).toBe(`00-${TRACE}-${tried?.spanId}-01`);
    expect(sent?.header('tracestate')).toBe('vendor=1');
    expect(sent?.header('baggage')).toBeUndefined();
    await ask('openai', requestBody('openai', 'silent'), headers);
    const silent = upstream.requests.findLast((one) => one.text().includes('silent-model'));
    expect([silent?.header('traceparent'), silent?.header('tracestate')]).toEqual([undefined, undefined]);
  });

  test('each try has its span: the lost one says why, and the upstream of each knew its own', async () => {
    const { requestId, status } = await ask('openai', requestBody('openai', 'falls'));
    expect(status).toBe(200);
    const [request, lost, kept] = await collector.spansOf(requestId);
    expect(request).not.toHaveProperty('status');
    expect(lost).toMatchObject({ name: 'chat failing-model', status: { code: 2 } });
    expect(valuesOf(lost!)).toMatchObject({ 'error.type': 'upstream_error', 'gen_ai.provider.name': 'failing' });
    expect(kept).toMatchObject({ name: 'chat told-model' });
    expect(BigInt(kept!.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(lost!.endTimeUnixNano) - 1_000_000n);
    for (const [model, span] of [
      ['failing-model', lost],
      ['told-model', kept],
    ] as const) {
      const sent = upstream.requests.findLast((one) => one.text().includes(model));
      expect(sent?.header('traceparent')).toBe(`00-${request?.traceId}-${span?.spanId}-01`);
    }
  });

  test('who has no key writes into no trace', async () => {
    const headers = { traceparent: `00-${'9'.repeat(32)}-${PARENT}-01` };
    const body = requestBody('openai', 'told');
    const { status } = await post({ url: relay.url, key: 'thk_live_no' }, 'openai', body, { headers });
    expect(status).toBe(401);
    const { requestId } = await ask('openai', body);
    await collector.spansOf(requestId);
    expect(collector.spans.filter(({ traceId }) => traceId === '9'.repeat(32))).toEqual([]);
  });

  test('the GenAI metrics come as the conventions name them', async () => {
    await ask('openai', requestBody('openai', 'told'));
    const metric = await collector.until(() =>
      collector.metrics.findLast(({ name }) => name === 'gen_ai.client.token.usage'),
    );
    expect(metric.histogram.dataPoints.length).toBeGreaterThan(1);
    await collector.until(() => collector.metrics.find(({ name }) => name === 'gen_ai.server.time_to_first_token'));
  });

  test('nothing of what was said, and no key, ever went to the collector', () => {
    expect(collector.bodies.length).toBeGreaterThan(3);
    for (const secret of [SECRET, relay.key, 'sk-upstream-secret', 'user=secret']) {
      expect(collector.bodies.join('\n')).not.toContain(secret);
    }
  });
});

test('sampled: none of those that went well, unless their client says so, and all that failed', async () => {
  const relay = await startTraced({ sample: 0, metrics: false });
  try {
    upstream.on('told-model', (one) => one.json(200, openaiCompletion()));
    upstream.on('failing-model', (one) => one.json(500, { error: { message: 'no' } }));
    const target = relay.target('openai', (one) => one.json(500, { error: { message: 'no' } }));
    const endpoint = { url: relay.url, key: relay.key };
    const idOf = async (model: string, headers = {}) =>
      (await post(endpoint, 'openai', requestBody('openai', model), { headers })).headers.get(
        'x-th-request-id',
      ) as string;
    const plain = await idOf('told');
    const asked = await idOf('told', { traceparent: `00-${TRACE}-${PARENT}-01` });
    const failed = await idOf(target.id);
    await collector.spansOf(asked);
    await collector.spansOf(failed);
    expect(collector.spans.some((span) => valuesOf(span)['tokenharbor.request.id'] === plain)).toBe(false);
  } finally {
    await relay.stop();
  }
});

test('a collector that fails costs no request anything; it is told once, and what waits is sent at the end', async () => {
  const relay = await startTraced({ metrics: false });
  try {
    upstream.on('told-model', (one) => one.json(200, openaiCompletion()));
    collector.status = 503;
    const endpoint = { url: relay.url, key: relay.key };
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      const answer = await post(endpoint, 'openai', requestBody('openai', 'told'));
      expect(answer.status).toBe(200);
      ids.push(answer.headers.get('x-th-request-id') as string);
    }
    const before = collector.bodies.length;
    await collector.until(() => (collector.bodies.length >= before + 2 ? true : undefined));
    expect(relay.gateway.logs().match(/traces cannot be sent: the collector answered 503/g)).toHaveLength(1);
    collector.status = 200;
    await relay.gateway.stop();
    for (const id of ids) await collector.spansOf(id);
  } finally {
    collector.status = 200;
    await relay.upstream.stop();
  }
});

test('without an endpoint nobody is told anything, and a request has no trace', async () => {
  const relay = await startRelay({
    targets: 1,
    providers: { told: providerOf(upstream, 'openai', { trace_context: true }) },
    models: { told: { targets: [{ provider: 'told', model: 'untold-model' }] } },
  });
  try {
    upstream.on('untold-model', (one) => one.json(200, openaiCompletion()));
    const headers = { traceparent: `00-${TRACE}-${PARENT}-01` };
    await post({ url: relay.url, key: relay.key }, 'openai', requestBody('openai', 'told'), { headers });
    const sent = upstream.requests.findLast((one) => one.text().includes('untold-model'));
    expect(sent?.header('traceparent')).toBeUndefined();
    const text = await (await fetch(`http://127.0.0.1:${relay.gateway.adminPort}/metrics`)).text();
    expect(valueOf(readSamples(text), METRIC.otlpSent)).toBeUndefined();
  } finally {
    await relay.stop();
  }
});
