import { describe, expect, test } from 'bun:test';
import { finished } from '../request-finished.fixture.ts';
import { Seconds } from './seconds.ts';
import { BINS, binOf, percentile } from './time-bins.ts';

const NOW = 1_795_000_000;

describe('times in bins', () => {
  test('are told at most four per cent off', () => {
    for (let ms = 0.2; ms < 700_000; ms *= 1.013) {
      const counts = new Uint16Array(BINS);
      counts[binOf(ms)] = 1;
      expect(Math.abs((percentile(counts, 0.5) as number) / ms - 1)).toBeLessThan(0.04);
    }
  });

  test.each([0, -1, Number.NaN, 1e12, Number.POSITIVE_INFINITY])('%p has a bin', (ms) => {
    expect(binOf(ms)).toBeGreaterThanOrEqual(0);
    expect(binOf(ms)).toBeLessThan(BINS);
  });

  test('have the percentiles of what was counted', () => {
    const counts = new Uint16Array(BINS);
    for (let ms = 1; ms <= 100; ms++) counts[binOf(ms)] = (counts[binOf(ms)] as number) + 1;
    expect(percentile(counts, 0.5)).toBeWithin(48, 53);
    expect(percentile(counts, 0.95)).toBeWithin(91, 100);
    expect(percentile(new Uint16Array(BINS), 0.5)).toBeNull();
  });
});

describe('seconds', () => {
  const ended = (second: number, changes: Parameters<typeof finished>[0] = {}) =>
    finished({ at: second * 1000 + 500, firstByteMs: 100, ...changes });

  test('have what ended in each of them', () => {
    const seconds = new Seconds();
    seconds.add(ended(NOW));
    seconds.add(ended(NOW, { outcome: 'upstream_cut', firstByteMs: undefined }));
    seconds.add(ended(NOW, { status: 429, outcome: 'refused', firstByteMs: undefined }));
    seconds.add(ended(NOW + 2, { status: 502, outcome: 'upstream_error', firstByteMs: undefined }));
    seconds.streamsOpen(NOW, 7);
    const [before, first, none, third] = seconds.points(NOW + 3, 4);
    expect(before).toEqual({ requests: 0, errors: 0, p50Ms: null, p95Ms: null, streams: 0 });
    expect(first).toMatchObject({ requests: 3, errors: 1, streams: 7 });
    expect(first?.p50Ms).toBeWithin(96, 104);
    // Nobody counted the streams then.
    expect(none).toEqual({ requests: 0, errors: 0, p50Ms: null, p95Ms: null, streams: 7 });
    expect(third).toMatchObject({ requests: 1, errors: 1, p50Ms: null });
    expect(seconds.sum(NOW + 3, 60)).toMatchObject({ requests: 4, errors: 2 });
    expect(seconds.sum(NOW + 2, 60)).toMatchObject({ requests: 3, errors: 1 });
    expect(seconds.sum(NOW, 60)).toEqual({ requests: 0, errors: 0, p50Ms: null, p95Ms: null });
  });

  test('are forgotten when others take their place, and none is told for another', () => {
    const seconds = new Seconds();
    for (let second = NOW; second < NOW + 1000; second++) seconds.add(ended(second));
    const points = seconds.points(NOW + 1000, 300);
    expect(points.map(({ requests }) => requests)).toEqual(Array.from({ length: 300 }, () => 1));
    expect(seconds.sum(NOW + 300, 300).requests).toBe(0);
    expect(seconds.points(NOW + 5000, 300).every(({ requests }) => requests === 0)).toBe(true);
  });

  test('of a clock that goes back count nothing twice, and go on when it stays back', () => {
    const seconds = new Seconds();
    seconds.add(ended(NOW));
    seconds.add(ended(NOW - 310));
    expect(seconds.points(NOW + 1, 1)[0]?.requests).toBe(1);
    seconds.add(ended(NOW - 310_000));
    expect(seconds.points(NOW - 310_000 + 1, 1)[0]?.requests).toBe(1);
  });
});
