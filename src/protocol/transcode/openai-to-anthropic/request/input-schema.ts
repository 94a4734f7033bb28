import type { JsonNode } from '../../../json/node.ts';
import type { JsonText } from '../../../json/json-text.ts';

/**
 * A tool's parameters as they were written. The upstream insists on `"type":"object"` at the root: where that is missing
 * it is put in, and nothing else is touched, since a schema written anew would miss the prompt cache.
 */
export function writeInputSchema(parameters: JsonNode | undefined): JsonText {
  if (parameters === undefined || parameters.asObject().members.size === 0) return '{"type":"object","properties":{}}';
  const { bytes, start, end, members } = parameters;
  const type = members.get('type');
  if (type === undefined) return ['{"type":"object",', { bytes, start: start + 1, end }];
  if (type.kind === 'string' && type.asString() === 'object') return parameters;
  if (!takesObjects(type)) throw type.unsupported('The parameters of a tool must be an object: type "object"');
  return [{ bytes, start, end: type.start }, '"object"', { bytes, start: type.end, end }];
}

/** `null`, or a list of types with `object` among them. */
function takesObjects(type: JsonNode): boolean {
  return type.kind === 'null' || type.elements.some((element) => element.stringOrUndefined === 'object');
}
