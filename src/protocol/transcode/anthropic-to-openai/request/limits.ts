import { ApiError } from '../../../api-error.ts';
import type { JsonNode } from '../../../json/node.ts';
import type { Context } from './context.ts';
import { listOf } from '../../../json/json-text.ts';

/** Writes the limit of the answer, and returns it in tokens. */
export function writeMaxTokens(root: JsonNode, { capabilities, body, warnings }: Context): number {
  const node = root.get('max_tokens');
  if (node === undefined) {
    throw new ApiError('missing_required_parameter', 'Field required', { param: 'max_tokens' });
  }
  const asked = node.asNumber();
  if (!Number.isSafeInteger(asked)) throw node.invalid('must be a whole number');
  if (asked === 0) throw node.unsupported('max_tokens: 0 warms a cache, which this model does not offer; ask for 1');
  if (asked < 0) throw node.invalid('must be at least 1');
  const { maxOutput } = capabilities;
  const clamped = maxOutput !== undefined && asked > maxOutput;
  if (clamped) warnings.add('clamped.max_tokens');
  const maxTokens = clamped ? maxOutput : asked;
  body.set(capabilities.maxTokensField, String(maxTokens), node.path);
  return maxTokens;
}

/** The first of them that the upstream takes. An empty one stops nothing, and is refused by most. */
export function writeStopSequences(node: JsonNode, { capabilities, body, warnings }: Context): void {
  const kept: JsonNode[] = [];
  for (const stop of node.asArray()) {
    if (stop.asString() !== '' && kept.length < capabilities.stopMax) kept.push(stop);
    else warnings.add('dropped.stop_sequences', stop.path);
  }
  if (kept.length > 0) body.set('stop', listOf(kept), node.path);
}
