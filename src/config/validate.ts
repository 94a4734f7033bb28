import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import { Value } from '@sinclair/typebox/value';
import { EXPECTED, type Fault, checkKind } from './kinds.ts';
import { type Path, nearestName, suggestName } from './problem.ts';
import { CONFIG_SCHEMA } from './schema.ts';
import { type SchemaNode, ROOT_NODE, asNode, childNode, choices, nodeAt } from './schema-walk.ts';

export interface PathFault extends Fault {
  readonly path: Path;
  /** The smallest part of the value that cannot be used because of it. */
  readonly spoils: Path;
}

/** Every fault of a whole file against the schema, units and URLs included. */
export function validateFile(value: unknown): readonly PathFault[] {
  const faults: PathFault[] = [];
  const seen = new Set<string>();
  for (const error of Value.Errors(CONFIG_SCHEMA, value)) {
    if (seen.has(error.path)) continue;
    seen.add(error.path);
    const path = pathOfPointer(error.path, value);
    const spoils = error.type === ValueErrorType.ObjectRequiredProperty ? path.slice(0, -1) : path;
    faults.push({ path, spoils, ...explainError(error, path) });
  }
  collectKindFaults(value, ROOT_NODE, [], faults);
  return faults;
}

/** The fault of one value that came from outside the file (a variable, a flag), or undefined. */
export function validateValue(path: Path, value: unknown): Fault | undefined {
  const node = nodeAt(path);
  if (node === undefined) throw new Error(`no option ${path.join('.')}`);
  if (typeof value !== 'string') return explainValue(node, value);
  if (node['x-kind'] !== undefined) return checkKind(node['x-kind'], value, node);
  const allowed = choices(node);
  if (value === '' || (allowed !== undefined && !allowed.includes(value))) return explainValue(node, value);
  return undefined;
}

function explainError(error: ValueError, path: Path): Fault {
  const node = asNode(error.schema);
  const name = String(path.at(-1) ?? '');
  if (error.type === ValueErrorType.ObjectAdditionalProperties) {
    if (node.properties === undefined) {
      return {
        message: `name ${JSON.stringify(name)} cannot be used`,
        fix: 'Write letters, digits, dots, dashes and underscores.',
      };
    }
    return { message: `unknown key ${JSON.stringify(name)}`, fix: suggestName(name, Object.keys(node.properties)) };
  }
  if (error.type === ValueErrorType.ObjectRequiredProperty) {
    const example = node.examples?.[0];
    return {
      message: 'is missing',
      fix: example === undefined ? 'Add it.' : `Add it, for example ${name}: ${JSON.stringify(example)}.`,
    };
  }
  return explainValue(node, error.value);
}

function explainValue(node: SchemaNode, value: unknown): Fault {
  const message = `expected ${describeExpected(node)}, found ${describeFound(value, node)}`;
  const nearest = typeof value === 'string' ? nearestName(value, choices(node) ?? []) : undefined;
  if (nearest !== undefined) return { message, fix: `Did you mean ${nearest}?` };
  if (
    node.type === 'string' &&
    (typeof value === 'number' || typeof value === 'boolean') &&
    node['x-kind'] === undefined
  ) {
    return { message, fix: 'Put it in quotes.' };
  }
  return { message, fix: 'Correct the value.' };
}

function describeExpected(node: SchemaNode): string {
  if (node['x-kind'] !== undefined) return EXPECTED[node['x-kind']];
  const allowed = choices(node);
  if (allowed !== undefined) return `one of ${allowed.join(', ')}`;
  switch (node.type) {
    case 'object':
      return 'a map of keys';
    case 'array':
      return (node.minItems ?? 0) > 0 ? 'a list with at least one entry' : 'a list';
    case 'boolean':
      return 'true or false';
    case 'integer':
    case 'number':
      return `${node.type === 'integer' ? 'a whole number' : 'a number'}${describeRange(node)}`;
    default:
      if (node.pattern !== undefined) return `text that matches ${node.pattern}`;
      return 'text';
  }
}

function describeRange(node: SchemaNode): string {
  if (node.exclusiveMinimum !== undefined) return ` above ${node.exclusiveMinimum}`;
  if (node.minimum === undefined) return '';
  return node.maximum === undefined ? ` of at least ${node.minimum}` : ` from ${node.minimum} to ${node.maximum}`;
}

function describeFound(value: unknown, node: SchemaNode): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map of keys';
  if (node['x-secret'] === true) return `a ${typeof value}`;
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** What only a parser can tell: whether a duration fits a timer, whether a URL is one. */
function collectKindFaults(value: unknown, node: SchemaNode, path: Path, faults: PathFault[]): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => collectChild(item, index));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) collectChild(member, key);
  } else if (node['x-kind'] !== undefined && (typeof value === 'string' || typeof value === 'number')) {
    // A number where text is expected has been reported as the wrong type.
    if (typeof value === 'number' && node.type === 'string') return;
    const fault = checkKind(node['x-kind'], value, node);
    if (fault !== undefined) faults.push({ path, spoils: path, ...fault });
  }

  function collectChild(member: unknown, step: string | number): void {
    const child = childNode(node, step);
    if (child !== undefined) collectKindFaults(member, child, [...path, step], faults);
  }
}

/** `/models/a~1b/targets/0` → steps, list positions as numbers. */
function pathOfPointer(pointer: string, root: unknown): Path {
  const path: (string | number)[] = [];
  let value: unknown = root;
  for (const escaped of pointer.split('/').slice(1)) {
    const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(value) ? Number(name) : name;
    path.push(step);
    value = typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined;
  }
  return path;
}
