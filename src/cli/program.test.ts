/** What holds of every command there is, found by walking the tree. */
import { describe, expect, test } from 'bun:test';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { type CommandRow, readCommandTable } from './command-table.ts';
import type { CliContext } from './context.ts';
import { buildProgram, run } from './program.ts';

function capture() {
  const written = { out: '', err: '' };
  const context: CliContext = {
    env: { HOME: '/nowhere' },
    cwd: '/',
    stdin: Readable.from([]),
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
  };
  return { written, context };
}

async function invoke(...args: readonly string[]) {
  const { written, context } = capture();
  return { code: await run(args, context), ...written };
}

const program = buildProgram(capture().context);
const table = readCommandTable(program);
const named = table.map((row): [string, CommandRow] => [['tokenharbor', ...row.path].join(' '), row]);

function walk(command: Command): Command[] {
  return [command, ...command.commands.flatMap(walk)];
}

test('the table has every command but the hidden ones', () => {
  const all = walk(program).filter((command) => command.name() !== 'help');
  const hidden = all.filter((command) => (command as unknown as { readonly _hidden: boolean })._hidden);
  expect(table.length).toBe(all.length - hidden.length);
  expect(table.length).toBeGreaterThan(25);
});

describe.each(named)('%s', (_, row) => {
  const { path } = row;

  test('says what it does, and so does each of its flags and arguments', () => {
    expect(row.description.length).toBeGreaterThan(8);
    expect(row.description, 'reads on after the name').not.toMatch(/^[A-Z][a-z]|\.$/);
    const parts = [...row.flags, ...row.positionals];
    expect(parts.filter(({ description }) => description.length < 5)).toEqual([]);
  });

  test('has examples, or belongs to a command that has', () => {
    const family = table.filter((other) => path.slice(0, other.path.length).join() === other.path.join());
    const shown = family.map(({ examples }) => examples).filter((text) => text.startsWith('Examples:'));
    expect(shown.length).toBeGreaterThan(0);
    const lines = shown.flatMap((text) => text.split('\n')).filter((line) => line.includes('tokenharbor '));
    expect(lines.some((line) => line.includes(['tokenharbor', ...path.slice(0, 1)].join(' ')))).toBe(true);
  });

  test('its help is on standard output and ends with 0', async () => {
    const { code, out, err } = await invoke(...path, '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toStartWith(`Usage: ${['tokenharbor', ...path].join(' ')}`);
    for (const { term } of row.flags) expect(out).toContain(term);
    expect(out).toContain('--data-dir <dir>');
  });

  test('a flag that there is not is wrong usage', async () => {
    const { code, out, err } = await invoke(...path, '--frob');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('error: ');
  });
});

test('a word that is none of the choices is wrong usage, and the message has them', async () => {
  const chosen = table.flatMap(({ path, flags }) =>
    flags.flatMap(({ names, value }) => (value?.kind === 'words' ? [{ path, name: names.at(-1) ?? '', value }] : [])),
  );
  expect(chosen.length).toBeGreaterThan(3);
  for (const { path, name, value } of chosen) {
    const { code, err } = await invoke(...path, name, 'frob');
    expect({ path, name, code }).toEqual({ path, name, code: 2 });
    for (const word of value.words) expect(err).toContain(word);
  }
});

test('help shows a command at any level, as its --help does', async () => {
  for (const { path } of table) {
    expect(await invoke('help', ...path)).toEqual(await invoke(...path, '--help'));
  }
});

test('help for a command that there is not is wrong usage, and says so', async () => {
  for (const path of [['frob'], ['keys', 'frob'], ['keys', 'create', 'frob']]) {
    const { code, out, err } = await invoke('help', ...path);
    expect({ path, code, out }).toEqual({ path, code: 2, out: '' });
    expect(err).toContain(`There is no command "${path.join(' ')}"`);
  }
});
