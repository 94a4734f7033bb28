import { expect, test } from 'bun:test';
import { cutDecimals, shiftDecimal, writtenAmount } from './amounts.ts';

test.each([
  ['2.5e-06', '2.5'],
  ['0.0000025', '2.5'],
  ['1e-12', '0.000001'],
  ['3', '3000000'],
  ['1.25E-5', '12.5'],
  ['.000001', '1'],
  ['0', '0'],
  ['0.00000030000000000000004', '0.30000000000000004'],
])('%s dollars a token are %s a million', (text, amount) => {
  expect(shiftDecimal(text, 6)).toBe(amount);
});

test('what is no amount is none', () => {
  for (const text of ['', '.', '-1', 'free', 'os.environ/PRICE', '1e9999', '1,5']) {
    expect(shiftDecimal(text, 6), text).toBeUndefined();
  }
});

test('nine decimals are kept', () => {
  expect(cutDecimals('0.12345678999')).toBe('0.123456789');
  expect(cutDecimals('0.0000000001')).toBe('0');
  expect(cutDecimals('25')).toBe('25');
});

test('a number is written as one only where it keeps its digits', () => {
  expect(writtenAmount('0.25')).toBe(0.25);
  expect(writtenAmount('0.0000001')).toBe('0.0000001');
});
