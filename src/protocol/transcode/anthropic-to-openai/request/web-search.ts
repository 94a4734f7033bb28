import type { JsonNode } from '../../../json/node.ts';
import type { Context } from './context.ts';
import { objectOf } from '../../../json/json-text.ts';

const PLACE = ['city', 'country', 'region', 'timezone'] as const;
const LIMITS = ['allowed_domains', 'blocked_domains'] as const;

/**
 * A search of the web by the upstream itself. Without one the request is refused: a model that is told of no search
 * pretends to have searched.
 */
export function writeWebSearch(tool: JsonNode, _type: string, context: Context): 'served' {
  const { capabilities, body, warnings } = context;
  if (!capabilities.serverTools.includes('web_search')) {
    throw tool.unsupported('The tool "web_search" is not available on this model');
  }
  for (const name of LIMITS) {
    const domains = tool.get(name);
    if (domains !== undefined && domains.asArray().length > 0) {
      throw domains.unsupported('The search of this model cannot be limited to domains');
    }
  }
  const uses = tool.get('max_uses');
  if (uses !== undefined) warnings.add('dropped.max_uses', uses.path);
  const location = tool.get('user_location')?.asObject();
  const place = location && objectOf(PLACE.map((name) => [name, location.get(name)?.expect('string')] as const));
  const options = objectOf([
    [
      'user_location',
      place &&
        objectOf([
          ['type', '"approximate"'],
          ['approximate', place],
        ]),
    ],
  ]);
  body.set('web_search_options', options, tool.path);
  return 'served';
}
