import type { ComponentChildren } from 'preact';
import type { ChartLayer } from './layer.ts';

interface LegendProps {
  readonly layers: readonly ChartLayer[];
  /** The time that is pointed at. */
  readonly time: string | undefined;
  /** What the values are of when no time is. */
  readonly whole: string;
  readonly valueOf: (layer: number) => ComponentChildren;
}

export function Legend({ layers, time, whole, valueOf }: LegendProps) {
  return (
    <figcaption class="legend">
      <span class="legend-time number">{time ?? whole}</span>
      {layers.map(({ label, color }, index) => (
        <span key={label} class="legend-item">
          <span class={`swatch swatch-${color}`} aria-hidden="true" />
          <span class="legend-label">{label}</span>
          <span class="legend-value">{valueOf(index)}</span>
        </span>
      ))}
    </figcaption>
  );
}
