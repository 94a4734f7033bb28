import type { JsonNode } from '../../../json/node.ts';

/**
 * Whether a schema keeps the rules of OpenAI's strict mode: every object closed, every property required. Where it does
 * not, strict mode would refuse it, and making optional members required would ask for another answer.
 */
export function isStrictSchema(schema: JsonNode): boolean {
  return isStrict(schema.value);
}

function isStrict(node: unknown): boolean {
  if (Array.isArray(node)) return node.every(isStrict);
  if (typeof node !== 'object' || node === null) return true;
  const { type, properties, required, additionalProperties } = node as Record<string, unknown>;
  const isObject = type === 'object' || (Array.isArray(type) && type.includes('object')) || isRecord(properties);
  if (isObject) {
    if (additionalProperties !== false) return false;
    const names = isRecord(properties) ? Object.keys(properties) : [];
    if (!names.every((name) => Array.isArray(required) && required.includes(name))) return false;
  }
  return Object.entries(node).every(([keyword, value]) => VALUES.has(keyword) || isStrictMember(keyword, value));
}

/** Keywords whose value is data, not a schema. */
const VALUES = new Set(['const', 'default', 'enum', 'examples']);
/** Keywords whose members are schemas by name: a property named `properties` is none. */
const BY_NAME = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);

function isStrictMember(keyword: string, value: unknown): boolean {
  return BY_NAME.has(keyword) && isRecord(value) ? Object.values(value).every(isStrict) : isStrict(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
