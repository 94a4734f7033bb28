import type { JsonNode } from '../../../json/node.ts';
import { type JsonText, listOf } from '../../../json/json-text.ts';
import type { Context } from './context.ts';
import { isBlank } from './string-literal.ts';

/** The longest answer the upstream is asked for, in tokens; it insists on being told. */
export function readMaxTokens({ members, capabilities, warnings }: Context): number {
  const { maxOutput, defaultMaxOutput } = capabilities;
  const node = members.get('max_completion_tokens') ?? members.get('max_tokens');
  if (node === undefined) return Math.min(defaultMaxOutput, maxOutput ?? defaultMaxOutput);
  const asked = node.asNumber();
  if (!Number.isSafeInteger(asked)) throw node.invalid('must be a whole number');
  if (asked < 1) throw node.invalid('must be at least 1');
  if (maxOutput === undefined || asked <= maxOutput) return asked;
  warnings.add('clamped.max_tokens', node.path);
  return maxOutput;
}

/** Blank ones are left out, since the upstream refuses them; so are repeated ones, and those beyond what it takes. */
export function writeStopSequences({ members, capabilities, warnings }: Context): JsonText | undefined {
  const node = members.get('stop');
  if (node === undefined) return undefined;
  const kept = new Map<string, JsonNode>();
  for (const stop of node.kind === 'string' ? [node] : node.asArray()) {
    const text = stop.asString();
    if (kept.has(text)) continue;
    if (!isBlank(stop) && kept.size < capabilities.stopMax) kept.set(text, stop);
    else warnings.add('dropped.stop', stop.path);
  }
  return kept.size === 0 ? undefined : listOf([...kept.values()]);
}
