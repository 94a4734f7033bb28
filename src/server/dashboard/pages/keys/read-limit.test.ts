import { expect, test } from 'bun:test';
import { readLimit } from './read-limit.ts';

test('a limit may be grouped in threes', () => {
  for (const text of ['1000000', ' 1,000,000 ', '1 000 000', '1\u00a0000\u00a0000']) {
    expect([text, readLimit(text)]).toEqual([text, 1_000_000]);
  }
  expect([readLimit(''), readLimit('  '), readLimit('0')]).toEqual([null, null, 0]);
});

test('one and a half with a comma is not fifteen: it is told as what it is', () => {
  for (const text of ['1,5', '1 5', '10,00', '1,0000', ',5', '1.5', '1e3', '-1', 'many']) {
    expect([text, readLimit(text)]).toEqual([text, text]);
  }
});
