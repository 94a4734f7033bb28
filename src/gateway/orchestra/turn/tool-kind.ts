/** What a tool does, as far as its name tells. */
export type ToolKind = 'edit' | 'run' | 'read' | 'search' | 'fetch';

/** Words of tool names, in the order in which they decide: `web_search` fetches, `edit_file` edits. */
const WORDS: readonly (readonly [ToolKind, ReadonlySet<string>])[] = [
  [
    'fetch',
    new Set(
      'web website webfetch websearch fetch fetchurl browse browser browseto url http https navigate crawl scrape'.split(
        ' ',
      ),
    ),
  ],
  ['edit', new Set('edit multiedit notebookedit write patch diff replace editor refactor'.split(' '))],
  [
    'run',
    new Set('bash shell exec execute terminal powershell command cmd process subprocess ipython repl'.split(' ')),
  ],
  ['search', new Set('grep search find rg ripgrep glob codebase'.split(' '))],
  ['read', new Set('read view cat open ls list tree lookup'.split(' '))],
];

/** Verbs that edit only where a file is what they are about: `create_file`, not `create_issue`. */
const MAKING = new Set(['create', 'insert', 'add', 'update', 'delete', 'remove', 'append', 'save', 'apply', 'str']);
const FILES = new Set(['file', 'files', 'code', 'notebook', 'line', 'lines', 'module']);

/** What a tool of that name does; undefined where its name does not tell. */
export function toolKindOf(name: string): ToolKind | undefined {
  const known = kinds.get(name);
  if (known !== undefined || kinds.has(name)) return known;
  const kind = readKind(name);
  if (kinds.size < MAX_NAMES) kinds.set(name, kind);
  return kind;
}

/** Clients name their tools alike in every request: 0.1 µs instead of 2. */
const kinds = new Map<string, ToolKind | undefined>();
const MAX_NAMES = 2000;

function readKind(name: string): ToolKind | undefined {
  // `mcp__server__tool`: the server's name says little of what its tool does.
  const own = name.slice(name.lastIndexOf('__') < 0 ? 0 : name.lastIndexOf('__') + 2);
  const words = own
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  if (words.some((word) => MAKING.has(word)) && words.some((word) => FILES.has(word))) return 'edit';
  for (const [kind, set] of WORDS) if (words.some((word) => set.has(word))) return kind;
  return words.includes('python') ? 'run' : undefined;
}
