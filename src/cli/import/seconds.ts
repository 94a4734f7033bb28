import { LONGEST_TIMER_MS, formatDuration } from '../../config/units.ts';
import { type ReferenceStyle, reference, variableOf } from './references.ts';

/** Seconds, as a duration of our file: `600` gives `10m`. Undefined for what is no length of time. */
export function carrySeconds(text: string, style: ReferenceStyle): string | undefined {
  const variable = variableOf(text, style);
  if (variable !== undefined) return `${reference(variable)}s`;
  const ms = text.trim() === '' ? NaN : Math.round(Number(text) * 1000);
  return ms > 0 && ms <= LONGEST_TIMER_MS ? formatDuration(ms) : undefined;
}
