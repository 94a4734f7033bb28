import type { CommandRow, Flag } from '../command-table.ts';
import { proposedWords, quote, spaced, takesFile, takesValue } from './words.ts';

/** A completion script for bash 4 and newer; it needs no package beside it and never runs the program. */
export function bashCompletion([program, ...verbs]: readonly [CommandRow, ...CommandRow[]]): string {
  const rows = [program, ...verbs];
  const globals = program.flags;
  return `# bash completion of tokenharbor, printed by \`tokenharbor completion bash\`
_tokenharbor() {
    local cur=\${COMP_WORDS[COMP_CWORD]} path='' flag='' i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$path \${COMP_WORDS[i]}" in
${verbs.map(({ path }) => `            ${quote(spaced(path))}) path=${quote(spaced(path))} ;;`).join('\n')}
            ${valueFlags(rows, globals)})
                flag=\${COMP_WORDS[i]}
                # \`--flag=value\` is three words here.
                [[ \${COMP_WORDS[i + 1]} == '=' ]] && ((i++))
                ((++i < COMP_CWORD)) && flag='' ;;
        esac
    done
    [[ $cur == '=' ]] && cur=''
    if [[ -n $flag ]]; then
        case "$path $flag" in
${rows.flatMap(({ path, flags }) => flags.flatMap((flag) => valueCase(path, flag))).join('\n')}
        esac
        return
    fi
    case "$path" in
${rows.map((row) => rowCase(row, globals)).join('\n')}
    esac
}
complete -F _tokenharbor tokenharbor
`;
}

/** Patterns of every flag that a value follows. Those of the program itself may stand behind any command. */
function valueFlags(rows: readonly CommandRow[], globals: readonly Flag[]): string {
  const own = rows.filter(({ path }) => path.length > 0);
  return [
    ...globals.filter(takesValue).flatMap(({ names }) => names.map((name) => `*${quote(` ${name}`)}`)),
    ...own.flatMap(({ path, flags }) =>
      flags.filter(takesValue).flatMap(({ names }) => names.map((name) => quote(`${spaced(path)} ${name}`))),
    ),
  ].join('|');
}

function valueCase(path: readonly string[], { names, value }: Flag): string[] {
  if (value === undefined || value.kind === 'text') return [];
  const pattern = names.map((name) => (path.length === 0 ? `*${quote(` ${name}`)}` : quote(`${spaced(path)} ${name}`)));
  const propose =
    value.kind === 'words'
      ? `COMPREPLY=($(compgen -W ${quote(value.words.join(' '))} -- "$cur"))`
      : `compopt -o ${value.kind === 'file' ? 'default' : 'dirnames'}`;
  return [`            ${pattern.join('|')}) ${propose} ;;`];
}

function rowCase(row: CommandRow, globals: readonly Flag[]): string {
  const flags = [...(row.path.length === 0 ? [] : row.flags), ...globals].flatMap(({ names }) => names);
  const words = [...row.verbs.map(({ name }) => name), ...proposedWords(row)];
  const propose = takesFile(row)
    ? 'compopt -o default'
    : `COMPREPLY=($(compgen -W ${quote(words.join(' '))} -- "$cur"))`;
  return `        ${quote(spaced(row.path))})
            if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W ${quote(flags.join(' '))} -- "$cur"))
            else ${propose}; fi ;;`;
}
