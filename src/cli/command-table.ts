import type { EventEmitter } from 'node:events';
import type { Argument, Command, Option } from 'commander';

/** What stands behind a flag or an argument, as far as a shell can propose it. */
export type Value =
  | { readonly kind: 'file' | 'directory' | 'text'; readonly name: string }
  | { readonly kind: 'words'; readonly name: string; readonly words: readonly string[] };

export interface Flag {
  /** `['-c', '--config']`. */
  readonly names: readonly string[];
  /** As the help writes it: `-c, --config <file>`. */
  readonly term: string;
  readonly description: string;
  /** Undefined: it takes none. */
  readonly value: Value | undefined;
  readonly required: boolean;
}

export interface Positional {
  readonly value: Value;
  readonly description: string;
  readonly required: boolean;
  readonly variadic: boolean;
}

/** One command and what may follow it. */
export interface CommandRow {
  /** The words after the program's name: `[]`, `['keys', 'create']`. */
  readonly path: readonly string[];
  readonly description: string;
  /** Its own; those of the program itself may stand anywhere. */
  readonly flags: readonly Flag[];
  readonly positionals: readonly Positional[];
  readonly verbs: readonly { readonly name: string; readonly description: string }[];
  /** What the help says below the options; empty: nothing. */
  readonly examples: string;
}

/** Every command that the help shows, each after the one it belongs to; the first is the program itself. */
export function readCommandTable(program: Command): readonly [CommandRow, ...CommandRow[]] {
  const whole = readCommand(program, []);
  const everywhere = new Set(whole.flags.map(({ term }) => term));
  return [whole, ...readVerbs(program, [], everywhere)];
}

/** Without the flags that may stand `everywhere`, such as `--help`. */
function readVerbs(command: Command, path: readonly string[], everywhere: ReadonlySet<string>): CommandRow[] {
  return shownVerbs(command).flatMap((verb) => {
    const at = [...path, verb.name()];
    const row = readCommand(verb, at);
    const flags = row.flags.filter(({ term }) => !everywhere.has(term));
    return [{ ...row, flags }, ...readVerbs(verb, at, everywhere)];
  });
}

function readCommand(command: Command, path: readonly string[]): CommandRow {
  return {
    path,
    description: command.description(),
    flags: command.createHelp().visibleOptions(command).map(readFlag),
    positionals: command.registeredArguments.map(readPositional),
    verbs: shownVerbs(command).map((verb) => ({ name: verb.name(), description: verb.description() })),
    examples: textAfterHelp(command),
  };
}

/** Without `help`, which every command has. */
function shownVerbs(command: Command): readonly Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((verb) => verb.name() !== 'help');
}

function readFlag(option: Option): Flag {
  const { short, long, flags, description, defaultValue, argChoices } = option;
  const name = /[<[]([^\]>]+)/.exec(flags)?.[1];
  const preset = typeof defaultValue === 'string' && defaultValue !== '' ? ` (default: ${defaultValue})` : '';
  return {
    names: [short, long].filter((one) => one !== undefined),
    term: flags,
    description: `${description}${preset}`,
    value: name === undefined ? undefined : toValue(name, argChoices),
    required: option.mandatory && defaultValue === undefined,
  };
}

function readPositional(argument: Argument): Positional {
  const { description, required, variadic, argChoices } = argument;
  return { value: toValue(argument.name(), argChoices), description, required, variadic };
}

/** A value that is named for a file or a directory is one. */
function toValue(name: string, words: readonly string[] | undefined): Value {
  if (words !== undefined) return { kind: 'words', name, words };
  if (name === 'file') return { kind: 'file', name };
  return { kind: name === 'dir' ? 'directory' : 'text', name };
}

/** Commander keeps added texts as listeners of its own; they write what they are asked to. */
function textAfterHelp(command: Command): string {
  let text = '';
  (command as unknown as EventEmitter).emit('afterHelp', {
    error: false,
    command,
    write: (part: string) => (text += part),
  });
  return text.trim();
}
