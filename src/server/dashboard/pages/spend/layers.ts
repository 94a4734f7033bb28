import type { Dimension, SpendRow } from '../../api/spend.ts';
import type { ChartLayer } from '../../charts/layer.ts';
import { OTHERS_COLOR, SERIES_COLORS } from '../../charts/series-colors.ts';
import { type Day, daysBetween } from '../../format/day.ts';
import { addUsd, type Usd, usdToNumber } from '../../format/money.ts';
import type { Range } from './range.ts';

export interface SpendLayers {
  readonly days: readonly Day[];
  readonly layers: readonly ChartLayer[];
  /** Exact amounts: by layer, then by day. */
  readonly amounts: readonly (readonly Usd[])[];
}

const OTHERS = 'Others';

/** What each model, key, … cost each day: the costliest apart, the rest as one. */
export function buildLayers(rows: readonly SpendRow[], by: Dimension, range: Range): SpendLayers {
  const days = daysBetween(range.since, range.until);
  const at = new Map(days.map((day, index) => [day, index]));
  const sums = new Map<string, { label: string; total: number }>();
  for (const row of rows) {
    const id = idOf(row, by);
    const sum = sums.get(id) ?? { label: labelOf(row, by), total: 0 };
    sums.set(id, { ...sum, total: sum.total + usdToNumber(row.cost_usd) });
  }
  const ranked = [...sums].sort(([, a], [, b]) => b.total - a.total);
  const apart = ranked.length > SERIES_COLORS.length + 1 ? SERIES_COLORS.length : ranked.length;
  const layerOf = new Map(ranked.map(([id], index) => [id, Math.min(index, apart)]));
  const labels = [...ranked.slice(0, apart).map(([, { label }]) => label), ...(apart < ranked.length ? [OTHERS] : [])];
  const amounts = labels.map(() => days.map((): Usd => '0'));
  for (const row of rows) {
    const layer = amounts[layerOf.get(idOf(row, by)) ?? 0];
    const day = at.get(row.day ?? '');
    if (layer !== undefined && day !== undefined) layer[day] = addUsd(layer[day] ?? '0', row.cost_usd);
  }
  const layers = labels.map((label, index) => ({
    label,
    color: SERIES_COLORS[index] ?? OTHERS_COLOR,
    values: (amounts[index] ?? []).map(usdToNumber),
  }));
  return { days, layers, amounts };
}

/** What a row is about. */
export function idOf(row: SpendRow, by: Dimension): string {
  return row[by] ?? '';
}

export function labelOf(row: SpendRow, by: Dimension): string {
  const id = idOf(row, by);
  if (by === 'key') return row.key_name != null && row.key_name !== '' ? `${row.key_name} (${shortKey(id)})` : id;
  return id === '' ? 'none' : id;
}

/** Keys may have the same name; the end of the id tells them apart. */
function shortKey(id: string): string {
  return id.length > 10 ? `…${id.slice(-6)}` : id;
}
