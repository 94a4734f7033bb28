import uPlot from 'uplot';
import { readColor } from './read-color.ts';
import { longGaps, lonePoints } from './gaps.ts';
import type { ChartLayer, ChartLook } from './layer.ts';

const DAY_S = 86_400;
const FONT = '11px system-ui, sans-serif';

interface OptionsInput {
  readonly host: HTMLElement;
  readonly layers: readonly ChartLayer[];
  readonly look: ChartLook;
  readonly onHover: (index: number | undefined) => void;
}

/** What uPlot is to draw, in the colours of the theme that is shown. */
export function chartOptions({ host, layers, look, onHover }: OptionsInput): uPlot.Options {
  const ink = readColor(host, 'ink-muted');
  const grid = { stroke: readColor(host, 'line'), width: 1 };
  const axis = { stroke: ink, font: FONT, grid, ticks: { show: false } };
  const isBars = look.kind === 'bars';
  // What is painted first lies behind.
  const painted = isBars ? layers.toReversed() : layers;
  return {
    width: Math.max(200, host.clientWidth),
    height: look.height,
    padding: [10, 8, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    cursor: { drag: { x: false, y: false }, y: false, points: { show: !isBars, size: 6 } },
    scales: {
      x: {
        time: true,
        ...(isBars ? { range: (_, min, max) => [min - DAY_S / 2, max + DAY_S / 2] as [number, number] } : {}),
      },
      y: { range: (_, _min, max) => [0, roomAbove(max, look.leastTop)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        space: 52,
        ...(look.step === 'day'
          ? { incrs: [DAY_S, DAY_S * 2, DAY_S * 7, DAY_S * 14, DAY_S * 28], values: nameDays }
          : { values: nameTimes }),
      },
      { ...axis, size: axisWidth, values: (_, ticks) => ticks.map(look.formatTick) },
    ],
    series: [
      {},
      ...painted.map((layer): uPlot.Series => {
        const color = readColor(host, layer.color);
        if (isBars) return { label: layer.label, fill: color, width: 0, paths: barPaths, points: { show: false } };
        return {
          label: layer.label,
          stroke: color,
          width: 1.75,
          gaps: longGaps,
          points: { show: true, size: 4, fill: color, filter: lonePoints },
          ...(layer.isFilled === true ? { fill: color.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.14)') } : {}),
        };
      }),
    ],
    hooks: { setCursor: [({ cursor }) => onHover(cursor.idx ?? undefined)] },
  };
}

const barPaths: uPlot.Series.PathBuilder = (plot, series, from, to) =>
  uPlot.paths.bars?.({ size: [0.68, 44] })(plot, series, from, to) ?? null;

/** As wide as its longest label. */
function axisWidth(_: uPlot, labels: readonly string[] | null): number {
  return 14 + Math.max(2, ...(labels ?? []).map(({ length }) => length)) * 6.5;
}

function roomAbove(max: number | null, least: number): number {
  return Math.max(least, (max ?? 0) * 1.08);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function nameDays(_: uPlot, ticks: readonly number[]): string[] {
  return ticks.map((seconds) => {
    const date = new Date(seconds * 1000);
    return date.getUTCHours() === 0 ? `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}` : '';
  });
}

function nameTimes(_: uPlot, ticks: readonly number[]): string[] {
  return ticks.map((seconds) => new Date(seconds * 1000).toISOString().slice(11, 19));
}
