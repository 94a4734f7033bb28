/**
 * Runs the conformance suite, and every other test whose name begins with an id of a case, a property or a complaint,
 * and writes docs/conformance.md. Exits with 0 only when all of them passed and no case is without a test.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CASES, claimOf, COMPLAINTS, PROPERTIES } from './support/case-ids.ts';
import { readResults, type TestResult } from './support/junit-results.ts';
import { NOT_TESTED, PARTLY_TESTED } from './support/not-tested.ts';

const ROOT = resolve(import.meta.dir, '../..');
/** How many tests of one id are told; tables of examples make dozens. */
const SHOWN = 6;
const PAGE = join(ROOT, 'docs/conformance.md');
/** Names of tests that begin with an id. A runner matches it against the names of the groups and the test, in one line. */
const BY_ID = '(^|\\s)(C[0-9]{3}b?|P[1-6]|[A-O][0-9]{1,2})\\b[^:]*: ';

const runs = [
  await runTests(['./test/conformance']),
  await runTests(['--test-name-pattern', BY_ID, './src', './test/e2e', './test/fuzz', './test/architecture']),
];
const results = runs.flatMap(({ results: of }) => of);
const verdicts = collectVerdicts(results);
const missing = CASES.filter((id) => !verdicts.has(id));
const unexplained = COMPLAINTS.filter((id) => !verdicts.has(id) && NOT_TESTED[id] === undefined);
const failures = results.filter(({ outcome }) => outcome === 'fail');
writeFileSync(PAGE, renderPage());

console.log(countLine(CASES, 'cases'));
console.log(countLine(PROPERTIES, 'properties'));
console.log(countLine(COMPLAINTS, 'complaints'));
for (const { name } of failures) console.log(`failed: ${name}`);
for (const id of missing) console.log(`no test: ${id}`);
for (const id of unexplained) console.log(`neither a test nor a reason: ${id}`);
for (const id of Object.keys(NOT_TESTED))
  if (verdicts.has(id)) console.log(`excused in support/not-tested.ts, but tested: ${id}`);
const crashed = runs.some(({ code, results: of }) => code !== 0 && !of.some(({ outcome }) => outcome === 'fail'));
if (crashed) console.log('a run ended badly although none of its tests failed');
process.exit(failures.length + missing.length + unexplained.length === 0 && !crashed ? 0 : 1);

interface Verdict {
  readonly outcomes: Set<TestResult['outcome']>;
  readonly proves: string[];
}

async function runTests(args: readonly string[]): Promise<{ readonly code: number; readonly results: TestResult[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenharbor-conformance-'));
  const report = join(folder, 'junit.xml');
  const command = [process.execPath, 'test', '--only-failures', '--reporter=junit', `--reporter-outfile=${report}`];
  const run = Bun.spawn([...command, ...args], { cwd: ROOT, stdout: 'inherit', stderr: 'inherit', stdin: 'ignore' });
  const code = await run.exited;
  try {
    return { code, results: readResults(readFileSync(report, 'utf8')) };
  } catch {
    return { code: code === 0 ? 1 : code, results: [] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the tests that bear an id came to; tests without one count only if they fail. */
function collectVerdicts(tests: readonly TestResult[]): Map<string, Verdict> {
  const found = new Map<string, Verdict>();
  for (const { name, outcome } of tests) {
    for (const id of claimOf(name)?.ids ?? []) {
      const verdict = found.get(id) ?? { outcomes: new Set(), proves: [] };
      verdict.outcomes.add(outcome);
      const { proves } = claimOf(name)!;
      if (!verdict.proves.includes(proves)) verdict.proves.push(proves);
      found.set(id, verdict);
    }
  }
  // Tests that the name pattern left out are reported as skipped.
  for (const [id, { outcomes }] of found) if (outcomes.size === 1 && outcomes.has('skipped')) found.delete(id);
  return found;
}

function outcomeOf(id: string): string {
  const outcomes = verdicts.get(id)?.outcomes;
  return outcomes === undefined ? 'no test' : outcomes.has('fail') ? '**fail**' : 'pass';
}

function countLine(ids: readonly string[], what: string): string {
  const count = (outcome: string) => ids.filter((id) => outcomeOf(id) === outcome).length;
  const untested = count('no test');
  return `${ids.length} ${what}: ${count('pass')} pass, ${count('**fail**')} fail${untested > 0 ? `, ${untested} without a test` : ''}.`;
}

function renderPage(): string {
  const tested = COMPLAINTS.filter((id) => verdicts.has(id));
  const untested = COMPLAINTS.filter((id) => !verdicts.has(id));
  return `# Conformance

What the two shapes demand and what users of such gateways complained about, each with the tests that bear its id.
\`make conformance\` runs them, most of them through the official SDKs against the executable, and writes this page.

- ${countLine(CASES, 'cases')}
- ${countLine(PROPERTIES, 'properties')}
- ${countLine(COMPLAINTS, 'complaints')}

## Cases of the wire format

${renderTable(CASES)}

In part only:

${Object.entries(PARTLY_TESTED)
  .map(([id, why]) => `- ${id}: ${why}`)
  .join('\n')}

## Properties

${renderTable(PROPERTIES)}

## Complaints

${renderTable(tested)}

## Complaints without a test

| id | reason |
|---|---|
${untested.map((id) => `| ${id} | ${NOT_TESTED[id] ?? '**none given**'} |`).join('\n')}
`;
}

function renderTable(ids: readonly string[]): string {
  const rows = ids.map((id) => {
    const proves = (verdicts.get(id)?.proves ?? []).toSorted();
    const more = proves.length - SHOWN;
    const lines = [...proves.slice(0, SHOWN).map(cell), ...(more > 0 ? [`and ${more} more`] : [])];
    return `| ${id} | ${lines.join('<br>')} | ${outcomeOf(id)} |`;
  });
  return ['| id | what it proves | |', '|---|---|---|', ...rows].join('\n');
}

function cell(text: string): string {
  const visible = text.replace(
    /[\p{C}\p{Zl}\p{Zp}\u00a0]/gu,
    (c) => `\\u${c.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
  return visible.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
