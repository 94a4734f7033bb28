import { describe, expect, test } from 'bun:test';
import { ApiError } from '../../protocol/api-error.ts';
import { backOffMs, Pause } from './back-off.ts';
import { ManualTicker } from '../manual-ticker.fixture.ts';

const failed = (retryAfterS?: number) =>
  new ApiError('upstream_overloaded', 'full', retryAfterS === undefined ? {} : { retryAfterS });

describe('backOffMs', () => {
  test('doubles with each try, spread over half of its length', () => {
    for (const [tries, ms] of [
      [1, 250],
      [2, 500],
      [3, 1000],
      [9, 10_000],
    ] as const) {
      expect(backOffMs(failed(), tries, () => 0)).toBe(ms / 2);
      expect(backOffMs(failed(), tries, () => 0.999999)).toBeCloseTo(ms, 0);
    }
  });

  test('fault 36: waits as long as it is asked to, up to ten seconds', () => {
    const wait = (retryAfterS: number) => backOffMs(failed(retryAfterS), 1, () => 0);
    expect([wait(0), wait(-5), wait(2), wait(10)]).toEqual([125, 125, 2000, 10_000]);
    expect([wait(10.1), wait(315_360_000)]).toEqual([undefined, undefined]);
  });
});

describe('Pause', () => {
  test('ends at its time', async () => {
    const clock = new ManualTicker();
    const pause = new Pause(clock.ticker, 500);
    let isOver = false;
    void pause.over.then(() => (isOver = true));
    clock.advance(499);
    await Bun.sleep(0);
    expect(isOver).toBe(false);
    clock.advance(1);
    await Bun.sleep(0);
    expect([isOver, clock.watching]).toEqual([true, 0]);
  });

  test('C13: ends at once with why it is cut', async () => {
    const clock = new ManualTicker();
    const pause = new Pause(clock.ticker, 500);
    pause.cut(new Error('gone'));
    await expect(pause.over).rejects.toThrow('gone');
    expect(clock.watching).toBe(0);
  });
});
