/** A grammar of PowerShell, for machines that have none. */
import { fileURLToPath } from 'node:url';
import { Language, type Node, Parser } from 'web-tree-sitter';

let parser: Promise<Parser> | undefined;

/** Where a script does not parse, as `LINE: TEXT`; empty where it does. */
export async function powershellFaults(script: string): Promise<readonly string[]> {
  parser ??= open();
  const tree = (await parser).parse(script);
  if (tree === null) throw new Error('PowerShell could not be parsed at all');
  return tree.rootNode.hasError ? faultsOf(tree.rootNode) : [];
}

async function open(): Promise<Parser> {
  await Parser.init();
  const grammar = fileURLToPath(import.meta.resolve('tree-sitter-powershell/tree-sitter-powershell.wasm'));
  const opened = new Parser();
  opened.setLanguage(await Language.load(grammar));
  return opened;
}

function faultsOf(node: Node): readonly string[] {
  if (node.isError || node.isMissing) return [`${node.startPosition.row + 1}: ${node.text}`];
  return node.children.flatMap((child) => (child?.hasError ? faultsOf(child) : []));
}
