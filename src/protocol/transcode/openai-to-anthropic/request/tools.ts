import type { JsonNode } from '../../../json/node.ts';
import type { JsonText } from '../../../json/json-text.ts';
import { readCacheMark } from './cache-marks.ts';
import type { Context } from './context.ts';
import { writeInputSchema } from './input-schema.ts';
import type { OfferedTool } from './offered-tool.ts';
import { isBlank, wordOf } from './string-literal.ts';
import { readWebSearch } from './web-search.ts';

/** The tools of a request. */
export interface OfferedTools {
  readonly list: readonly OfferedTool[];
  /** The client's names of tools whose input is a plain text. */
  readonly custom: ReadonlySet<string>;
  /** They came as `functions`. */
  readonly isLegacy: boolean;
  readonly searches: boolean;
}

/** Every tool of the request, the one that the upstream runs itself included. Throws for one that could not be called. */
export function readTools(context: Context): OfferedTools {
  const { members } = context;
  const tools = members.get('tools')?.asArray() ?? [];
  const functions = members.get('functions')?.asArray() ?? [];
  if (tools.length > 0 && functions.length > 0) {
    throw (members.get('functions') as JsonNode).invalid('cannot stand beside tools; send one of them');
  }
  if (!context.capabilities.tools && tools.length + functions.length > 0) {
    throw (members.get(tools.length > 0 ? 'tools' : 'functions') as JsonNode).unsupported(
      'This model does not call tools',
    );
  }
  const custom = new Set<string>();
  const list = tools.map((tool) => readTool(tool, custom, context));
  for (const node of functions) list.push(readFunction(node.asObject(), node, context));
  const search = members.get('web_search_options');
  if (search !== undefined) list.push(readWebSearch(search, context));
  return { list, custom, isLegacy: functions.length > 0, searches: search !== undefined };
}

function readTool(tool: JsonNode, custom: Set<string>, context: Context): OfferedTool {
  const type = tool.asObject().get('type');
  switch (type === undefined ? 'function' : wordOf(type.expect('string'))) {
    case 'function': {
      // Some clients write the function's members beside the type, as in OpenAI's newer shape.
      const node = tool.get('function') ?? (tool.get('name') === undefined ? tool.require('function') : tool);
      return readFunction(node.asObject(), tool, context);
    }
    case 'custom': {
      const node = tool.require('custom').asObject();
      custom.add(node.require('name').asString());
      return readCustom(node, tool, context);
    }
    default:
      throw (type as JsonNode).unsupported(
        `Tools of the type ${(type as JsonNode).raw} are not available on this model`,
      );
  }
}

function readFunction(node: JsonNode, origin: JsonNode, context: Context): OfferedTool {
  const name = node.require('name');
  const description = node.get('description');
  const parameters = node.get('parameters') ?? node.get('input_schema');
  const open = [
    `{"name":"${offer(name, context)}"`,
    writeDescription(description),
    ',"input_schema":',
    writeInputSchema(parameters),
    isStrict(node, context) ? ',"strict":true' : '',
  ];
  const parts = { name, description, input_schema: parameters };
  const mark = readCacheMark(origin, context) ?? readCacheMark(node, context);
  return { name: name.asString(), open, origin, parts, mark };
}

/** A tool that takes a plain text: the upstream's tools take objects, so the text is one's only member. */
function readCustom(node: JsonNode, origin: JsonNode, context: Context): OfferedTool {
  const name = node.require('name');
  const description = node.get('description');
  const format = node.get('format')?.asObject();
  if (format?.get('type')?.stringOrUndefined === 'grammar') {
    context.warnings.add('dropped.tools.format', format.path);
  }
  const open = [
    `{"name":"${offer(name, context)}"`,
    writeDescription(description),
    ',"input_schema":{"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}',
  ];
  return { name: name.asString(), open, origin, parts: { name, description }, mark: readCacheMark(origin, context) };
}

function offer(name: JsonNode, { names }: Context): string {
  const text = name.asString();
  if (text === '') throw name.invalid('must not be empty');
  return names.offer(text, name.path);
}

function writeDescription(description: JsonNode | undefined): JsonText {
  return description === undefined || isBlank(description) ? '' : [',"description":', description];
}

function isStrict(node: JsonNode, { capabilities, warnings }: Context): boolean {
  const strict = node.get('strict');
  if (strict?.asBoolean() !== true) return false;
  if (capabilities.structured === 'strict' || capabilities.structured === 'schema') return true;
  warnings.add('dropped.tools.strict', strict.path);
  return false;
}
