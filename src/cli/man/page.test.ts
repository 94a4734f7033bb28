import { describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../exit-codes.ts';
import { buildProgram, run } from '../program.ts';
import { readCommandTable } from '../command-table.ts';
import { Readable } from 'node:stream';
import { escapeRoff } from './roff.ts';

let page = '';
const context = {
  env: {},
  cwd: '/',
  stdin: Readable.from([]),
  stdout: { write: (text: string) => (page += text) },
  stderr: { write: () => undefined },
};
await run(['man'], context);
const table = readCommandTable(buildProgram(context));

test('text is text, whatever it begins with', () => {
  expect(escapeRoff('.TH a\\fB\n.x')).toBe('\\&.TH a\\efB\n\\&.x');
  expect(escapeRoff(`--x 'a' \`b\``)).toBe('\\-\\-x \\(aqa\\(aq \\(gab\\(ga');
});

test('every verb, flag and exit code is in it', () => {
  for (const { path, flags } of table) {
    if (path.length > 0) expect(page).toContain(`.SS \\fB${escapeRoff(['tokenharbor', ...path].join(' '))}\\fR`);
    for (const { term } of flags) expect(page).toContain(`\\fB${escapeRoff(term)}\\fR`);
  }
  for (const code of Object.values(EXIT)) expect(page).toContain(`.TP\n\\fB${code}\\fR\n`);
  expect(page).toContain('TOKENHARBOR_CONFIG');
});

const groff = Bun.which('groff');
if (groff === null) console.warn('skipped: there is no groff');

describe.if(groff !== null)('as groff prints it', () => {
  test('without a warning, examples as they are', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'man-'));
    const file = join(directory, 'tokenharbor.1');
    writeFileSync(file, page);
    const child = Bun.spawn([groff ?? '', '-ww', '-man', '-Tascii', '-P-cbou', file], {
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [text, warnings] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    rmSync(directory, { recursive: true });
    expect(warnings).toBe('');
    expect(text).toContain("tokenharbor accounts credit pre 25 --note 'invoice 17'");
    expect(text).toContain('--budget-period <period>');
  });
});
