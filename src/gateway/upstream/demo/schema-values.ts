import type { JsonObject } from './fields.ts';
import type { PromptValues } from './prompt-values.ts';

const MAX_DEPTH = 16;
/** Bounds what a small schema with nested `minItems` can blow up to. */
const MAX_NODES = 2000;
const MAX_ITEMS = 50;

const FORMATS: ReadonlyMap<string, string> = new Map([
  ['date', '2026-01-31'],
  ['time', '12:00:00Z'],
  ['date-time', '2026-01-31T12:00:00Z'],
  ['duration', 'PT1M'],
  ['email', 'demo@example.com'],
  ['hostname', 'example.com'],
  ['uri', 'https://example.com/'],
  ['ipv4', '127.0.0.1'],
  ['ipv6', '::1'],
  ['uuid', '00000000-0000-4000-8000-000000000000'],
]);

/**
 * A value after the JSON schema, the same for the same prompt. Of an object it fills the required properties; where
 * a schema says nothing about `required`, all of them. `pattern` is not looked at: matching a stranger's regular
 * expression could occupy the process for hours.
 */
export function fillSchema(schema: unknown, values: PromptValues): unknown {
  let nodes = 0;
  const root = schema;
  return fill(schema, 'value', 0);

  function fill(node: unknown, key: string, depth: number): unknown {
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) return null;
    if (!isObject(node)) return values.takeString(key);
    if (typeof node.$ref === 'string') return fill(resolve(root, node.$ref), key, depth + 1);
    if ('const' in node) return node.const;
    if (Array.isArray(node.enum) && node.enum.length > 0) {
      return node.enum.find((item) => typeof item === 'string' && values.mentions(item)) ?? node.enum[0];
    }
    if ('default' in node) return node.default;
    if (Array.isArray(node.allOf)) return fill(mergeAll(node, root), key, depth + 1);
    const options = node.anyOf ?? node.oneOf;
    if (Array.isArray(options) && options.length > 0) {
      const { anyOf: _anyOf, oneOf: _oneOf, ...rest } = node;
      const option = options.find((item) => isObject(item) && item.type !== 'null') ?? options[0];
      return fill(isObject(option) ? merge(rest, option) : rest, key, depth + 1);
    }
    switch (typeOf(node)) {
      case 'object':
        return fillObject(node, depth);
      case 'array':
        return fillArray(node, key, depth);
      case 'integer':
        return fillNumber(node, 1);
      case 'number':
        return fillNumber(node, undefined);
      case 'boolean':
        return false;
      case 'null':
        return null;
      default:
        return fillString(node, key);
    }
  }

  function fillObject(node: JsonObject, depth: number): JsonObject {
    const properties = isObject(node.properties) ? node.properties : {};
    // Below the second level an absent `required` fills nothing, or a recursive schema would never end.
    const names = Array.isArray(node.required) ? node.required : depth < 2 ? Object.keys(properties) : [];
    const filled = names
      .filter((name): name is string => typeof name === 'string')
      .map((name) => [name, fill(Object.hasOwn(properties, name) ? properties[name] : {}, name, depth + 1)] as const);
    return Object.fromEntries(filled);
  }

  function fillArray(node: JsonObject, key: string, depth: number): unknown[] {
    // Before draft 2020-12 a tuple's schemas stood in `items`.
    const tuple = [node.prefixItems, node.items].find(Array.isArray) ?? [];
    const least = Math.max(numberOr(node.minItems, 0), tuple.length, 1);
    const length = Math.min(least, numberOr(node.maxItems, Infinity), MAX_ITEMS);
    return Array.from({ length: Math.max(0, length) }, (_, i) => fill(tuple[i] ?? node.items ?? {}, key, depth + 1));
  }

  function fillNumber(node: JsonObject, wholeStep: number | undefined): number {
    const step = numberOr(node.multipleOf, 0) > 0 ? numberOr(node.multipleOf, 1) : wholeStep;
    const least = numberOr(node.minimum, -Infinity);
    const most = numberOr(node.maximum, Infinity);
    const above = numberOr(node.exclusiveMinimum, -Infinity);
    const below = numberOr(node.exclusiveMaximum, Infinity);
    const fits = (value: number): boolean =>
      value >= least &&
      value <= most &&
      value > above &&
      value < below &&
      (step === undefined || Number.isInteger(value / step)) &&
      (wholeStep === undefined || Number.isInteger(value));
    const middle = (Math.max(least, above) + Math.min(most, below)) / 2;
    const candidates = [1, 0, least, most, onStep(above, step), -onStep(-below, step), middle];
    return values.takeNumber(fits) ?? candidates.find(fits) ?? onStep(Math.max(least, above, 0), step);
  }

  function fillString(node: JsonObject, key: string): string {
    const known = typeof node.format === 'string' ? FORMATS.get(node.format) : undefined;
    if (known !== undefined) return known;
    const most = Math.max(0, numberOr(node.maxLength, 200));
    return values
      .takeString(key)
      .padEnd(Math.min(numberOr(node.minLength, 0), 1000), 'x')
      .slice(0, most);
  }
}

/** The next multiple of `step` above `value`. */
function onStep(value: number, step = 1): number {
  return Number.isFinite(value) ? (Math.floor(value / step) + 1) * step : value;
}

function typeOf(node: JsonObject): unknown {
  if (Array.isArray(node.type)) return node.type.find((type) => type !== 'null') ?? 'null';
  if (node.type !== undefined) return node.type;
  if (node.properties !== undefined || node.required !== undefined) return 'object';
  return node.items !== undefined || node.prefixItems !== undefined ? 'array' : 'string';
}

function mergeAll(node: JsonObject, root: unknown): JsonObject {
  const { allOf, ...rest } = node;
  const parts = (allOf as unknown[]).map((part) =>
    isObject(part) && typeof part.$ref === 'string' ? resolve(root, part.$ref) : part,
  );
  return parts.filter(isObject).reduce(merge, rest);
}

function merge(a: JsonObject, b: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...a, ...b };
  if (isObject(a.properties) && isObject(b.properties)) merged.properties = { ...a.properties, ...b.properties };
  if (Array.isArray(a.required) && Array.isArray(b.required)) {
    merged.required = [...new Set([...a.required, ...b.required])];
  }
  return merged;
}

/** A `$ref` within the schema: `#/$defs/Name`. Anything else is left open, as if the schema allowed all. */
function resolve(root: unknown, ref: string): unknown {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return {};
  let node: unknown = root;
  for (const part of ref.slice(2).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) return {};
    node = (node as JsonObject)[name];
  }
  return node;
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
