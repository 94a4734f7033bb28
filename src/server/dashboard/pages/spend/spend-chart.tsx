import { useMemo } from 'preact/hooks';
import type { Dimension, SpendRow } from '../../api/spend.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Money } from '../../components/money.tsx';
import { addUsd, formatUsd, formatUsdTick } from '../../format/money.ts';
import { buildLayers } from './layers.ts';
import type { Range } from './range.ts';

interface SpendChartProps {
  readonly rows: readonly SpendRow[];
  readonly by: Dimension;
  readonly range: Range;
  readonly kind: 'bars' | 'lines';
}

export function SpendChart({ rows, by, range, kind }: SpendChartProps) {
  const { days, layers, amounts } = useMemo(
    // By day alone there is one layer.
    () =>
      by === 'day'
        ? buildLayers(
            rows.map((row) => ({ ...row, model: 'Cost' })),
            'model',
            range,
          )
        : buildLayers(rows, by, range),
    [rows, by, range.since, range.until],
  );
  const totals = amounts.map((row) => row.reduce(addUsd, '0'));
  const all = totals.reduce(addUsd, '0');
  return (
    <TimeChart
      times={days.map((day) => Date.parse(day) / 1000)}
      layers={layers}
      look={{ kind, step: 'day', height: 240, leastTop: 0.000_001, formatTick: formatUsdTick }}
      summary={`What was spent each day from ${range.since} to ${range.until}: ${formatUsd(all)} in all. The table below has the numbers.`}
      timeAt={(index) => days[index] ?? ''}
      valueAt={(layer, index) => <Money usd={index === undefined ? totals[layer] : amounts[layer]?.[index]} />}
    />
  );
}
