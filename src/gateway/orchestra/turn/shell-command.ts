import type { ToolKind } from './tool-kind.ts';

/** The command among the arguments of a tool that runs one, whose quotes may be escaped: up to where it is known. */
const COMMAND = /\\?"(?:command|cmd|script|input)\\?"\s*:\s*\[?\s*\\?"(?:cd\s+\S+\s*&&\s*)?((?:git\s+)?[\w./-]+)/;

const KINDS: readonly (readonly [ToolKind, ReadonlySet<string>])[] = [
  ['read', new Set('ls cat head tail wc pwd tree file stat less more du df which nl'.split(' '))],
  ['search', new Set('grep rg find fd ag'.split(' '))],
  ['fetch', new Set('curl wget http'.split(' '))],
];
const READING_GIT = /^git\s+(?:status|log|diff|show|blame|branch|remote|grep)$/;

/** What a command that a tool runs does: many only look at something. `args`: the first bytes of the arguments. */
export function commandKindOf(args: string): ToolKind {
  const word = COMMAND.exec(args)?.[1] ?? '';
  if (READING_GIT.test(word)) return 'read';
  return KINDS.find(([, words]) => words.has(word))?.[0] ?? 'run';
}
