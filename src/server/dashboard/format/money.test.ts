import { describe, expect, test } from 'bun:test';
import { addUsd, decimalsFor, formatUsd, formatUsdTick, nanoToUsd, splitUsd } from './money.ts';

describe('an amount keeps every digit that is not zero', () => {
  test.each([
    ['0.003643200', '$0.0036432'],
    ['0', '$0.00'],
    ['0.000000001', '$0.000000001'],
    ['1234567.5', '$1,234,567.50'],
    ['-12.000000001', '-$12.000000001'],
    ['90071992547409931.123456789', '$90,071,992,547,409,931.123456789'],
    ['-0.5', '-$0.50'],
    ['100', '$100.00'],
  ])('%s', (amount, shown) => expect(formatUsd(amount)).toBe(shown));

  test('what is no amount is not shown as one', () => {
    for (const text of ['', '1e9', 'NaN', '1.', '.5']) expect(() => formatUsd(text)).toThrow(SyntaxError);
  });

  test('a column takes as many digits as its longest amount', () => {
    expect(decimalsFor(['1.5', null, '0.003643200'])).toBe(7);
    expect(decimalsFor([])).toBe(2);
    expect(formatUsd('1.5', 7)).toBe('$1.5000000');
  });
});

describe('an amount in two parts', () => {
  test.each([
    ['12.345678', '$12.34', '5678'],
    ['0.0036432', '$0.0036432', ''],
    ['12', '$12.00', ''],
    ['0.0123068', '$0.0123068', ''],
    ['0', '$0.00', ''],
    ['-7.125', '-$7.12', '5'],
  ])('%s', (amount, main, rest) => {
    expect(splitUsd(amount)).toEqual({ main, rest });
    expect(main + rest).toBe(formatUsd(amount));
  });

  test('digits that only fill a column up are no part of the amount', () => {
    expect(splitUsd('0.0036', 9)).toEqual({ main: '$0.0036', rest: '00000' });
    expect(splitUsd('3', 4)).toEqual({ main: '$3.00', rest: '00' });
  });
});

test('sums and nano-dollars are exact', () => {
  expect(addUsd('0.1', '0.2')).toBe('0.3');
  expect(addUsd('0.000000001', '90071992547409931')).toBe('90071992547409931.000000001');
  expect(nanoToUsd('3643200.5')).toBe('0.0036432005');
  expect(nanoToUsd('5000000000')).toBe('5');
});

test('a tick is short', () => {
  expect([0, 0.00012, 0.25, 12, 12_500].map(formatUsdTick)).toEqual(['$0', '$0.00012', '$0.25', '$12', '$13K']);
});
