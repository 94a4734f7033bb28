import { Readable } from 'node:stream';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'bun:test';
import { Command } from 'commander';
import { buildPricePage } from '../config/price-page.ts';
import { buildReference } from '../config/reference.ts';
import { STARTER_FILE } from '../config/starter.ts';
import { VERSION } from '../version.ts';
import { registerConfig } from './config.ts';
import { CliError } from './context.ts';
import { registerModels } from './models.ts';
import { registerVersion } from './version.ts';

const directory = mkdtempSync(join(tmpdir(), 'th-cli-'));
afterAll(() => rmSync(directory, { recursive: true }));

const GOOD = 'providers: { a: { preset: ollama } }\nlog: { level: warn }\n';
const WARNED = 'providers: { a: { preset: ollama } }\nlog: { level: warn, bodies: true }\n';
const BAD = `${WARNED}lisen: 1\n`;
const WARNING = 'th.yaml:2: log.bodies: warning: is not in effect in this version. No bodies are logged.\n';
const ERROR = 'th.yaml:3: lisen: unknown key "lisen". Did you mean "listen"?\n';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line; `text` is the file th.yaml that `--config` names. */
async function run(args: readonly string[], text?: string, env: Record<string, string> = {}): Promise<Outcome> {
  let out = '';
  let err = '';
  const context = {
    env: { HOME: directory, ...env },
    cwd: directory,
    stdin: Readable.from([]),
    stdout: { write: (chunk: string) => (out += chunk) },
    stderr: { write: (chunk: string) => (err += chunk) },
  };
  const program = new Command()
    .option('-c, --config <file>')
    .option('--data-dir <dir>')
    .option('--json')
    .option('--quiet')
    .exitOverride();
  registerConfig(program, context);
  registerModels(program, context);
  registerVersion(program, context);
  if (text !== undefined) writeFileSync(join(directory, 'th.yaml'), text, { mode: 0o600 });
  const flags = text === undefined ? [] : ['--config', 'th.yaml'];
  try {
    await program.parseAsync([...args, ...flags], { from: 'user' });
    return { code: 0, out, err };
  } catch (error) {
    if (error instanceof CliError) return { code: error.exitCode, out, err: err + error.message };
    throw error;
  }
}

describe('config check', () => {
  test('says ok for a good file', async () => {
    expect(await run(['config', 'check'], GOOD)).toEqual({ code: 0, out: 'config ok\n', err: '' });
  });

  test('prints warnings and still says ok', async () => {
    expect(await run(['config', 'check'], WARNED)).toEqual({ code: 0, out: `${WARNING}config ok\n`, err: '' });
    expect(await run(['config', 'check', '--quiet'], WARNED)).toEqual({ code: 0, out: '', err: '' });
  });

  test('prints every problem on a line of its own and exits with 78', async () => {
    expect(await run(['config', 'check'], BAD)).toEqual({ code: 78, out: WARNING + ERROR, err: '' });
    expect(await run(['config', 'check', '--quiet'], BAD)).toEqual({ code: 78, out: ERROR, err: '' });
  });

  test('gives scripts the parts of each problem', async () => {
    const { code, out } = await run(['config', 'check', '--json'], BAD);
    expect(code).toBe(78);
    expect(JSON.parse(out)).toEqual({
      ok: false,
      problems: [
        {
          severity: 'warning',
          source: 'th.yaml',
          line: 2,
          path: 'log.bodies',
          message: 'is not in effect in this version',
          fix: 'No bodies are logged.',
        },
        {
          severity: 'error',
          source: 'th.yaml',
          line: 3,
          path: 'lisen',
          message: 'unknown key "lisen"',
          fix: 'Did you mean "listen"?',
        },
      ],
    });
  });

  test('fails on a file that is not there', async () => {
    const { code, out } = await run(['config', 'check', '--config', 'absent.yaml']);
    expect(code).toBe(78);
    expect(out).toStartWith('absent.yaml:1: (file): cannot be read: ENOENT.');
  });
});

describe('config show', () => {
  test('prints values with their origin, secrets masked', async () => {
    const { code, out } = await run(['config', 'show', '--data-dir', '/data'], undefined, {
      GROQ_API_KEY: 'gsk_0123456789',
    });
    expect(code).toBe(0);
    expect(out).toMatch(/^data_dir +\/data +flag --data-dir$/m);
    expect(out).toMatch(/^providers\.groq\.api_key +••••6789 +environment GROQ_API_KEY$/m);
    expect(out).not.toContain('gsk_0123');
  });

  test('prints the same as JSON', async () => {
    const shown = JSON.parse((await run(['config', 'show', '--json'], GOOD)).out);
    expect(shown.config.log).toEqual({ level: 'warn', bodies: false });
    expect(shown.origins['log.level']).toBe('th.yaml:2');
    expect(shown.origins['log.bodies']).toBe('default');
  });

  test('refuses a bad file with 78, its problems on standard error', async () => {
    const { code, out, err } = await run(['config', 'show'], BAD);
    expect([code, out]).toEqual([78, '']);
    expect(err).toBe(`${WARNING}${ERROR}the configuration has errors`);
  });
});

test('config init prints the starter file, which passes the check', async () => {
  const { out } = await run(['config', 'init']);
  expect(out).toBe(STARTER_FILE);
  expect(await run(['config', 'check'], out)).toEqual({ code: 0, out: 'config ok\n', err: '' });
});

test('config schema, config reference and config prices print what they are made of', async () => {
  expect(JSON.parse((await run(['config', 'schema'])).out).title).toBe('Token Harbor configuration');
  expect((await run(['config', 'reference'])).out).toBe(buildReference());
  expect((await run(['config', 'prices'])).out).toBe(buildPricePage());
});

describe('models', () => {
  const MODELS = `${GOOD}models:
  m: { targets: [{ provider: a, model: glm-4.5, priority: 0 }], price: { input: 1.2, output: 6 }, context: 1000, aliases: [fast] }
  "a/*": { targets: [{ provider: a, model: "*" }] }
`;

  const GLM_AT_OLLAMA = {
    context: 1000,
    max_output: 98_304,
    tools: true,
    images: 'none',
    reasoning_out: ['reasoning'],
    think_switch: 'reasoning_effort',
    forced_tool_with_thinking: true,
  };

  test('prints the catalogue as a table', async () => {
    const { code, out } = await run(['models', '--quiet'], MODELS);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['MODEL', 'INPUT', 'OUTPUT', 'CACHE READ', 'CACHE WRITE', 'PRICE FROM', 'CONTEXT', 'MAX OUTPUT', 'TARGETS'],
      ['m', '1.2', '6', '1.2', '1.2', 'config', '1000', '98304', 'a: glm-4.5'],
      ['fast', '1.2', '6', '1.2', '1.2', 'config', '1000', '98304', 'alias of m'],
      ['a/*', '-', '-', '-', '-', '-', '-', '-', 'a: *'],
      [''],
    ]);
  });

  test('prints it as JSON, prices as exact text, with what each target takes', async () => {
    const { models } = JSON.parse((await run(['models', '--json'], MODELS)).out);
    expect(models[0]).toEqual({
      id: 'm',
      targets: [
        {
          provider: 'a',
          model: 'glm-4.5',
          weight: 1,
          priority: 0,
          capabilities: expect.objectContaining(GLM_AT_OLLAMA),
        },
      ],
      policy: 'weight',
      hedge: false,
      price: { input: '1.2', output: '6', cache_read: '1.2', cache_write: '1.2' },
      context: 1000,
    });
    expect(models[1].alias_of).toBe('m');
    // Whatever is under the glob: what the server is known for.
    expect(models[2].targets[0].capabilities).toMatchObject({ images: 'b64', reasoning_in: 'reasoning' });
    expect(models[2].targets[0].capabilities).not.toHaveProperty('context');
    expect(models[0].targets[0]).not.toHaveProperty('price_from');
  });

  const LISTED = `providers: { o: { preset: openai, api_key: k }, d: { preset: deepseek, api_key: k }, demo: { preset: demo } }
models:
  gpt: { targets: [{ provider: o, model: gpt-5.4 }] }
  own: { targets: [{ provider: o, model: gpt-5.4, price: { input: 1, output: 2 } }] }
  deepseek: { targets: [{ provider: d, model: deepseek-v4-pro }] }
  other: { targets: [{ provider: o, model: unheard-of }] }
  "o/*": { targets: [{ provider: o, model: "*" }] }
`;

  test('tells a list price from one that is written', async () => {
    const { out } = await run(['models', '--quiet'], LISTED);
    const rows = out.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows.slice(1, -1).map(([id, input, output, , , from]) => [id, input, output, from])).toEqual([
      ['gpt', '2.5', '15', 'preset openai, as of 2026-11-19'],
      ['own', '1', '2', 'config'],
      ['deepseek', '1.32', '3.96', 'preset deepseek, as of 2026-11-19'],
      ['other', '-', '-', '-'],
      ['o/*', '-', '-', 'preset openai, each'],
    ]);
    const demo = (await run(['models', '--quiet'], 'log: { level: warn }\n')).out.split('\n')[1]?.split(/ {2,}/);
    expect(demo?.slice(0, 6)).toEqual(['tokenharbor/demo', '0', '0', '0', '0', 'built in']);
  });

  test('has its day, its source and what it does not say in the JSON', async () => {
    const { models } = JSON.parse((await run(['models', '--json'], LISTED)).out);
    expect(models[0].targets[0]).toMatchObject({
      price: { input: '2.5', output: '15', cache_read: '0.25', cache_write: '2.5' },
      price_from: {
        preset: 'openai',
        as_of: '2026-11-19',
        source: 'https://developers.openai.com/api/docs/pricing',
        up_to_input_tokens: 272_000,
      },
    });
    expect(models[0]).not.toHaveProperty('price');
    expect(models[1].targets[0]).not.toHaveProperty('price_from');
    expect(models[2].targets[0].price_from.note).toContain('peak hours');
    expect(models[4].targets[0]).not.toHaveProperty('price');
  });
});

test('version says what runs, and everything about it as JSON', async () => {
  expect((await run(['version'])).out).toStartWith(`tokenharbor ${VERSION} (commit `);
  const info = JSON.parse((await run(['version', '--json'])).out);
  expect(info).toMatchObject({ version: VERSION, bun: Bun.version, target: `${process.platform}-${process.arch}` });
  expect(info.commit).toBeString();
  expect(info.schema).toBeGreaterThan(0);
  expect(info.postgres_schema).toBeGreaterThan(0);
  expect(info.sqlite).toMatch(/^3\.\d+\.\d+$/);
  expect(info.bun_revision).toMatch(/^[0-9a-f]{40}$/);
  // The build alone knows it.
  expect(info.date).toBeNull();
});
