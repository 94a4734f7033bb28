import { describe, expect, test } from 'bun:test';
import { Ticker, type Ticking } from './ticker.ts';

const counting = (): Ticking & { seen: number[] } => {
  const seen: number[] = [];
  return { seen, check: (now) => seen.push(now) };
};

/** Far enough apart that the ticker's own timer does not come between. */
const SLOW = 60_000;

describe('Ticker', () => {
  test('checks everything that is watched, and nothing that is not', () => {
    const ticker = new Ticker(SLOW);
    const [a, b, c] = [counting(), counting(), counting()];
    ticker.watch(a);
    ticker.watch(b);
    ticker.watch(b);
    ticker.watch(c);
    ticker.unwatch(c);
    expect(ticker.watching).toBe(2);
    const now = ticker.now + 10;
    ticker.tick(now);
    expect([a.seen, b.seen, c.seen]).toEqual([[now], [now], []]);
    expect(ticker.now).toBe(now);
    ticker.unwatch(a);
    ticker.unwatch(b);
    ticker.unwatch(b);
    ticker.tick(now + 10);
    expect(a.seen).toHaveLength(1);
  });

  test('what is taken out during a tick is not checked any more, not even in that tick', () => {
    const ticker = new Ticker(SLOW);
    const last = counting();
    const first: Ticking = {
      check: () => {
        ticker.unwatch(first);
        ticker.unwatch(last);
      },
    };
    ticker.watch(first);
    ticker.watch(last);
    ticker.tick(ticker.now + 1);
    expect(last.seen).toEqual([]);
    expect(ticker.watching).toBe(0);
  });

  test('its timer runs while something is watched, and again after a pause', async () => {
    const ticker = new Ticker(5);
    for (let round = 0; round < 2; round++) {
      const entry = counting();
      ticker.watch(entry);
      await Bun.sleep(60);
      ticker.unwatch(entry);
      const before = entry.seen.length;
      expect(before).toBeGreaterThan(1);
      expect([...entry.seen].sort((x, y) => x - y)).toEqual(entry.seen);
      await Bun.sleep(30);
      expect(entry.seen.length).toBe(before);
    }
  });

  test('its time is right when something is watched after a pause', async () => {
    const ticker = new Ticker(5);
    await Bun.sleep(500);
    const entry = counting();
    ticker.watch(entry);
    expect(Math.abs(ticker.now - performance.now())).toBeLessThan(250);
    expect(ticker.soon).toBeGreaterThanOrEqual(ticker.now);
    ticker.unwatch(entry);
  });
});
