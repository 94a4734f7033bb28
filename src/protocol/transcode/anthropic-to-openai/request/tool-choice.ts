import { ApiError } from '../../../api-error.ts';
import type { JsonNode } from '../../../json/node.ts';
import type { Context } from './context.ts';
import { objectOf } from '../../../json/json-text.ts';
import type { OfferedTools } from './tools.ts';

/** The choices that bear no name. */
const WORDS = new Map([
  ['auto', 'auto'],
  ['none', 'none'],
  ['any', 'required'],
]);

/** Whether the client makes the model call a tool. */
export function forcesTool(root: JsonNode, { functions }: OfferedTools): boolean {
  const type = root.get('tool_choice')?.asObject().get('type')?.stringOrUndefined;
  return functions.size > 0 && (type === 'any' || type === 'tool');
}

/** `frees`: the upstream cannot be forced, so the model chooses. */
export function writeToolChoice(root: JsonNode, offered: OfferedTools, frees: boolean, context: Context): void {
  const choice = root.get('tool_choice')?.asObject();
  if (choice === undefined) return;
  const { capabilities, body, warnings } = context;
  const type = choice.require('type');
  const named = type.asString() === 'tool' ? choice.require('name') : undefined;
  const word = WORDS.get(type.asString());
  if (named === undefined && word === undefined) throw type.invalid('must be one of auto, any, tool, none');
  const serial = choice.get('disable_parallel_tool_use');
  const isSerial = serial?.asBoolean() === true;
  if (named !== undefined && offered.functions.size + offered.served.size > 0) checkNamed(named, offered);
  if (offered.functions.size === 0) return;
  const forced = named !== undefined || word === 'required';
  if (forced && frees) {
    warnings.add('approx.tool_choice');
    body.set('tool_choice', '"auto"', choice.path);
  } else if (named !== undefined) {
    const name = objectOf([['name', JSON.stringify(context.names.toUpstream(named.asString()))]]);
    body.set(
      'tool_choice',
      objectOf([
        ['type', '"function"'],
        ['function', name],
      ]),
      choice.path,
    );
  } else body.set('tool_choice', `"${word}"`, choice.path);
  if (!isSerial) return;
  if (capabilities.parallelTools) body.set('parallel_tool_calls', 'false', serial?.path);
  else warnings.add('dropped.disable_parallel_tool_use', serial?.path);
}

function checkNamed(named: JsonNode, { functions, served }: OfferedTools): void {
  const name = named.asString();
  if (functions.has(name)) return;
  const problem = served.has(name)
    ? `The tool ${JSON.stringify(name)} cannot be forced on this model`
    : `No tool of the name ${JSON.stringify(name)} is among "tools"`;
  throw new ApiError(served.has(name) ? 'unsupported_value' : 'invalid_value', problem, { param: named.path });
}
