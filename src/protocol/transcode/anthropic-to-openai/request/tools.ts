import type { JsonNode } from '../../../json/node.ts';
import { BUILT_IN_TOOLS } from './built-in-tools.ts';
import { cacheMark } from './cache-marks.ts';
import type { Context } from './context.ts';
import { escapeInner, type JsonText, listOf, objectOf } from '../../../json/json-text.ts';
import { isStrictSchema } from './strict-schema.ts';
import { writeWebSearch } from './web-search.ts';

/** What was offered to the model. */
export interface OfferedTools {
  /** Functions, by the client's names, with what the client says of passing on their input early. */
  readonly functions: ReadonlyMap<string, boolean | undefined>;
  /** The client's names of tools that the upstream runs itself. */
  readonly served: ReadonlySet<string>;
}

type Kind = (tool: JsonNode, type: string, context: Context) => JsonText | 'served' | 'dropped';

/** Kinds of tools by how their types begin; any other runs on Anthropic's servers, or on a screen only Claude was taught. */
const KINDS: readonly (readonly [prefix: string, kind: Kind])[] = [
  ...BUILT_IN_TOOLS.map(({ prefix }) => [prefix, builtInTool] as const),
  ['tool_search_tool_', searchTool],
  ['web_search_', writeWebSearch],
];

export function writeTools(root: JsonNode, context: Context): OfferedTools {
  const { body } = context;
  const functions = new Map<string, boolean | undefined>();
  const served = new Set<string>();
  const written: JsonText[] = [];
  const tools = root.get('tools');
  if (!context.capabilities.tools && (tools?.asArray().length ?? 0) > 0) {
    throw (tools as JsonNode).unsupported('This model does not call tools');
  }
  for (const tool of tools?.asArray() ?? []) {
    const type = tool.asObject().get('type')?.asString() ?? 'custom';
    const made = kindOf(tool, type)(tool, type, context);
    if (made === 'dropped') continue;
    const name = tool.require('name').asString();
    if (made === 'served') served.add(name);
    else {
      functions.set(name, tool.get('eager_input_streaming')?.asBoolean());
      const at = `tools.${written.push(made) - 1}`;
      body.addOrigin(at, tool.path);
      if (tool.get('input_schema') !== undefined) {
        body.addOrigin(`${at}.function.parameters`, `${tool.path}.input_schema`);
      }
    }
  }
  // An empty list is refused by some servers.
  if (written.length > 0) body.set('tools', listOf(written), 'tools');
  return { functions, served };
}

function kindOf(tool: JsonNode, type: string): Kind {
  if (type === 'custom') return customTool;
  const known = KINDS.find(([prefix]) => type.startsWith(prefix));
  if (known !== undefined) return known[1];
  throw tool.require('type').unsupported(`The tool ${JSON.stringify(type)} is not available on this model`);
}

function customTool(tool: JsonNode, _type: string, context: Context): JsonText {
  return functionOf(tool, tool.get('description')?.expect('string'), schemaOf(tool.require('input_schema')), context);
}

function builtInTool(tool: JsonNode, type: string, context: Context): JsonText {
  const builtIn = BUILT_IN_TOOLS.find(({ prefix }) => type.startsWith(prefix));
  context.warnings.add('approx.tools', tool.path);
  return functionOf(tool, JSON.stringify(builtIn?.description), JSON.stringify(builtIn?.schema), context);
}

/** Finds tools among those not loaded yet; here all of them are loaded. */
function searchTool(tool: JsonNode, _type: string, { warnings }: Context): 'dropped' {
  warnings.add('dropped.tools', tool.path);
  return 'dropped';
}

function functionOf(
  tool: JsonNode,
  description: JsonText | undefined,
  parameters: JsonText,
  context: Context,
): JsonText {
  const name = tool.require('name');
  if (name.asString() === '') throw name.invalid('must not be empty');
  const alias = context.names.offer(name.asString(), name.path);
  const declared = objectOf([
    ['name', `"${escapeInner(alias)}"`],
    ['description', description],
    ['parameters', parameters],
    ['strict', strictnessOf(tool, context)],
  ]);
  const mark = context.capabilities.cache === 'cache_control' ? cacheMark(tool, context) : undefined;
  return objectOf([['type', '"function"'], ['function', declared], ...(mark === undefined ? [] : [mark])]);
}

/**
 * The client's own text. OpenAI refuses an object's schema without `properties`, which many servers of tools without
 * arguments send, so what may be left out in JSON Schema is said.
 */
function schemaOf(schema: JsonNode): JsonText {
  const members = schema.asObject().members;
  const missing = [
    ...(members.has('type') ? [] : ['"type":"object"']),
    ...(members.has('properties') ? [] : ['"properties":{}']),
  ];
  if (missing.length === 0) return schema;
  const rest = { bytes: schema.bytes, start: schema.start + 1, end: schema.end };
  return ['{', missing.join(','), members.size === 0 ? '' : ',', rest];
}

/** Anthropic's strict tools may have optional members; where OpenAI's may not, the schema is kept and strictness is not. */
function strictnessOf(tool: JsonNode, { capabilities, warnings }: Context): JsonText | undefined {
  const strict = tool.get('strict');
  if (strict?.asBoolean() !== true || capabilities.structured !== 'strict') return strict;
  const schema = tool.get('input_schema');
  if (schema !== undefined && isStrictSchema(schema)) return strict;
  warnings.add('approx.strict', strict.path);
  return 'false';
}
