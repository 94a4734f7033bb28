import { describe, expect, test } from 'bun:test';
import { Breaker } from './breaker.ts';

function failing(times: number, at = 1000): Breaker {
  const breaker = new Breaker();
  for (let i = 0; i < times; i++) breaker.fail(at, at);
  return breaker;
}

describe('Breaker', () => {
  test('opens at five failures in a row, and not at four', () => {
    expect(failing(4).allows(1000)).toBe(true);
    expect(failing(5).allows(1000)).toBe(false);
    const mended = failing(4);
    mended.succeed(1000, 1000);
    mended.fail(1000, 1000);
    expect(mended.allows(1000)).toBe(true);
  });

  test('opens when half of many fail, and not when half of few do', () => {
    const breaker = new Breaker();
    const outcome = (i: number) => (i % 2 === 0 ? breaker.succeed(1000, 1000) : breaker.fail(1000, 1000));
    for (let i = 0; i < 19; i++) outcome(i);
    expect(breaker.allows(1000)).toBe(true);
    outcome(19);
    expect(breaker.allows(1000)).toBe(false);
  });

  test('failures of long ago do not count', () => {
    const breaker = new Breaker();
    for (let i = 0; i < 30; i++) {
      breaker.fail(i * 30_000, i * 30_000);
      breaker.succeed(i * 30_000, i * 30_000 + 1);
    }
    expect(breaker.allows(1_000_000)).toBe(true);
  });

  test('lets one probe through after its pause: success closes it', () => {
    const breaker = failing(5);
    expect([breaker.allows(5999), breaker.enter(5999)]).toEqual([false, false]);
    expect([breaker.allows(6000), breaker.enter(6000)]).toEqual([true, true]);
    expect([breaker.allows(6001), breaker.enter(6001)]).toEqual([false, false]);
    breaker.succeed(6000, 6100);
    expect([breaker.isOpen, breaker.allows(6100), breaker.enter(6100)]).toEqual([false, true, false]);
  });

  test('a failed probe pauses twice as long, up to a minute', () => {
    const breaker = failing(5);
    let now = 6000;
    for (const pauseMs of [10_000, 20_000, 40_000, 60_000, 60_000]) {
      expect(breaker.enter(now)).toBe(true);
      breaker.fail(now, now);
      expect(breaker.allows(now + pauseMs - 1)).toBe(false);
      now += pauseMs;
      expect(breaker.allows(now)).toBe(true);
    }
    breaker.enter(now);
    breaker.succeed(now, now);
    for (let i = 0; i < 5; i++) breaker.fail(now, now);
    expect([breaker.allows(now + 4999), breaker.allows(now + 5000)]).toEqual([false, true]);
  });

  test('a probe that comes to no verdict makes room for the next', () => {
    const released = failing(5);
    released.enter(6000);
    released.release();
    expect(released.allows(6001)).toBe(true);
    const silent = failing(5);
    silent.enter(6000);
    expect([silent.allows(15_999), silent.allows(16_000)]).toEqual([false, true]);
  });

  test('what was sent before it opened neither closes it nor makes it pause longer', () => {
    const breaker = failing(5);
    breaker.succeed(900, 7000);
    expect(breaker.isOpen).toBe(true);
    breaker.fail(900, 7000);
    expect(breaker.allows(7000)).toBe(true);
  });

  test('a last resort that succeeds closes it at once', () => {
    const breaker = failing(5);
    breaker.succeed(1500, 2000);
    expect(breaker.allows(2000)).toBe(true);
  });

  test('rests for as long as it is asked to, and knows why', () => {
    const breaker = new Breaker();
    breaker.rest(1000, 30_000, true);
    breaker.rest(1000, 2000, false);
    expect([breaker.isLimited, breaker.allows(30_999), breaker.allows(31_000)]).toEqual([true, false, true]);
    const asked = new Breaker();
    for (let i = 0; i < 5; i++) asked.fail(1000, 1000, 20_000);
    expect([asked.isLimited, asked.allows(20_999), asked.allows(21_000)]).toEqual([false, false, true]);
  });
});
