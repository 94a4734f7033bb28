import type { ProblemList, Path } from './problem.ts';
import { formatPath } from './problem.ts';
import { type ReferenceSources, expandReferences } from './references.ts';
import type { ConfigFile } from './schema.ts';
import { type SchemaNode, ROOT_NODE, childNode, nodeAt } from './schema-walk.ts';
import { validateFile } from './validate.ts';
import { type ScalarNode, type YamlSource, lineOf, parseYaml, visitScalars } from './yaml-source.ts';

/** A file after everything that can be said about it alone has been said. */
export interface ReadFile {
  readonly name: string;
  /** What is left when everything that failed its check is taken out; list entries taken out are undefined. */
  readonly value: ConfigFile;
  /** Names under `providers` and `models`, those of unusable entries included. */
  readonly providerNames: readonly string[];
  readonly modelIds: readonly string[];
  readonly lineOf: (path: Path) => number;
  /** Whether the value at a path failed its check and was taken out. */
  readonly isSpoiled: (path: Path) => boolean;
  /** Whether the value at a path was brought in by a reference. */
  readonly isReference: (path: Path) => boolean;
}

/** Reads a configuration text; what is wrong with it goes to `problems`. Undefined when it is not YAML. */
export function readConfigText(
  name: string,
  text: string,
  sources: ReferenceSources,
  problems: ProblemList,
): ReadFile | undefined {
  const { source, faults } = parseYaml(text);
  for (const { line, message, fix } of faults) {
    problems.add({ severity: 'error', source: name, line, path: '(yaml)', message, fix });
  }
  if (faults.some((fault) => fault.fatal)) return undefined;

  function addError(path: Path, message: string, fix: string): void {
    problems.add({ severity: 'error', source: name, line: lineOf(source, path), path: formatPath(path), message, fix });
  }
  const references = expandAll(source, sources, addError);
  const value = openEmptySections(source.document.toJS() ?? {}, ROOT_NODE);
  const providerNames = keysOf(value, 'providers');
  const modelIds = keysOf(value, 'models');
  const found = validateFile(value);
  for (const fault of found) addError(fault.path, fault.message, fault.fix);
  const usable = found.some((fault) => fault.spoils.length === 0) ? {} : value;
  for (const fault of found) removeAt(usable, optionalPart(fault.spoils));
  const spoiled = new Set(found.flatMap(({ spoils }) => [formatPath(spoils), formatPath(optionalPart(spoils))]));
  return {
    name,
    value: usable as ConfigFile,
    providerNames,
    modelIds,
    lineOf: (path) => lineOf(source, path),
    isSpoiled: (path) => spoiled.has(formatPath(path)),
    isReference: (path) => references.has(formatPath(path)),
  };
}

/** Puts values in the place of references, within the document. Returns the paths that held one. */
function expandAll(
  source: YamlSource,
  sources: ReferenceSources,
  addError: (path: Path, message: string, fix: string) => void,
): ReadonlySet<string> {
  const references = new Set<string>();
  // A scalar behind an alias is met once for each use; what a reference brought in must not be expanded again.
  const done = new Map<ScalarNode, boolean>();
  visitScalars(source, (path, scalar) => {
    const known = done.get(scalar);
    const node = nodeAt(path);
    if (known === undefined) {
      done.set(scalar, false);
      if (typeof scalar.value === 'string') {
        const { text, used, faults } = expandReferences(scalar.value, sources);
        for (const fault of faults) addError(path, fault.message, fault.fix);
        scalar.value = used ? convertText(text, node) : text;
        done.set(scalar, used);
      } else if (typeof scalar.value === 'number' && node?.['x-kind'] === 'usd') {
        // The digits of the file: 0.1 as a float is another number.
        scalar.value = scalar.source ?? scalar.value;
      }
    }
    if (done.get(scalar) === true) references.add(formatPath(path));
  });
  return references;
}

/** Variables hold text only; where a number or a truth value is expected, their text is read as one. */
function convertText(text: string, node: SchemaNode | undefined): unknown {
  if (node?.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if ((node?.type === 'integer' || node?.type === 'number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text;
}

/** `providers:` with nothing below it (all commented out) is as good as absent; an entry of a map is then empty. */
function openEmptySections(value: unknown, node: SchemaNode): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const opened: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const child = childNode(node, key);
    const isSection = child?.type === 'object' || child?.type === 'array';
    if (member !== null || !isSection) opened[key] = child === undefined ? member : openEmptySections(member, child);
    else if (node.properties === undefined) opened[key] = {};
  }
  return opened;
}

function keysOf(value: unknown, section: 'providers' | 'models'): readonly string[] {
  const member = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[section] : undefined;
  return typeof member === 'object' && member !== null ? Object.keys(member) : [];
}

/** The nearest value around a path that may be absent: what is left then still has everything it must have. */
function optionalPart(path: Path): Path {
  const last = path.at(-1);
  const parent = path.slice(0, -1);
  const isRequired = typeof last === 'string' && nodeAt(parent)?.required?.includes(last) === true;
  return isRequired ? optionalPart(parent) : path;
}

function removeAt(root: unknown, path: Path): void {
  let holder: unknown = root;
  for (const step of path.slice(0, -1)) {
    if (typeof holder !== 'object' || holder === null) return;
    holder = (holder as Record<string | number, unknown>)[step];
  }
  const last = path.at(-1);
  if (last === undefined || typeof holder !== 'object' || holder === null) return;
  // List entries keep their positions: later problems name them by number.
  if (Array.isArray(holder)) holder[Number(last)] = undefined;
  else delete (holder as Record<string | number, unknown>)[last];
}
