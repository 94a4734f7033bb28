/** What the README and the pages beside it say, held against the program: their examples are run as they stand. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ERROR_CODES } from '../../src/protocol/error-codes.ts';
import { PROGRAM_ENV, PROJECT_ROOT, programCommand, startGateway, type Gateway } from '../support/gateway.ts';
import { PAGES, readExamples, readPage } from '../support/pages.ts';
import { powershellFaults } from '../support/powershell.ts';
import { type Finished, GREETING, missingModules, runCommand, textOfStream } from '../support/run-example.ts';

setDefaultTimeout(120_000);

const ADDRESS = '127.0.0.1:8787';
const MODEL = 'tokenharbor/demo';

const examples = PAGES.flatMap(readExamples);
const [curls, questions] = sortOut(
  examples.filter(({ language, code }) => language === 'sh' && code.startsWith('curl ')),
  ({ code }) => code.includes('"messages"'),
);
const scripts = examples.filter(({ language }) => language === 'ts');
const verbs = examples
  .filter(({ language }) => language === 'sh')
  .flatMap(({ code }) => code.split('\n'))
  .filter((line) => line.startsWith('tokenharbor ') && !line.startsWith('tokenharbor serve'));

let gateway: Gateway;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tokenharbor-readme-'));
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway?.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('the examples of the pages', () => {
  test('are there: both shapes, each as JSON and as a stream', () => {
    const kinds = curls.map(({ code }) => {
      const shape = code.includes('/v1/messages') ? 'anthropic' : 'openai';
      return `${shape} ${code.includes('"stream": true') ? 'stream' : 'JSON'}`;
    });
    expect(kinds.toSorted()).toEqual(['anthropic JSON', 'anthropic stream', 'openai JSON', 'openai stream']);
    expect(scripts).toHaveLength(2);
    expect(examples.filter(({ language }) => language === 'powershell').length).toBeGreaterThan(4);
  });

  for (const { place, code } of curls) {
    test(`curl, ${place}`, async () => {
      const { stdout } = await runExample(['bash', '-c', here(code)]);
      if (code.includes('"stream": true')) {
        expect(textOfStream(stdout)).toStartWith(GREETING);
        expect(stdout.trimEnd()).toEndWith(
          code.includes('/v1/messages') ? 'data: {"type":"message_stop"}' : 'data: [DONE]',
        );
      } else {
        const answer = JSON.parse(stdout);
        expect(answer.model).toBe(MODEL);
        expect(answer.choices?.[0].message.content ?? answer.content[0].text).toStartWith(GREETING);
      }
    });
  }

  for (const { place, code } of questions) {
    test(`curl without a prompt, ${place}`, async () => {
      const { stdout } = await runExample(['bash', '-c', here(code.replace('curl', 'curl --fail'))]);
      expect(JSON.parse(stdout)).toBeObject();
    });
  }

  for (const { place, code } of scripts) {
    test(`TypeScript, ${place}`, async () => {
      const { stdout } = await runExample([process.execPath, '-e', here(code)]);
      const [whole = '', streamed = ''] = stdout.split('\n');
      expect(whole).toStartWith(GREETING);
      expect(streamed).toBe(whole);
    });
  }

  for (const { place, code } of examples.filter(({ language }) => language === 'python')) {
    test(`Python, ${place}`, async () => {
      const missing = await missingModules(code);
      if (missing.length > 0) {
        console.warn(`\nTHIS PYTHON HAS NO ${missing.join(', ')}: THE EXAMPLE OF ${place} DID NOT RUN\n`);
        return;
      }
      const { stdout } = await runExample(['python3', '-c', here(code)]);
      const [whole = '', again = ''] = stdout.split('\n');
      expect(whole).toStartWith(GREETING);
      expect(again).toBe(whole);
    });
  }

  const powershells = examples.filter(({ language }) => language === 'powershell');
  for (const { place, code } of powershells) {
    test(`PowerShell, ${place}: parses`, async () => {
      expect(await powershellFaults(code)).toEqual([]);
    });
  }

  test('a configuration file that is fine as it stands, and every command line', async () => {
    const file = examples.find(({ language }) => language === 'yaml');
    writeFileSync(join(directory, 'tokenharbor.yaml'), file?.code ?? '', { mode: 0o600 });
    expect(verbs.length).toBeGreaterThan(5);
    for (const line of verbs) {
      // Each takes a key of its own: after `revoke` there would be nothing left to rotate.
      const { id } = await gateway.mintKey();
      const finished = await run(['bash', '-c', `${shellFunction()}\n${line.replace('key_...', id)}`]);
      expect({ line, ...finished }).toMatchObject({ line, code: 0, stderr: '' });
      if (line.includes('config check')) expect(finished.stdout).toBe('config ok\n');
    }
  });

  test('fault 63: the request that is sent again', async () => {
    const example = examples.find(({ language, code }) => language === 'sh' && code.includes('Idempotency-Key:'));
    const { stdout } = await runExample(['bash', '-c', here(example?.code ?? '')]);
    const [, first = '', again = ''] = /^first:\n([\s\S]*)again:\n([\s\S]*)$/.exec(stdout.toLowerCase()) ?? [];
    const [, id] = /x-th-request-id: (\S+)/.exec(first) ?? [];
    expect(first).not.toContain('idempotent-replayed');
    expect(again).toContain('idempotent-replayed: true');
    expect(again).toContain(`x-th-original-request-id: ${id}`);
    expect(again).toContain('x-th-cost-usd: 0.000000000');
  });
});

test('docs/errors.md lists every error code as each shape names it', () => {
  const page = readPage('docs/errors.md');
  const listed = [...page.matchAll(/^\| `(\w+)` \| (.*?) \| (.*?) \| (yes|no) \|/gm)].map(
    ([, code, openai, anthropic, retry]) => ({ code, openai, anthropic, retry }),
  );
  const known = Object.entries(ERROR_CODES).map(([code, row]) => ({
    code,
    openai: `${row.status} \`${row.openaiType}\` \`${row.openaiCode}\``,
    anthropic: `${row.anthropicStatus} \`${row.anthropicType}\``,
    retry: row.retry ? 'yes' : 'no',
  }));
  const byCode = (a: { code?: string | undefined }, b: { code?: string | undefined }) =>
    (a.code ?? '').localeCompare(b.code ?? '');
  expect(listed.toSorted(byCode)).toEqual(known.toSorted(byCode));
});

/** Those for which it is so, and the others. */
function sortOut<T>(all: readonly T[], isSo: (one: T) => boolean): readonly [T[], T[]] {
  return [all.filter(isSo), all.filter((one) => !isSo(one))];
}

function here(code: string): string {
  expect(code).toContain(ADDRESS);
  return code.replaceAll(ADDRESS, `127.0.0.1:${gateway.port}`);
}

async function runExample(command: readonly string[]): Promise<Finished> {
  const finished = await run(command, PROJECT_ROOT);
  if (finished.code !== 0) throw new Error(`exit ${finished.code}\n${finished.stdout}\n${finished.stderr}`);
  return finished;
}

/** Runs a command in an environment that has the caller's key and made-up keys of two vendors. */
async function run(command: readonly string[], cwd: string = directory): Promise<Finished> {
  return runCommand(command, cwd, {
    HOME: directory,
    ...PROGRAM_ENV,
    TOKENHARBOR_KEY: gateway.key,
    OPENAI_API_KEY: 'sk-made-up',
    ANTHROPIC_API_KEY: 'sk-ant-made-up',
  });
}

/** Makes `tokenharbor` mean this program on the gateway's data directory. */
function shellFunction(): string {
  const quoted = [...programCommand()].map((part) => `'${part}'`).join(' ');
  return `tokenharbor() { ${quoted} "$@" --data-dir '${gateway.dataDir}'; }`;
}
