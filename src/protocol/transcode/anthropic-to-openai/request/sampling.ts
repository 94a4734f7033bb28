import type { JsonNode } from '../../../json/node.ts';
import type { Context } from './context.ts';

export function writeTemperature(node: JsonNode, { capabilities, body, warnings }: Context): void {
  const temperature = node.asNumber();
  if (capabilities.sampling === 'none') {
    if (temperature !== 1) warnings.add('dropped.temperature');
  } else if (temperature > capabilities.temperatureMax) {
    warnings.add('clamped.temperature');
    body.set('temperature', String(capabilities.temperatureMax), node.path);
  } else body.set('temperature', node, node.path);
}

export function writeTopP(node: JsonNode, { capabilities, body, warnings }: Context): void {
  const topP = node.asNumber();
  const taken = capabilities.sampling === 'full' || (capabilities.sampling === 'one' && !body.has('temperature'));
  if (taken) body.set('top_p', node, node.path);
  else if (topP !== 1) warnings.add('dropped.top_p');
}

/** No member of OpenAI's own: some servers of its shape take it, and their records say so. */
export function writeTopK(node: JsonNode, { capabilities, body, warnings }: Context): void {
  node.asNumber();
  if (capabilities.extraAllow.includes('top_k')) body.set('top_k', node, node.path);
  else warnings.add('dropped.top_k');
}

const SERVICE_TIERS = new Map([
  ['auto', 'auto'],
  ['standard_only', 'default'],
]);

export function writeServiceTier(node: JsonNode, { body, capabilities, warnings }: Context): void {
  const wanted = node.asString();
  const tier = SERVICE_TIERS.get(wanted);
  if (tier === undefined) throw node.invalid(`must be one of ${[...SERVICE_TIERS.keys()].join(', ')}`);
  if (capabilities.serviceTiers) body.set('service_tier', `"${tier}"`, node.path);
  else if (wanted !== 'auto') warnings.add('dropped.service_tier');
}
