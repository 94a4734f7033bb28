import { describe, expect, test } from 'bun:test';
import { NO_USAGE } from '../../protocol/usage.ts';
import type { RequestFinished } from '../events.ts';
import { finished } from '../request-finished.fixture.ts';
import { GenAiMetrics } from './gen-ai-metrics.ts';

interface Point {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly bucketCounts: readonly string[];
  readonly explicitBounds: readonly number[];
  readonly count: string;
  readonly sum: number;
}

function pointsOf(...events: readonly Partial<RequestFinished>[]): Readonly<Record<string, readonly Point[]>> {
  const metrics = new GenAiMetrics((model) => (model === 'test/m' ? model : undefined), 1000);
  for (const event of events) metrics.observe(finished(event));
  const all = metrics.toJson(2000) as unknown as { name: string; histogram: { dataPoints: Point[] } }[];
  return Object.fromEntries(all.map(({ name, histogram }) => [name, histogram.dataPoints]));
}

const attributesOf = (point: Point | undefined) =>
  Object.fromEntries(point?.attributes.map(({ key, value }) => [key, value.stringValue]) ?? []);

describe('GenAiMetrics', () => {
  test('tell duration and tokens of every request that an upstream was asked for', () => {
    const usage = { ...NO_USAGE, inputTokens: 10, cacheReadTokens: 60, outputTokens: 7 };
    const points = pointsOf({ usage, durationMs: 300 }, { usage, durationMs: 10 }, { attempts: 0 });
    const [duration] = points['gen_ai.server.request.duration'] ?? [];
    expect([duration?.count, duration?.sum]).toEqual(['2', 0.31]);
    expect(duration?.bucketCounts).toHaveLength((duration?.explicitBounds.length ?? 0) + 1);
    expect(duration?.bucketCounts.map(Number).reduce((a, b) => a + b)).toBe(2);
    const tokens = points['gen_ai.client.token.usage'] ?? [];
    expect(tokens.map((point) => [attributesOf(point)['gen_ai.token.type'], point.sum])).toEqual([
      ['input', 140],
      ['output', 14],
    ]);
    expect(attributesOf(tokens[0])).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'p',
      'gen_ai.request.model': 'test/m',
    });
    expect(Object.keys(points)).toHaveLength(2);
  });

  test('of streams, when the first token came and how long the others took', () => {
    const usage = { ...NO_USAGE, outputTokens: 11 };
    const points = pointsOf({ stream: true, usage, firstContentMs: 500, durationMs: 1500 });
    expect(points['gen_ai.server.time_to_first_token']?.[0]?.sum).toBe(0.5);
    expect(points['gen_ai.server.time_per_output_token']?.[0]?.sum).toBeCloseTo(0.1, 9);
  });

  test('bear no name that a client made up', () => {
    const points = pointsOf({ model: 'made/up-1' }, { model: 'made/up-2', errorCode: 'upstream_error' });
    const durations = points['gen_ai.server.request.duration'] ?? [];
    expect(durations.map(attributesOf)).toMatchObject([
      { 'gen_ai.request.model': 'other' },
      { 'gen_ai.request.model': 'other', 'error.type': 'upstream_error' },
    ]);
  });
});
