import { expect, test } from 'bun:test';
import type { SpendRow } from '../../api/spend.ts';
import { buildLayers, labelOf } from './layers.ts';

const sums = {
  requests: 1,
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  reasoning_tokens: 0,
  estimated: 0,
};
const row = (model: string, day: string, cost: string): SpendRow => ({ ...sums, model, day, cost_usd: cost });
const range = { since: '2026-01-01', until: '2026-01-03' };

test('the costliest comes first, and a day without cost is nothing', () => {
  const { days, layers, amounts } = buildLayers(
    [
      row('a', '2026-01-01', '0.1'),
      row('b', '2026-01-01', '5'),
      row('a', '2026-01-03', '0.000000002'),
      row('a', '2026-01-03', '0.000000001'),
    ],
    'model',
    range,
  );
  expect(days).toEqual(['2026-01-01', '2026-01-02', '2026-01-03']);
  expect(layers.map(({ label }) => label)).toEqual(['b', 'a']);
  expect(amounts).toEqual([
    ['5', '0', '0'],
    ['0.1', '0', '0.000000003'],
  ]);
});

test('what no colour is left for is one layer, and nothing is lost', () => {
  const rows = Array.from({ length: 12 }, (_, index) => row(`m${index}`, '2026-01-02', String(12 - index)));
  const { layers, amounts } = buildLayers(rows, 'model', range);
  expect(layers).toHaveLength(8);
  expect(layers.at(-1)?.label).toBe('Others');
  expect(amounts.at(-1)?.[1]).toBe('15');
  expect(buildLayers(rows.slice(0, 8), 'model', range).layers.map(({ label }) => label)).not.toContain('Others');
});

test('keys of the same name are told apart', () => {
  const key = { ...row('m', '2026-01-01', '1'), key: 'key_0123456789abcdef', key_name: 'ci' };
  expect(labelOf(key, 'key')).toBe('ci (…abcdef)');
  expect(labelOf({ ...key, key_name: null }, 'key')).toBe('key_0123456789abcdef');
});
