import type { JsonText } from '../../../json/json-text.ts';
import type { Context } from './context.ts';

/** Below this, `top_p` changes the answer where the upstream takes no more than its default. */
const DEFAULT_TOP_P = 0.99;
/** The least `top_p` that is taken together with thinking. */
const MIN_THINKING_TOP_P = 0.95;

type Members = readonly (readonly [name: string, value: JsonText])[];

/** The sampling parameters as far as the model takes them. `thinks`: it takes fewer while it thinks. */
export function writeSampling(context: Context, thinks: boolean): Members {
  const temperature = writeTemperature(context, thinks);
  return [...temperature, ...writeTopP(context, thinks, temperature.length > 0), ...writeTopK(context, thinks)];
}

function writeTemperature({ members, capabilities, warnings }: Context, thinks: boolean): Members {
  const node = members.get('temperature');
  if (node === undefined) return [];
  const value = node.asNumber();
  if (thinks || capabilities.sampling === 'none') {
    if (value !== 1) warnings.add('dropped.temperature');
    return [];
  }
  const clamped = Math.min(Math.max(value, 0), capabilities.temperatureMax);
  if (clamped === value) return [['temperature', node]];
  warnings.add('clamped.temperature');
  return [['temperature', String(clamped)]];
}

function writeTopP({ members, capabilities, warnings }: Context, thinks: boolean, hasTemperature: boolean): Members {
  const node = members.get('top_p');
  if (node === undefined) return [];
  const value = node.asNumber();
  if (capabilities.sampling === 'none') {
    if (value < DEFAULT_TOP_P) warnings.add('dropped.top_p');
    return [];
  }
  const isTaken = thinks ? value >= MIN_THINKING_TOP_P && value <= 1 : capabilities.sampling === 'full';
  if (isTaken || (!thinks && !hasTemperature)) return [['top_p', node]];
  if (value !== 1) warnings.add('dropped.top_p');
  return [];
}

function writeTopK({ members, capabilities, warnings }: Context, thinks: boolean): Members {
  const node = members.get('top_k');
  // Some servers' word for "all" is 0, others' is -1.
  if (node === undefined || node.asNumber() < 1) return [];
  if (capabilities.sampling === 'full' && !thinks) return [['top_k', node]];
  warnings.add('dropped.top_k');
  return [];
}
