import type { TSchema } from '@sinclair/typebox';
import type { Path } from './problem.ts';
import type { Notes } from './schema-kinds.ts';
import { CONFIG_SCHEMA } from './schema.ts';

/** A schema node as plain JSON Schema, with the notes of ours. */
export interface SchemaNode extends Notes {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly minLength?: number;
}

export const ROOT_NODE = asNode(CONFIG_SCHEMA);

export function asNode(schema: TSchema): SchemaNode {
  return schema as SchemaNode;
}

/** The schema of one member of an object, map or list. */
export function childNode(node: SchemaNode, step: string | number): SchemaNode | undefined {
  if (typeof step === 'number') return node.items;
  if (node.properties !== undefined) return Object.hasOwn(node.properties, step) ? node.properties[step] : undefined;
  return mapValueNode(node);
}

/** The schema of the values of a map with free names. */
export function mapValueNode(node: SchemaNode): SchemaNode | undefined {
  return node.patternProperties === undefined ? undefined : Object.values(node.patternProperties)[0];
}

export function nodeAt(path: Path): SchemaNode | undefined {
  let node: SchemaNode | undefined = ROOT_NODE;
  for (const step of path) {
    if (node === undefined) return undefined;
    node = childNode(node, step);
  }
  return node;
}

/** The values of a closed choice, or undefined when the node is not one. */
export function choices(node: SchemaNode): readonly string[] | undefined {
  if (node.anyOf === undefined || !node.anyOf.every((option) => typeof option.const === 'string')) return undefined;
  return node.anyOf.map((option) => String(option.const));
}
