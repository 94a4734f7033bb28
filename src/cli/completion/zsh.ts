import type { CommandRow, Flag, Positional, Value } from '../command-table.ts';
import { functionName, quote } from './words.ts';

/** A completion script for zsh: one function for each command. It never runs the program. */
export function zshCompletion([program, ...verbs]: readonly [CommandRow, ...CommandRow[]]): string {
  const rows = [program, ...verbs];
  return `#compdef tokenharbor
# zsh completion of tokenharbor, printed by \`tokenharbor completion zsh\`
${rows.map((row) => rowFunction(row, program.flags)).join('\n')}
if [[ $funcstack[1] == _tokenharbor ]]; then _tokenharbor "$@"; else compdef _tokenharbor tokenharbor; fi
`;
}

function rowFunction(row: CommandRow, globals: readonly Flag[]): string {
  const own = row.path.length === 0 ? [] : row.flags;
  const flags = [...own, ...globals].map(flagSpec);
  if (row.verbs.length === 0) {
    const specs = [...flags, ...row.positionals.map(positionalSpec)];
    return `${functionName(row.path)}() {
    _arguments -S : \\
        ${specs.join(' \\\n        ')}
}`;
  }
  const described = row.verbs.map(({ name, description }) => quote(`${name}:${description.replaceAll(':', '\\:')}`));
  return `${functionName(row.path)}() {
    local curcontext="$curcontext" context state state_descr line
    typeset -A opt_args
    _arguments -C -S -A '-*' : \\
        ${[...flags, "'1: :->verb'", "'*:: :->rest'"].join(' \\\n        ')} && return
    case $state in
        verb)
            local -a verbs=(
                ${described.join('\n                ')}
            )
            _describe -t commands command verbs ;;
        rest)
            case $words[1] in
                ${row.verbs.map(({ name }) => `${name}) ${functionName([...row.path, name])} ;;`).join('\n                ')}
            esac ;;
    esac
}`;
}

function flagSpec({ names, description, value }: Flag): string {
  const text = `[${escapeText(description)}]${value === undefined ? '' : valueSpec(value)}`;
  const spelled = names.map((name) => (value !== undefined && name.startsWith('--') ? `${name}=` : name));
  if (names.length === 1) return quote(`${spelled[0]}${text}`);
  return `${quote(`(${names.join(' ')})`)}{${spelled.join(',')}}${quote(text)}`;
}

function positionalSpec({ value, required, variadic }: Positional, index: number): string {
  return quote(`${variadic ? '*' : index + 1}:${required ? '' : ':'}${valueSpec(value).slice(1)}`);
}

function valueSpec(value: Value): string {
  const name = escapeText(value.name);
  if (value.kind === 'words') return `:${name}:(${value.words.join(' ')})`;
  if (value.kind === 'text') return `:${name}: `;
  return `:${name}:${value.kind === 'file' ? '_files' : '_files -/'}`;
}

function escapeText(text: string): string {
  return text.replace(/[\\[\]:]/g, '\\$&');
}
