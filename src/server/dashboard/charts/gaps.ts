import type uPlot from 'uplot';
import { lonelyAt } from './lonely-at.ts';

/** So many steps without a value are drawn over: with a request every other second a line would be dust. */
const BRIDGED = 6;

/** The gaps that a line is broken by. */
export const longGaps: uPlot.Series.GapsRefiner = (plot, _, from, to, gaps) => {
  const step = plot.bbox.width / Math.max(1, to - from);
  return gaps.filter(([start, end]) => end - start > BRIDGED * step);
};

/** A value far from any other is on no line; it is shown as a point. */
export const lonePoints: uPlot.Series.Points.Filter = (plot, index) => lonelyAt(plot.data[index] ?? [], BRIDGED);
