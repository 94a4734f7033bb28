import type { CommandRow, Flag, Positional } from '../command-table.ts';
import { EXIT_MEANINGS } from '../exit-codes.ts';
import { bold, entry, escapeRoff, heading, literal } from './roff.ts';

export interface ManPage {
  readonly version: string;
  readonly table: readonly [CommandRow, ...CommandRow[]];
  /** Variables that options are read from. */
  readonly variables: readonly string[];
}

const NAME = 'tokenharbor';

const SIGNALS = {
  SIGHUP:
    'read the configuration again; requests in flight keep the one they began with. One with errors, or that needs a restart, changes nothing.',
  'SIGTERM, SIGINT':
    'stop: no new connections, and requests in flight may finish for as long as --drain-timeout says. The second one ends them.',
  SIGQUIT: 'write a line to the log that says what the process is at, then stop.',
} as const;

const FILES = {
  '~/.local/share/tokenharbor': 'keys, accounts and usage, unless --data-dir or STATE_DIRECTORY says otherwise.',
  '/etc/tokenharbor/tokenharbor.yaml': 'the configuration that the systemd unit names.',
} as const;

/** The manual of section 1, with the macros of man(7). */
export function buildManPage({ version, table, variables }: ManPage): string {
  const [program, ...verbs] = table;
  const lines = [
    `.TH ${NAME.toUpperCase()} 1 "" "${NAME} ${escapeRoff(version)}"`,
    heading('Name'),
    `${NAME} \\- ${escapeRoff(program.description)}`,
    heading('Synopsis'),
    `${bold(NAME)} \\fIverb\\fR [\\fIflags\\fR]`,
    heading('Options of every verb'),
    ...program.flags.flatMap(flagEntry),
    heading('Verbs'),
    ...verbs.flatMap(describeVerb),
    heading('Exit status'),
    ...EXIT_MEANINGS.flatMap(([code, meaning]) => entry(bold(String(code)), meaning)),
    heading('Environment'),
    ...entry(variables.map(bold).join(', '), 'stand above the file, and below flags.'),
    ...entry(bold('NO_COLOR'), 'no colours, whatever its value, unless it is empty.'),
    heading('Signals'),
    ...Object.entries(SIGNALS).flatMap(([name, text]) => entry(bold(name), text)),
    heading('Files'),
    ...Object.entries(FILES).flatMap(([name, text]) => entry(bold(name), text)),
  ];
  return `${lines.join('\n')}\n`;
}

function describeVerb({ path, description, flags, positionals, verbs, examples }: CommandRow): string[] {
  const words = [...positionals.map(usage), ...(verbs.length > 0 ? ['\\fIverb\\fR'] : [])];
  return [
    `.SS ${bold(`${NAME} ${path.join(' ')}`)} ${words.join(' ')}`.trimEnd(),
    escapeRoff(`${description}.`),
    ...positionals.flatMap(positionalEntry),
    ...flags.flatMap(flagEntry),
    ...(examples === '' ? [] : literal(examples.split('\n'))),
  ];
}

function usage({ value, required, variadic }: Positional): string {
  const name = `\\fI${escapeRoff(value.name)}\\fR${variadic ? '...' : ''}`;
  return required ? name : `[${name}]`;
}

function positionalEntry({ value, description }: Positional): string[] {
  return entry(`\\fI${escapeRoff(value.name)}\\fR`, description);
}

function flagEntry({ term, description, value, required }: Flag): string[] {
  const words = value?.kind === 'words' ? `: ${value.words.join(', ')}` : '';
  return entry(bold(term), `${description}${words}${required ? ' (required)' : ''}`);
}
