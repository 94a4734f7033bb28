import { expect, test } from 'bun:test';
import { stackLayers } from './stack.ts';

test('layers stand on each other, the highest first', () => {
  expect(
    stackLayers([
      [1, 0],
      [2, 3],
      [0, 4],
    ]),
  ).toEqual([
    [3, 7],
    [3, 3],
    [1, 0],
  ]);
  expect(stackLayers([])).toEqual([]);
});
