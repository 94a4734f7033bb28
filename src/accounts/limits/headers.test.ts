import { describe, expect, test } from 'bun:test';
import { formatGoDuration, limitHeaders } from './headers.ts';
import type { Admission, Lease, LimitState } from './ports.ts';

const NOW = Date.UTC(2027, 0, 31, 18, 0, 0, 250);
const lease: Lease = { correct: () => undefined, release: () => undefined };
const requests: LimitState = { scope: 'key', kind: 'requests', limit: 60, remaining: 59, resetMs: 1000 };
const tokens: LimitState = { scope: 'account', kind: 'tokens', limit: 90_000, remaining: 5, resetMs: 59_996 };
const places: LimitState = { scope: 'key', kind: 'concurrency', limit: 4, remaining: 0, resetMs: 0 };
const admit = (...states: readonly LimitState[]): Admission => ({ outcome: 'admitted', lease, states });

describe('limitHeaders', () => {
  test("OpenAI's names, with Go durations", () => {
    expect(limitHeaders('openai', admit(requests, tokens, places), NOW)).toEqual({
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-limit-tokens': '90000',
      'x-ratelimit-remaining-tokens': '5',
      'x-ratelimit-reset-tokens': '59.996s',
    });
  });

  test("Anthropic's names, with times in RFC 3339", () => {
    expect(limitHeaders('anthropic', admit(requests, tokens, places), NOW)).toEqual({
      'anthropic-ratelimit-requests-limit': '60',
      'anthropic-ratelimit-requests-remaining': '59',
      'anthropic-ratelimit-requests-reset': '2027-01-31T18:00:02Z',
      'anthropic-ratelimit-tokens-limit': '90000',
      'anthropic-ratelimit-tokens-remaining': '5',
      'anthropic-ratelimit-tokens-reset': '2027-01-31T18:01:01Z',
    });
  });

  test('nothing limited, nothing said', () => {
    expect(limitHeaders('openai', admit(), NOW)).toEqual({});
    expect(limitHeaders('anthropic', admit(places), NOW)).toEqual({});
  });

  test('of key and account, what leaves less; where neither leaves anything, what takes longer', () => {
    const tight: LimitState = { scope: 'account', kind: 'requests', limit: 1000, remaining: 3, resetMs: 59_000 };
    for (const states of [
      [requests, tight],
      [tight, requests],
    ]) {
      expect(limitHeaders('openai', admit(...states), NOW)['x-ratelimit-limit-requests']).toBe('1000');
    }
    const gone = { ...requests, remaining: 0, resetMs: 60_000 };
    const owed = { ...tight, remaining: 0, resetMs: 90_000 };
    expect(limitHeaders('openai', admit(gone, owed), NOW)['x-ratelimit-reset-requests']).toBe('1m30s');
  });

  test('a denial adds when to come back, in whole seconds that have passed by then', () => {
    const denied = (retryAfterMs: number): Admission => ({
      outcome: 'denied',
      by: requests,
      retryAfterMs,
      states: [requests],
    });
    expect(limitHeaders('anthropic', denied(1001), NOW)).toEqual({
      'anthropic-ratelimit-requests-limit': '60',
      'anthropic-ratelimit-requests-remaining': '59',
      'anthropic-ratelimit-requests-reset': '2027-01-31T18:00:02Z',
      'retry-after': '2',
      'retry-after-ms': '2000',
    });
    const after = (ms: number) => limitHeaders('openai', denied(ms), NOW)['retry-after'];
    // 0 makes OpenAI's SDK storm, and more than 60 is not obeyed.
    expect([1, 1000, 59_001, 60_000, 3_600_000].map(after)).toEqual(['1', '1', '60', '60', '60']);
  });

  test('where limits cannot be looked up, only when to come back', () => {
    const headers = limitHeaders('openai', { outcome: 'unavailable', retryAfterMs: 1000 }, NOW);
    expect(headers).toEqual({ 'retry-after': '1', 'retry-after-ms': '1000' });
  });

  test('a debt that outlives the calendar is still a time', () => {
    const owed = { ...tokens, resetMs: 4e15 };
    const at = limitHeaders('anthropic', admit({ ...owed, resetMs: 9e15 }), NOW)['anthropic-ratelimit-tokens-reset'];
    expect(at).toBe('+275760-09-13T00:00:00Z');
  });
});

test.each([
  [0, '0s'],
  [1, '1ms'],
  [120, '120ms'],
  [1000, '1s'],
  [8572, '8.572s'],
  [59_999, '59.999s'],
  [60_000, '1m0s'],
  [360_000, '6m0s'],
  [3_600_000, '1h0m0s'],
  [3_661_500, '1h1m1.5s'],
  [90_000_001, '25h0m0.001s'],
] as const)('%p ms is %p', (ms, text) => expect(formatGoDuration(ms)).toBe(text));
