import type { CommandRow, Flag, Value } from '../command-table.ts';
import { proposedWords, spaced, takesFile, takesValue } from './words.ts';

/** A completion script for fish. It never runs the program. */
export function fishCompletion([program, ...verbs]: readonly [CommandRow, ...CommandRow[]]): string {
  const rows = [program, ...verbs];
  const lines = rows.flatMap((row) => {
    const at = `-n ${quote(`__tokenharbor_at ${quote(spaced(row.path))}`)}`;
    const own = row.path.length === 0 ? [] : row.flags.map((flag) => `${at} ${flagOf(flag)}`);
    const words = proposedWords(row);
    return [
      ...row.verbs.map(({ name, description }) => `${at} -a ${quote(name)} -d ${quote(description)}`),
      ...own,
      ...(words.length === 0 ? [] : [`${at} -a ${quote(words.join(' '))}`]),
      ...(takesFile(row) ? [`${at} -F`] : []),
    ];
  });
  return `# fish completion of tokenharbor, printed by \`tokenharbor completion fish\`
function __tokenharbor_path
    set -l path ''
    set -l isValue no
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if test $isValue = yes
            set isValue no
            continue
        end
        switch "$path $word"
            case ${verbs.map(({ path }) => quote(spaced(path))).join(' ')}
                set path "$path $word"
            case ${valueFlags(rows).join(' ')}
                set isValue yes
        end
    end
    echo $path
end
function __tokenharbor_at
    test (__tokenharbor_path) = $argv[1]
end
complete -c tokenharbor -f
${[...program.flags.map(flagOf), ...lines].map((line) => `complete -c tokenharbor ${line}`).join('\n')}
`;
}

function valueFlags(rows: readonly CommandRow[]): string[] {
  return rows.flatMap(({ path, flags }) =>
    flags
      .filter(takesValue)
      .flatMap(({ names }) => names.map((name) => quote(`${path.length === 0 ? '*' : spaced(path)} ${name}`))),
  );
}

function flagOf({ names, description, value }: Flag): string {
  const spelled = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  return [...spelled, ...(value === undefined ? [] : [valueOf(value)]), `-d ${quote(description)}`].join(' ');
}

function valueOf(value: Value): string {
  if (value.kind === 'file') return '-r -F';
  if (value.kind === 'directory') return `-x -a '(__fish_complete_directories)'`;
  return value.kind === 'words' ? `-x -a ${quote(value.words.join(' '))}` : '-x';
}

/** Fish reads a backslash before a quote within single quotes, and one before another. */
function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
