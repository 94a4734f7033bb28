import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemsOf } from '../config/load.fixture.ts';
import { registerImport } from './import.ts';
import { BIFROST_COMPANY, BIFROST_SMALL } from './import/bifrost.fixture.ts';
import { variablesOf } from './import/imported.fixture.ts';
import { LITELLM_SMALL, LITELLM_TEAM } from './import/litellm.fixture.ts';
import { runVerb } from './run-verb.fixture.ts';

const directory = mkdtempSync(join(tmpdir(), 'tokenharbor-import-'));
const file = (name: string) => join(directory, name);
const FILES = {
  'team.yaml': LITELLM_TEAM,
  'small.yaml': LITELLM_SMALL,
  'company.json': BIFROST_COMPANY,
  'small.json': BIFROST_SMALL,
};
beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(file(name), text);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const run = (...args: readonly string[]) => runVerb(registerImport, ['import', ...args]);

describe.each([
  ['litellm', 'small.yaml', 0],
  ['litellm', 'team.yaml', 3],
  ['bifrost', 'small.json', 0],
  ['bifrost', 'company.json', 3],
] as const)('import %s %s', (gateway, name, code) => {
  test(`ends with ${code}, and what it prints is a configuration`, async () => {
    const { output, errors, exitCode } = await run(gateway, file(name));
    expect(exitCode).toBe(code);
    expect(problemsOf(output, { env: variablesOf(output) }).filter((line) => !line.includes('warning: '))).toEqual([]);
    expect(errors).toContain('Carried:\n');
    expect(errors.includes('NOT carried, and requests may notice:\n')).toBe(code === 3);
    expect(errors).toContain(`  ${file(name)}:`);
    expect(output + errors).not.toContain('SECRET');
  });

  test('gives the same as JSON', async () => {
    const { output, errors, exitCode } = await run(gateway, file(name), '--json');
    expect([exitCode, errors]).toEqual([code, '']);
    const printed = JSON.parse(output) as Record<string, unknown[]>;
    expect(Object.keys(printed)).toEqual(['config', 'carried', 'not_carried', 'commands']);
    const config = JSON.stringify(printed['config']);
    expect(problemsOf(config, { env: variablesOf(config) }).filter((line) => !line.includes('warning: '))).toEqual([]);
    expect(printed['not_carried']?.some((one) => (one as { essential: boolean }).essential)).toBe(code === 3);
  });
});

test('--quiet tells only what requests notice, and what is to be run', async () => {
  const { errors } = await run('litellm', file('team.yaml'), '--quiet');
  expect(errors).toStartWith('NOT carried, and requests may notice:\n');
  expect(errors).not.toContain('no request notices');
  expect(errors).toContain('\n  tokenharbor keys create --name master\n');
});

describe('what is no such configuration is 78, with its line', () => {
  test.each([
    ['litellm', 'a: [1\nb: {', /:\d+: is not valid YAML/],
    ['litellm', '- a\n', /:1: is no configuration: it holds no map/],
    ['litellm', '', /:1: is no configuration: it holds no map/],
    ['litellm', 'name: x\n', /:1: is no configuration of LiteLLM: it has none of model_list/],
    ['litellm', BIFROST_SMALL, /tokenharbor import bifrost/],
    ['litellm', '\n\nmodel_list: { a: b }\n', /:3: model_list: is no list/],
    ['bifrost', LITELLM_SMALL, /tokenharbor import litellm/],
    ['bifrost', '{\n "providers": []\n}', /:2: providers: is no map/],
  ])('%s %j', async (gateway, text, message) => {
    writeFileSync(file('wrong'), text);
    const { output, errors, exitCode } = await run(gateway, file('wrong'));
    expect([exitCode, output]).toEqual([78, '']);
    expect(errors).toMatch(message);
    expect(errors).toStartWith(`${file('wrong')}:`);
  });

  test('a file that is not there', async () => {
    const { errors, exitCode } = await run('bifrost', file('nothing'));
    expect([exitCode, errors]).toEqual([78, `${file('nothing')}: cannot be read: ENOENT`]);
  });
});
