import { useMemo } from 'preact/hooks';
import type { Series } from '../../api/now.ts';
import type { ChartLayer, ChartLook } from '../../charts/layer.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatCount, formatCountTick } from '../../format/count.ts';
import { formatDuration } from '../../format/duration.ts';

const LENGTH_S = 300;
const TRAFFIC: ChartLook = { kind: 'lines', step: 'second', height: 200, leastTop: 4, formatTick: formatCountTick };
const LATENCY: ChartLook = {
  kind: 'lines',
  step: 'second',
  height: 200,
  leastTop: 100,
  formatTick: (ms) => formatDuration(ms),
};

interface LiveChartProps {
  readonly series: Series | undefined;
}

export function TrafficPanel({ series }: LiveChartProps) {
  const requests = whole(series?.requests);
  const errors = whole(series?.errors);
  const layers: readonly ChartLayer[] = [
    { label: 'Requests', color: 'series-1', values: requests, isFilled: true },
    { label: 'Errors', color: 'bad', values: errors },
  ];
  const sum = (values: readonly (number | null)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0);
  return (
    <Panel title="Requests a second">
      <TimeChart
        {...useTimes(series)}
        layers={layers}
        look={TRAFFIC}
        whole="Five minutes"
        summary={`Requests and errors of the last five minutes: ${formatCount(sum(requests))} requests, ${formatCount(sum(errors))} errors`}
        valueAt={(layer, index) =>
          formatCount(index === undefined ? sum(layers[layer]?.values ?? []) : (layers[layer]?.values[index] ?? 0))
        }
      />
    </Panel>
  );
}

export function LatencyPanel({ series }: LiveChartProps) {
  const layers: readonly ChartLayer[] = [
    { label: 'p95', color: 'series-3', values: whole(series?.p95_ms) },
    { label: 'p50', color: 'series-1', values: whole(series?.p50_ms) },
  ];
  const highest = Math.max(0, ...(layers[0]?.values ?? []).map((value) => value ?? 0));
  return (
    <Panel title="Time to the first byte">
      <TimeChart
        {...useTimes(series)}
        layers={layers}
        look={LATENCY}
        whole="Five minutes"
        summary={`Time to the first byte in the last five minutes: p95 at most ${formatDuration(highest)}`}
        valueAt={(layer, index) => {
          const values = layers[layer]?.values ?? [];
          const value = index === undefined ? Math.max(...values.map((each) => each ?? 0), 0) : values[index];
          return value == null || value === 0 ? '–' : `${index === undefined ? 'up to ' : ''}${formatDuration(value)}`;
        }}
      />
    </Panel>
  );
}

/** Five minutes, whatever is known of them. */
function whole(values: readonly (number | null)[] | undefined): readonly (number | null)[] {
  const known = values?.slice(-LENGTH_S) ?? [];
  return [...Array.from({ length: LENGTH_S - known.length }, () => null), ...known];
}

function useTimes(series: Series | undefined): {
  readonly times: readonly number[];
  readonly timeAt: (index: number) => string;
} {
  const end = series === undefined ? 0 : Math.floor(Date.parse(series.ends_at) / 1000);
  const times = useMemo(() => Array.from({ length: LENGTH_S }, (_, index) => end - LENGTH_S + 1 + index), [end]);
  return { times, timeAt: (index) => `${new Date((times[index] ?? 0) * 1000).toISOString().slice(11, 19)} UTC` };
}
