import type { CommandRow, Flag } from '../command-table.ts';

/** In single quotes, as bash and zsh read them. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A name that a shell function may have: `keys_create`. */
export function functionName(path: readonly string[]): string {
  return ['_tokenharbor', ...path.map((word) => word.replaceAll('-', '_'))].join('_');
}

/** The commands a word leads to, each as ` keys create` with a space before every word. */
export function spaced(path: readonly string[]): string {
  return path.map((word) => ` ${word}`).join('');
}

export function takesValue(flag: Flag): boolean {
  return flag.value !== undefined;
}

/** Whether a file belongs behind a command itself. */
export function takesFile({ positionals }: CommandRow): boolean {
  return positionals.some(({ value }) => value.kind === 'file');
}

export function proposedWords({ positionals }: CommandRow): readonly string[] {
  return positionals.flatMap(({ value }) => (value.kind === 'words' ? value.words : []));
}
