/** The scripts in the shells themselves; what is not installed is skipped, and said. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { readCommandTable } from '../command-table.ts';
import { buildProgram } from '../program.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const nowhere = { write: () => undefined };
const program = buildProgram({ env: {}, cwd: '/', stdin: Readable.from([]), stdout: nowhere, stderr: nowhere });
const table = readCommandTable(program);
const scripts = { bash: bashCompletion(table), zsh: zshCompletion(table), fish: fishCompletion(table) };

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'completion-'));
  for (const [shell, text] of Object.entries(scripts)) writeFileSync(join(directory, shell), text);
  writeFileSync(join(directory, 'a file.db'), '');
});
afterAll(() => rmSync(directory, { recursive: true }));

function has(shell: string): boolean {
  const found = Bun.which(shell) !== null;
  if (!found) console.warn(`skipped: there is no ${shell}`);
  return found;
}

async function runShell(...command: readonly string[]): Promise<string> {
  const child = Bun.spawn([...command], { cwd: directory, env: process.env, stdout: 'pipe', stderr: 'pipe' });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  expect(stderr).toBe('');
  expect(await child.exited).toBe(0);
  return stdout;
}

test('every flag and every verb is in every script', () => {
  for (const text of Object.values(scripts)) {
    for (const { flags, verbs } of table) {
      for (const { name } of verbs) expect(text).toContain(name);
      for (const { names } of flags) for (const name of names) expect(text).toContain(name.replace(/^--?/, ''));
    }
  }
});

const ROOT = table[0].verbs.map(({ name }) => name);
const PERIODS = ['day', 'month', 'total', 'week'];
const SHELLS = ['bash', 'fish', 'zsh'];

/** A line up to the cursor, and what is proposed. */
const LINES: readonly [string, readonly string[]][] = [
  ['', ROOT],
  ['ke', ['keys']],
  ['keys ro', ['rotate']],
  ['keys --json rev', ['revoke']],
  ['--data-dir keys ', ROOT],
  ['-c x keys cr', ['create']],
  ['keys create --budget-period ', PERIODS],
  ['keys create --name keys --budget-period w', ['week']],
  ['keys create --bu', ['--budget', '--budget-period']],
  ['keys create --name keys --da', ['--data-dir']],
  ['completion ', SHELLS],
  ['completion z', ['zsh']],
  ['keys show ', []],
  ['serve --listen ', []],
  ['restore a', ['a file.db']],
  ['--config a', ['a file.db']],
];

describe.if(has('bash'))('bash', () => {
  /** `compopt` outside of a completion is an error: readline's own file names are told by a line of their own. */
  const HARNESS = `
    source ./bash
    compopt() { [[ $2 == default ]] && mapfile -t COMPREPLY < <(compgen -f -- "$cur"); }
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tokenharbor
    (( \${#COMPREPLY[@]} )) && printf '%s\\n' "\${COMPREPLY[@]}"; true`;
  const complete = async (words: readonly string[]) =>
    (await runShell('bash', '--norc', '-c', HARNESS, 'bash', 'tokenharbor', ...words)).split('\n').filter(Boolean);

  test.each(LINES)('tokenharbor %s', async (line, proposed) => {
    expect((await complete(line.split(' '))).sort()).toEqual([...proposed].sort());
  });

  test('a value behind =, which bash hands over as three words', async () => {
    expect((await complete(['keys', 'create', '--budget-period', '='])).sort()).toEqual(PERIODS);
    expect(await complete(['keys', 'create', '--budget-period', '=', 'w'])).toEqual(['week']);
    expect(await complete(['keys', 'create', '--name', '=', 'keys', '--te'])).toEqual(['--test']);
  });

  test('nothing that was typed is run', async () => {
    await complete(['$(touch ran)', '`touch ran`', '']);
    await complete(['keys', '$(touch ran)']);
    expect(await Bun.file(join(directory, 'ran')).exists()).toBe(false);
  });
});

describe.if(has('fish'))('fish', () => {
  test.each(LINES)('tokenharbor %s', async (line, proposed) => {
    const out = await runShell('fish', '--no-config', '-c', `source ./fish; complete -C 'tokenharbor ${line}'`);
    const words = out.split('\n').map((one) => one.split('\t')[0] ?? '');
    expect(words.filter(Boolean).sort()).toEqual([...proposed].sort());
  });

  test('a value behind =', async () => {
    const line = 'tokenharbor keys create --budget-period=w';
    const out = await runShell('fish', '--no-config', '-c', `source ./fish; complete -C '${line}'`);
    expect(out).toStartWith('--budget-period=week');
  });
});

describe.if(has('zsh'))('zsh', () => {
  /** A terminal of zsh's own, in which a line is typed and completed, and then shown in brackets. */
  const HARNESS = `
    zmodload zsh/zpty
    zpty z 'PROMPT= zsh -f -i'
    zpty -w z 'autoload -U compinit; compinit -D -u; source ./zsh; setopt no_beep; unsetopt zle_bracketed_paste'
    zpty -w z 'show() { print -r -- "<<$BUFFER>>"; zle kill-whole-line }; zle -N show; bindkey "^X" show; print ready:$((1 + 1))'
    zpty -r z said '*ready:2*'
    zpty -n -w z "tokenharbor $1"$'\\t\\x18'
    zpty -r z said '*<<*>>*'
    print -r -- \${\${said##*<<}%%>>*}`;

  test.each([
    ['ke', 'keys '],
    ['keys --json rev', 'keys --json revoke '],
    ['--data-dir x keys cr', '--data-dir x keys create '],
    ['keys create --json --budget-period w', 'keys create --json --budget-period week '],
    ['keys create --budget-period=w', 'keys create --budget-period=week '],
    ['keys create --te', 'keys create --test '],
    ['completion z', 'completion zsh '],
    ['restore a', 'restore a\\ file.db '],
    ['--config a', '--config a\\ file.db '],
    ['keys show k', 'keys show k'],
  ])('tokenharbor %s', async (line, completed) => {
    const shown = await runShell('zsh', '-f', '-c', HARNESS, 'zsh', line);
    expect(shown.trimEnd()).toBe(`tokenharbor ${completed}`.trimEnd());
  });
});
