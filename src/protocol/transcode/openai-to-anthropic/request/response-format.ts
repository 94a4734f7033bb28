import type { JsonNode } from '../../../json/node.ts';
import type { JsonText } from '../../../json/json-text.ts';
import type { Capabilities } from '../../capabilities.ts';
import type { Context } from './context.ts';
import { relaxSchema } from './relax-schema.ts';
import { wordOf } from './string-literal.ts';

/** `response_format` as the upstream's `output_config.format`; undefined where the answer is plain text. */
export function writeFormat({ members, capabilities, warnings }: Context): JsonText | undefined {
  const native = members.get('output_config')?.asObject().get('format');
  const node = members.get('response_format');
  if (native !== undefined) {
    if (node !== undefined) warnings.add('dropped.response_format');
    checkStructured(native, capabilities);
    return native;
  }
  if (node === undefined) return undefined;
  const type = node.asObject().require('type').expect('string');
  switch (wordOf(type)) {
    case 'text':
      return undefined;
    case 'json_object':
      // OpenAI insists that the prompt itself asks for JSON, so the model is told all the same.
      warnings.add('dropped.response_format');
      return undefined;
    case 'json_schema': {
      checkStructured(type, capabilities);
      const definition = node.require('json_schema').asObject();
      const { json, isExact } = relaxSchema(definition.require('schema'));
      if (!isExact) warnings.add('approx.response_format');
      if (definition.get('description') !== undefined) {
        warnings.add('dropped.response_format.description', definition.get('description')?.path);
      }
      return ['{"type":"json_schema","schema":', json, '}'];
    }
    default:
      throw type.unsupported(`A response_format of the type ${type.raw} is not available on this model`);
  }
}

function checkStructured(node: JsonNode, { structured }: Capabilities): void {
  if (structured !== 'strict' && structured !== 'schema') {
    throw node.unsupported('This model cannot be held to a JSON schema; offer a tool with that schema instead');
  }
}
