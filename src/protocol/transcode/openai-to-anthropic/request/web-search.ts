import type { JsonNode } from '../../../json/node.ts';
import { type JsonText, objectOf } from '../../../json/json-text.ts';
import type { Context } from './context.ts';
import type { OfferedTool } from './offered-tool.ts';

const NAME = 'web_search';

/** Searches that stand for how much of the context they may fill. */
const MAX_USES: ReadonlyMap<string, number> = new Map([
  ['low', 1],
  ['medium', 5],
  ['high', 10],
]);

/** `web_search_options` as the tool that the upstream runs itself. */
export function readWebSearch(options: JsonNode, { capabilities, names }: Context): OfferedTool {
  if (!capabilities.serverTools.includes(NAME)) {
    throw options.unsupported('Web search is not available on this model');
  }
  names.offer(NAME, options.path);
  const size = options.asObject().get('search_context_size');
  const maxUses = MAX_USES.get(size?.asString() ?? 'medium');
  if (maxUses === undefined) throw (size as JsonNode).invalid('must be low, medium or high');
  const location = readLocation(options.get('user_location'));
  const open = [`{"type":"web_search_20250305","name":"${NAME}","max_uses":${maxUses}`, location];
  return { name: NAME, open, isServerTool: true, origin: options, parts: {} };
}

function readLocation(location: JsonNode | undefined): JsonText {
  if (location === undefined) return '';
  const approximate = location.asObject().get('approximate')?.asObject() ?? location;
  const places = ['city', 'region', 'country', 'timezone'].map(
    (name) => [name, approximate.get(name)?.expect('string')] as const,
  );
  return [',"user_location":', objectOf([['type', '"approximate"'], ...places])];
}
