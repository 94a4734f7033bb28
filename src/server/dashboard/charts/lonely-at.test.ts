import { expect, test } from 'bun:test';
import { lonelyAt } from './lonely-at.ts';

test('a value far from any other stands alone', () => {
  expect(lonelyAt([1, null, 2, null, null, null, 3, null, null, null, 4, 5], 3)).toEqual([6]);
  expect(lonelyAt([null, null, 7, null], 3)).toEqual([2]);
  expect(lonelyAt([], 3)).toEqual([]);
});
