import type { JsonNode } from '../../../json/node.ts';
import type { Context } from './context.ts';
import type { Part } from './openai-message.ts';

/** Where the client ends a cached prefix, as the upstream is told; undefined where it is not told. */
export function cacheMark(block: JsonNode, { capabilities }: Context): Part['mark'] {
  const control = block.get('cache_control');
  if (control === undefined) return undefined;
  control.expect('object');
  switch (capabilities.cache) {
    case 'cache_control':
      return ['cache_control', control];
    case 'breakpoint':
      return ['prompt_cache_breakpoint', '{"mode":"explicit"}'];
    case 'auto':
    case 'none':
      return undefined;
  }
}
