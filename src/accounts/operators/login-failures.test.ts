import { describe, expect, test } from 'bun:test';
import { LoginFailures } from './login-failures.ts';

describe('failed logins', () => {
  let at = 0;
  const open = () => new LoginFailures({ now: () => at });

  test('five are free, then each costs twice the wait, a minute at the most', () => {
    const failures = open();
    const waits = Array.from({ length: 14 }, () => {
      failures.add('a');
      return failures.waitMs('a');
    });
    expect(waits).toEqual([0, 0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000]);
    at += 59_999;
    expect(failures.waitMs('a')).toBe(1);
    at += 1;
    expect(failures.waitMs('a')).toBe(0);
    at += 1;
    expect(failures.waitMs('a')).toBe(0);
  });

  test('are of whoever they are counted for alone', () => {
    const failures = open();
    for (let i = 0; i < 6; i++) failures.add('a');
    expect([failures.waitMs('a'), failures.waitMs('b')]).toEqual([2000, 0]);
  });

  test('are forgotten by a login, and by time', () => {
    const failures = open();
    for (let i = 0; i < 9; i++) for (const key of ['a', 'b']) failures.add(key);
    failures.forget('a');
    expect([failures.waitMs('a'), failures.waitMs('b')]).toEqual([0, 16_000]);
    at += 15 * 60_000;
    failures.add('b');
    expect(failures.waitMs('b')).toBe(0);
  });

  test('take bounded room: the oldest make place', () => {
    const failures = open();
    for (let i = 0; i < 6; i++) failures.add('a');
    for (let i = 0; i < 9999; i++) failures.add(`x${i}`);
    expect(failures.waitMs('a')).toBe(2000);
    failures.add('y');
    expect(failures.waitMs('a')).toBe(0);
  });
});
