import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { useThemeChanges } from '../state/theme.ts';
import type { ChartLayer, ChartLook } from './layer.ts';
import { Legend } from './legend.tsx';
import { chartOptions } from './options.ts';
import { stackLayers } from './stack.ts';

interface TimeChartProps {
  /** Unix seconds. */
  readonly times: readonly number[];
  readonly layers: readonly ChartLayer[];
  readonly look: ChartLook;
  /** What it shows, in a sentence, for who does not see it. */
  readonly summary: string;
  /** A layer's value at a time; without one, of all of it. */
  readonly valueAt: (layer: number, index: number | undefined) => ComponentChildren;
  readonly timeAt: (index: number) => string;
  /** What all of it is called. */
  readonly whole?: string;
}

export function TimeChart({ times, layers, look, summary, valueAt, timeAt, whole = 'In all' }: TimeChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const [hovered, setHovered] = useState<number>();
  const theme = useThemeChanges();
  const data = dataOf(times, layers, look.kind);
  const drawn = JSON.stringify([
    look.kind,
    look.height,
    look.leastTop,
    layers.map(({ label, color }) => [label, color]),
  ]);

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const made = new uPlot(chartOptions({ host: element, layers, look, onHover: setHovered }), data, element);
    plot.current = made;
    const resized = new ResizeObserver(() =>
      made.setSize({ width: Math.max(200, element.clientWidth), height: look.height }),
    );
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [drawn, theme]);
  useEffect(() => plot.current?.setData(data));

  const index = hovered !== undefined && hovered < times.length ? hovered : undefined;
  return (
    <figure class="chart">
      <div ref={host} class={`chart-canvas chart-${look.height}`} role="img" aria-label={summary} />
      <Legend
        layers={layers}
        whole={whole}
        time={index === undefined ? undefined : timeAt(index)}
        valueOf={(layer) => valueAt(layer, index)}
      />
    </figure>
  );
}

function dataOf(times: readonly number[], layers: readonly ChartLayer[], kind: ChartLook['kind']): uPlot.AlignedData {
  const values = layers.map((layer) => layer.values);
  const shown =
    kind === 'bars' ? stackLayers(values.map((row) => row.map((value) => value ?? 0))) : values.map((row) => [...row]);
  return [[...times], ...shown];
}
