import { type Document, type Node, LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import type { Path } from './problem.ts';

/** A YAML text (JSON is YAML too) whose values can be traced to their lines. */
export interface YamlSource {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

export interface YamlFault {
  readonly line: number;
  readonly message: string;
  readonly fix: string;
  /** A repeated key leaves the rest readable; after anything else nothing can be said about the values. */
  readonly fatal: boolean;
}

export function parseYaml(text: string): { readonly source: YamlSource; readonly faults: readonly YamlFault[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const faults: YamlFault[] = document.errors.map((error) => {
    const line = lines.linePos(error.pos[0]).line;
    if (error.code === 'MULTIPLE_DOCS') {
      return {
        line,
        message: 'has more than one document',
        fix: 'Keep one: what stands before or after ---.',
        fatal: true,
      };
    }
    if (error.code !== 'DUPLICATE_KEY') {
      return { line, message: `is not valid YAML: ${error.message}`, fix: 'Correct the syntax.', fatal: true };
    }
    const key = /^["']?[^\s:"'{},[\]]+["']?/.exec(text.slice(error.pos[0])) ?? [''];
    return { line, message: `repeats the key ${key[0]}`, fix: 'Keep one of them.', fatal: false };
  });
  if (!faults.some((fault) => fault.fatal)) {
    try {
      document.toJS();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      faults.push({
        line: 1,
        message: `is not valid YAML: ${message}`,
        fix: 'Correct the anchors and aliases.',
        fatal: true,
      });
    }
  }
  return { source: { document, lines }, faults };
}

/** The line of the key (or list item) at a path; of its nearest parent where the path is not in the text. */
export function lineOf(source: YamlSource, path: Path): number {
  let node: unknown = source.document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(source.document);
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      offset = startOf(pair?.key) ?? offset;
      next = pair?.value;
    } else if (isSeq(node)) {
      next = node.items[Number(step)];
      offset = startOf(next) ?? offset;
    }
    if (next === undefined) break;
    node = next;
  }
  return source.lines.linePos(offset).line || 1;
}

/** What a visitor may look at and replace. */
export interface ScalarNode {
  value: unknown;
  /** The text as it stands in the file, for plain scalars. */
  readonly source?: string | undefined;
}

// Deeper than any configuration; ends a list that holds itself.
const DEEPEST = 32;

/** Visits every scalar value with its path. One behind an alias is visited once for each place it is used in. */
export function visitScalars(source: YamlSource, visit: (path: Path, scalar: ScalarNode) => void): void {
  walk(source.document.contents, []);

  function walk(node: unknown, path: Path): void {
    if (path.length > DEEPEST) return;
    if (isAlias(node)) walk(node.resolve(source.document), path);
    else if (isScalar(node)) visit(path, node);
    else if (isSeq(node)) node.items.forEach((item, index) => walk(item, [...path, index]));
    else if (isMap(node)) {
      for (const { key, value } of node.items) {
        const name: unknown = isScalar(key) ? key.value : key;
        // The parser marks a merge key with a symbol; what it merges belongs to the map it stands in.
        walk(value, typeof name === 'symbol' ? path : [...path, String(name)]);
      }
    }
  }
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined;
}
