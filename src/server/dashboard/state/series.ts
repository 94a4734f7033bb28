import type { Point, Series } from '../api/now.ts';

/** Five minutes, a point each second. */
const LONGEST = 300;

/** The series with one more second; the oldest goes. What is told twice of one second is kept once. */
export function appendPoint(series: Series, point: Point): Series {
  if (Date.parse(point.ends_at) <= Date.parse(series.ends_at)) return series;
  const append = <T>(values: readonly T[], value: T): readonly T[] => [...values, value].slice(-LONGEST);
  return {
    ...series,
    ends_at: point.ends_at,
    requests: append(series.requests, point.requests),
    errors: append(series.errors, point.errors),
    p50_ms: append(series.p50_ms, point.p50_ms),
    p95_ms: append(series.p95_ms, point.p95_ms),
    streams: append(series.streams, point.streams),
  };
}
