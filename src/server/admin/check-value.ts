import type { Static, TSchema } from '@sinclair/typebox';
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import { Value } from '@sinclair/typebox/value';
import { formatPath, suggestName } from '../../config/problem.ts';
import { ApiError } from '../../protocol/api-error.ts';

/** The value, if it is what the schema says. Throws the error that names the place where it is not. */
export function checkValue<S extends TSchema>(schema: S, value: unknown): Static<S> {
  const first = Value.Errors(schema, value).First();
  if (first === undefined) return value as Static<S>;
  const fault = innermost(first);
  const param = pathOf(fault.path, value);
  const code = fault.type === ValueErrorType.ObjectRequiredProperty ? 'missing_required_parameter' : 'invalid_value';
  throw new ApiError(code, `${param}: ${explain(fault)}`, { param });
}

/** Of a value that may be one thing or another, what is wrong within it as the thing it almost is. */
function innermost(fault: ValueError): ValueError {
  const within = fault.errors.map((errors) => errors.First()).find((one) => one && one.path.length > fault.path.length);
  return within === undefined ? fault : innermost(within);
}

function explain({ type, schema, value, path }: ValueError): string {
  if (type === ValueErrorType.ObjectRequiredProperty) return 'is missing';
  if (type === ValueErrorType.ObjectAdditionalProperties) {
    const name = unescape(path.slice(path.lastIndexOf('/') + 1));
    const known = Object.keys((schema as { properties?: object }).properties ?? {});
    return `is not known here. ${suggestName(name, known)}`;
  }
  return `expected ${expected(schema)}, found ${found(value)}`;
}

/** What a schema asks for, in words. */
function expected(schema: TSchema): string {
  if (typeof schema['x-expected'] === 'string') return schema['x-expected'];
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['anyOf'])) return (schema['anyOf'] as TSchema[]).map(expected).join(' or ');
  const { type, minimum, maximum, minLength, maxLength, maxItems, pattern } = schema as Record<string, unknown>;
  const bounds = (from: unknown, to: unknown, unit: string) =>
    from === undefined && to === undefined
      ? ''
      : to === undefined
        ? ` of at least ${from}${unit}`
        : ` of ${from ?? 0} to ${to}${unit}`;
  switch (type) {
    case 'integer':
      return `a whole number${bounds(minimum, maximum, '')}`;
    case 'number':
      return `a number${bounds(minimum, maximum, '')}`;
    case 'string':
      return pattern === undefined
        ? `text${bounds(minLength, maxLength, ' characters')}`
        : `text that matches ${String(pattern)}`;
    case 'array':
      return maxItems === undefined ? 'a list' : `a list of at most ${String(maxItems)}`;
    case 'object':
      return 'an object';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    default:
      return 'another value';
  }
}

/** The kind of a value alone: it may be a secret. */
function found(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'another text';
  return typeof value === 'number' ? 'another number' : `${String(value)}`;
}

/** `/targets/0/name` → `targets[0].name`. */
function pathOf(pointer: string, root: unknown): string {
  const path: (string | number)[] = [];
  let value: unknown = root;
  for (const escaped of pointer.split('/').slice(1)) {
    const step = Array.isArray(value) ? Number(escaped) : unescape(escaped);
    path.push(step);
    value = typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined;
  }
  return path.length === 0 ? 'body' : formatPath(path);
}

function unescape(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
