import type { Path } from './problem.ts';
import { isSecretHeader } from './provider-headers.ts';
import type { ReadFile } from './read-file.ts';
import { type SchemaNode, ROOT_NODE, childNode } from './schema-walk.ts';

/** Permission bit of a file that lets everybody on the machine read it. */
const READABLE_BY_ALL = 0o004;

/** Paths of the secrets that stand in a file themselves although everybody on the machine can read it. */
export function findExposedSecrets(file: ReadFile, mode: number | undefined): readonly Path[] {
  if (mode === undefined || (mode & READABLE_BY_ALL) === 0) return [];
  const exposed: Path[] = [];
  walk(file.value, ROOT_NODE, []);
  return exposed;

  function walk(value: unknown, node: SchemaNode, path: Path): void {
    if (typeof value === 'string') {
      if (node['x-secret'] === true && !file.isReference(path) && holdsSecret(value, node, path)) exposed.push(path);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const members: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    for (const [step, member] of members) {
      const child = childNode(node, step);
      if (child !== undefined) walk(member, child, [...path, step]);
    }
  }
}

/** A database URL is a secret when it has a password, a header when its name says so, a key always. */
function holdsSecret(value: string, node: SchemaNode, path: Path): boolean {
  if (node['x-kind'] === 'database-url' || node['x-kind'] === 'redis-url')
    return (URL.parse(value)?.password ?? '') !== '';
  return path.at(-2) === 'headers' ? isSecretHeader(String(path.at(-1))) : true;
}
