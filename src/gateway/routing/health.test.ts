import { describe, expect, test } from 'bun:test';
import { ApiError } from '../../protocol/api-error.ts';
import type { ErrorCode } from '../../protocol/error-codes.ts';
import { Health } from './health-registry.ts';

const NOW = 1000;
const failure = (code: ErrorCode, details = {}) => new ApiError(code, 'no', details);
const refused = failure('upstream_unavailable', { failover: 'next' });

function fail(error: ApiError, times = 1, keysLeft = false) {
  const health = new Health().of('p\nhttp://h', 'm');
  for (let i = 0; i < times; i++) health.failed(error, NOW, NOW, keysLeft);
  return health;
}

describe('TargetHealth', () => {
  test('a key that is limited or refused takes the target down at once, unless there is another key', () => {
    for (const code of [
      'upstream_rate_limited',
      'upstream_auth',
      'upstream_quota',
      'upstream_misconfigured',
    ] as const) {
      expect([code, fail(failure(code)).isUp(NOW), fail(failure(code), 9, true).isUp(NOW)]).toEqual([
        code,
        false,
        true,
      ]);
    }
  });

  test('fault 36: it rests for as long as it asks to, a second at least and a minute at most', () => {
    const backAfter = (retryAfterS: number) =>
      fail(failure('upstream_rate_limited', { retryAfterS })).breaker.untilMs - NOW;
    expect([backAfter(0), backAfter(7), backAfter(315_360_000)]).toEqual([1000, 7000, 60_000]);
  });

  test('other failures take five in a row; the client’s own faults none', () => {
    for (const code of ['upstream_error', 'upstream_timeout', 'upstream_overloaded', 'upstream_eof'] as const) {
      expect([code, fail(failure(code), 4).isUp(NOW), fail(failure(code), 5).isUp(NOW)]).toEqual([code, true, false]);
    }
    for (const code of ['invalid_value', 'context_length_exceeded', 'content_filter'] as const) {
      expect([code, fail(failure(code), 50).isUp(NOW)]).toEqual([code, true]);
    }
  });

  test('what cannot be reached is down for every model there; what answers is not', () => {
    const registry = new Health();
    const [one, other] = [registry.of('p', 'm'), registry.of('p', 'n')];
    for (let i = 0; i < 5; i++) one.failed(refused, NOW, NOW, false);
    expect([one.isUp(NOW), other.isUp(NOW), registry.of('q', 'm').isUp(NOW)]).toEqual([false, false, true]);
    // Any answer at all, an error too, shows that it can be reached again.
    other.failed(failure('upstream_error'), NOW + 1, NOW + 1, false);
    expect([one.provider.breaker.isOpen, other.isUp(NOW + 1)]).toEqual([false, true]);
  });

  test('one that was asked to wait is not dead, one that fails is', () => {
    expect(fail(failure('upstream_rate_limited')).isDead(NOW)).toBe(false);
    expect(fail(failure('upstream_auth')).isDead(NOW)).toBe(true);
    expect(fail(failure('upstream_error'), 5).isDead(NOW)).toBe(true);
    expect(fail(refused, 5).isDead(NOW)).toBe(true);
    expect(fail(failure('upstream_error')).isDead(NOW)).toBe(false);
  });

  test('a request under way is counted until it is over, and a probe without a verdict makes room at once', () => {
    const health = fail(failure('upstream_error'), 5);
    const leave = health.enter(6000);
    expect([health.pending, health.isUp(6001)]).toEqual([1, false]);
    leave();
    leave();
    expect([health.pending, health.isUp(6001)]).toEqual([0, true]);
  });
});

describe('Health', () => {
  test('is the same for one place and model, whoever asks', () => {
    const registry = new Health();
    expect(registry.of('p\nhttp://a', 'm')).toBe(registry.of('p\nhttp://a', 'm'));
    expect(registry.of('p\nhttp://a', 'm')).not.toBe(registry.of('p\nhttp://b', 'm'));
    expect(registry.of('p', 'm').provider).toBe(registry.of('p', 'n').provider);
  });

  test('forgets the oldest when clients name ever more models', () => {
    const registry = new Health();
    const first = registry.of('p', 'first');
    for (let i = 0; i < 2000; i++) registry.of('p', `m${i}`);
    expect(registry.of('p', 'first')).not.toBe(first);
    expect(registry.of('p', 'm1999').provider).toBe(first.provider);
  });
});
