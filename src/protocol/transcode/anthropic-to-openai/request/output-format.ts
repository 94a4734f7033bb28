import { ApiError } from '../../../api-error.ts';
import type { JsonNode } from '../../../json/node.ts';
import type { Context } from './context.ts';
import { objectOf } from '../../../json/json-text.ts';
import { isStrictSchema } from './strict-schema.ts';

/** The form the answer has to have: `output_config.format`, or `output_format` as it was called before. */
export function writeOutputFormat(root: JsonNode, { capabilities, body, warnings }: Context): void {
  const config = root.get('output_config')?.asObject();
  if (config?.get('task_budget') !== undefined) warnings.add('dropped.task_budget', 'output_config.task_budget');
  const older = root.get('output_format');
  const newer = config?.get('format');
  if (older !== undefined && newer !== undefined) warnings.add('dropped.output_format');
  const format = newer ?? older;
  if (format === undefined) return;
  const type = format.asObject().require('type');
  if (type.asString() !== 'json_schema') throw type.unsupported('The only format of answers is json_schema');
  const schema = format.require('schema').asObject();
  switch (capabilities.structured) {
    case 'none':
      throw new ApiError('unsupported_value', 'Answers by a JSON schema are not available on this model', {
        param: format.path,
      });
    case 'json_object':
      warnings.add('approx.output_format', format.path);
      body.set('response_format', '{"type":"json_object"}', format.path);
      return;
    case 'schema':
    case 'strict': {
      const strict = capabilities.structured === 'strict' ? String(isStrictSchema(schema)) : undefined;
      const named = objectOf([
        ['name', '"output"'],
        ['schema', schema],
        ['strict', strict],
      ]);
      body.set(
        'response_format',
        objectOf([
          ['type', '"json_schema"'],
          ['json_schema', named],
        ]),
        format.path,
      );
      body.addOrigin('response_format.json_schema.schema', schema.path);
    }
  }
}
