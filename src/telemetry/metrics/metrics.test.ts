import { afterAll, describe, expect, test } from 'bun:test';
import { NO_USAGE } from '../../protocol/usage.ts';
import { METRIC } from '../names.ts';
import { finished, lost } from '../request-finished.fixture.ts';
import { Metrics } from './metrics.ts';
import { readSamples, type Sample, valueOf } from './prometheus-text.fixture.ts';
import type { BreakerStanding } from './sources.ts';

let metrics: Metrics;
const opened: Metrics[] = [];
let breakers: readonly BreakerStanding[] = [];
let upstreamRequests = 0;

function open(): void {
  metrics = new Metrics({ build: { version: '1.2.3', commit: 'abc', bun: null }, fetchLimit: 256 });
  opened.push(metrics);
  const sources = {
    streamsInFlight: () => 3,
    upstreamRequests: () => upstreamRequests,
    breakers: () => breakers,
    ledger: () => ({ unwritten: 1, open: 2, heldNano: 5_000_000n, failure: new Error('full') }),
  };
  metrics.watch(sources, (model) =>
    model === 'test/m' ? model : model.startsWith('anthropic/') ? 'anthropic/*' : undefined,
  );
}

const read = async (): Promise<readonly Sample[]> => readSamples(await metrics.text());

afterAll(() => opened.forEach((one) => one.close()));

describe('Metrics', () => {
  test('count each request once, however often they are asked for', async () => {
    open();
    for (let i = 0; i < 3; i++) metrics.requestFinished(finished());
    await read();
    metrics.requestFinished(finished({ stream: true, firstByteMs: 60, shape: 'anthropic', route: '/v1/messages' }));
    for (let i = 0; i < 2; i++) {
      const samples = await read();
      const of = (name: string, labels = {}) => valueOf(samples, name, labels);
      expect(of(METRIC.requests, { dialect: 'openai', status_class: '2xx', outcome: 'answered' })).toBe(3);
      expect(of(METRIC.requests, { dialect: 'anthropic', route: '/v1/messages' })).toBe(1);
      expect(of(METRIC.upstreamAttempts, { provider: 'p', result: 'ok' })).toBe(4);
      expect(of(METRIC.tokens, { provider: 'p', model: 'test/m', type: 'input' })).toBe(48);
      expect(of(METRIC.tokens, { type: 'output' })).toBe(800);
      expect(of(METRIC.tokens, { type: 'cache_read' })).toBeUndefined();
      expect(of(METRIC.cost, { provider: 'p', model: 'test/m' })).toBeCloseTo(4857.6, 6);
      expect(of(`${METRIC.requestDuration}_count`, { stream: 'false' })).toBe(3);
      expect(of(`${METRIC.requestDuration}_sum`, { stream: 'false' })).toBeCloseTo(4.5, 6);
      expect(of(METRIC.retries)).toBe(0);
    }
  });

  test('buckets hold what is in those before them, and a value on a bound is within it', async () => {
    open();
    for (const durationMs of [5, 5.1, 100, 1_900_000]) metrics.requestFinished(finished({ durationMs }));
    const samples = await read();
    const below = (le: string) => valueOf(samples, `${METRIC.requestDuration}_bucket`, { le });
    expect(['0.005', '0.025', '0.1', '1800', '+Inf'].map(below)).toEqual([1, 2, 3, 3, 4]);
  });

  test('tell tries, retries and fallbacks', async () => {
    open();
    const [first, second] = [lost({ errorCode: 'upstream_timeout' }), lost({ provider: 'q' })];
    metrics.requestFinished(finished({ attempts: 3, lost: [first, second], provider: 'r' }));
    metrics.requestFinished(
      finished({ attempts: 1, lost: [lost()], outcome: 'upstream_error', status: 502, usage: undefined, costNano: 0n }),
    );
    metrics.requestFinished(finished({ outcome: 'upstream_cut', errorCode: 'upstream_eof' }));
    metrics.requestFinished(finished({ outcome: 'client_abort', status: 499 }));
    const samples = await read();
    const tries = samples.filter(({ name }) => name === METRIC.upstreamAttempts);
    expect(tries.map(({ labels, value }) => [labels['provider'], labels['result'], value]).toSorted()).toEqual([
      ['p', 'client_abort', 1],
      ['p', 'upstream_eof', 1],
      ['p', 'upstream_error', 1],
      ['p', 'upstream_timeout', 1],
      ['q', 'upstream_error', 1],
      ['r', 'ok', 1],
    ]);
    expect(valueOf(samples, METRIC.retries)).toBe(2);
    expect(valueOf(samples, METRIC.fallbacks, { from: 'p', to: 'q' })).toBe(1);
    expect(valueOf(samples, METRIC.fallbacks, { from: 'q', to: 'r' })).toBe(1);
  });

  test('tell why requests were refused, and what was done to the others', async () => {
    open();
    const refused = { outcome: 'refused', provider: undefined, attempts: 0, usage: undefined } as const;
    metrics.requestFinished(finished({ ...refused, status: 401, keyFault: 'revoked' }));
    metrics.requestFinished(finished({ ...refused, status: 429, denied: 'tokens' }));
    metrics.requestFinished(finished({ steering: 'role:planner', oddities: { stray_done: 2 } }));
    metrics.requestFinished(finished({ usage: { ...NO_USAGE, outputTokens: 9, reasoningTokens: 4 } }));
    const samples = await read();
    expect(valueOf(samples, METRIC.authFailures, { reason: 'revoked' })).toBe(1);
    expect(valueOf(samples, METRIC.limitDenied, { kind: 'tokens' })).toBe(1);
    expect(valueOf(samples, METRIC.steeringApplied, { role: 'role:planner' })).toBe(1);
    expect(valueOf(samples, METRIC.answerOddities, { kind: 'stray_done' })).toBe(2);
    expect(valueOf(samples, METRIC.reasoningTokens)).toBe(4);
    // Nothing was asked of anybody, so no series bears an empty provider.
    expect(samples.filter(({ labels }) => labels['provider'] === '')).toEqual([]);
  });

  test('10,000 names that clients made up are no more series than one', async () => {
    open();
    const seriesOf = async () => (await read()).length;
    const make = (id: string, isKnown: boolean) => {
      metrics.requestFinished(finished({ model: `anthropic/${id}`, upstreamModel: id }));
      const gone = { outcome: 'refused', status: 404, usage: undefined, costNano: undefined } as const;
      metrics.requestFinished(finished({ ...gone, model: id, attempts: 0, provider: isKnown ? 'p' : undefined }));
    };
    make('claude', false);
    make('claude', true);
    const before = await seriesOf();
    for (let i = 0; i < 10_000; i++) make(`"}\n${i}\\${'x'.repeat(i % 50)}`, i % 2 === 0);
    expect(await seriesOf()).toBe(before);
    const samples = await read();
    expect(valueOf(samples, METRIC.tokens, { model: 'anthropic/*', type: 'input' })).toBe(12 * 10_002);
    expect(valueOf(samples, METRIC.requests, { status_class: '4xx' })).toBe(10_002);
  });

  test('tell what is under way, and what the runtime has no place for', async () => {
    open();
    upstreamRequests = 300;
    breakers = [{ provider: 'p', target: '*', state: 2 }];
    let samples = await read();
    expect(valueOf(samples, METRIC.streamsInFlight)).toBe(3);
    expect(valueOf(samples, METRIC.upstreamInFlight)).toBe(300);
    expect(valueOf(samples, METRIC.upstreamQueueDepth)).toBe(44);
    expect(valueOf(samples, METRIC.breakerState, { provider: 'p', target: '*' })).toBe(2);
    expect(valueOf(samples, METRIC.ledgerReserved)).toBe(5000);
    expect(valueOf(samples, METRIC.ledgerUnsettled)).toBe(2);
    expect(valueOf(samples, METRIC.ledgerUnwritten)).toBe(1);
    expect(valueOf(samples, METRIC.ledgerWritable)).toBe(0);
    upstreamRequests = 1;
    breakers = [];
    samples = await read();
    expect(valueOf(samples, METRIC.upstreamQueueDepth)).toBe(0);
    expect(valueOf(samples, METRIC.breakerState)).toBeUndefined();
  });

  test('tell which configuration is in use, and whether the last one could be', async () => {
    open();
    metrics.configLoaded('aaa');
    metrics.configRefused();
    expect(valueOf(await read(), METRIC.configReloadSuccessful)).toBe(0);
    metrics.configLoaded('bbb');
    const samples = await read();
    expect(valueOf(samples, METRIC.configReloadSuccessful)).toBe(1);
    expect(samples.filter(({ name }) => name === METRIC.configInfo).map(({ labels }) => labels['hash'])).toEqual([
      'bbb',
    ]);
    expect(valueOf(samples, METRIC.buildInfo, { version: '1.2.3', commit: 'abc', bun: 'none' })).toBe(1);
  });

  test('tell what no request can be blamed for', async () => {
    open();
    metrics.fault();
    metrics.ledgerCommitted(2);
    metrics.otlpDropped('traces', 7);
    const samples = await read();
    expect(valueOf(samples, METRIC.faults)).toBe(1);
    expect(valueOf(samples, `${METRIC.ledgerSettle}_bucket`, { le: '0.0025' })).toBe(1);
    expect(valueOf(samples, METRIC.otlpDropped, { signal: 'traces' })).toBe(7);
    expect(valueOf(samples, METRIC.residentMemory)).toBeGreaterThan(1_000_000);
    expect(valueOf(samples, METRIC.cpu)).toBeGreaterThan(0);
  });
});
