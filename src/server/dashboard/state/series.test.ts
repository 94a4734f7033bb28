import { expect, test } from 'bun:test';
import type { Series } from '../api/now.ts';
import { appendPoint } from './series.ts';

const series: Series = {
  step_s: 1,
  ends_at: '2026-01-01T00:00:10.000Z',
  requests: Array.from({ length: 300 }, (_, i) => i),
  errors: [],
  p50_ms: [null],
  p95_ms: [null],
  streams: [],
};
const point = (endsAt: string) => ({ ends_at: endsAt, requests: 7, errors: 1, p50_ms: 120, p95_ms: null, streams: 2 });

test('a second is added and the oldest goes', () => {
  const next = appendPoint(series, point('2026-01-01T00:00:11.000Z'));
  expect(next.requests).toHaveLength(300);
  expect([next.requests[0], next.requests.at(-1)]).toEqual([1, 7]);
  expect([next.p50_ms, next.p95_ms, next.streams]).toEqual([[null, 120], [null, null], [2]]);
  expect(next.ends_at).toBe('2026-01-01T00:00:11.000Z');
});

test('a second that is known is not added again', () => {
  expect(appendPoint(series, point('2026-01-01T00:00:10.000Z'))).toBe(series);
});
