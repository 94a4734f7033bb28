import { CONFIG_SCHEMA } from './schema.ts';
import { type SchemaNode, asNode, choices } from './schema-walk.ts';

/** A value that a reference stands in for passes whatever its type will be. */
const REFERENCE = { type: 'string', pattern: '\\$\\{[^}]+\\}' };

/** The configuration file as JSON Schema (draft 7, which editors know), references allowed. */
export function buildJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = convert(asNode(CONFIG_SCHEMA)) as Record<string, unknown>;
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'Token Harbor configuration', ...schema };
}

function convert(node: SchemaNode): unknown {
  const { properties, patternProperties, items, anyOf, description, default: fallback, examples, ...rest } = node;
  const about = {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(examples === undefined ? {} : { examples }),
  };
  if (properties !== undefined) return { ...about, ...rest, properties: convertAll(properties) };
  if (patternProperties !== undefined) return { ...about, ...rest, patternProperties: convertAll(patternProperties) };
  if (items !== undefined) return { ...about, ...rest, items: convert(items) };
  const allowed = choices(node);
  if (allowed !== undefined) return { ...about, anyOf: [{ enum: allowed }, REFERENCE] };
  if (anyOf !== undefined) return { ...about, ...rest, anyOf: [...anyOf.map(convertPlain), REFERENCE] };
  if (node.type === 'string' && node.pattern === undefined) return { ...about, ...rest };
  return { ...about, anyOf: [rest, REFERENCE] };
}

function convertAll(nodes: Readonly<Record<string, SchemaNode>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, convert(node)]));
}

function convertPlain(node: SchemaNode): unknown {
  return JSON.parse(JSON.stringify(node));
}
