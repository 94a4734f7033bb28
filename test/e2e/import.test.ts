/** From another gateway's file to a configuration that is served, and keys like those there were, by the program alone. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { BIFROST_COMPANY } from '../../src/cli/import/bifrost.fixture.ts';
import { variablesOf } from '../../src/cli/import/imported.fixture.ts';
import { LITELLM_TEAM } from '../../src/cli/import/litellm.fixture.ts';
import { programCommand } from '../support/gateway.ts';
import { runProgram, scratchDirectory, startProgram } from '../support/program.ts';

setDefaultTimeout(60_000);

const scratch = scratchDirectory();
afterAll(() => scratch.remove());

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  runProgram([...args], { cwd: scratch.path, env });
/** Lines for a shell, with the program as `tokenharbor`. */
const shell = (script: string) => {
  const program = programCommand()
    .map((word) => `'${word}'`)
    .join(' ');
  return runProgram(['-c', `tokenharbor() { ${program} "$@"; }\n${script}`], {
    command: ['/bin/bash'],
    cwd: scratch.path,
  });
};

describe.each([
  ['litellm', 'config.yaml', LITELLM_TEAM, 'gpt-main'],
  ['bifrost', 'config.json', BIFROST_COMPANY, 'openai/gpt-5-mini'],
])('import %s', (gateway, name, source, model) => {
  const from = scratch.file(name);
  const to = scratch.file(`${gateway}.yaml`);

  test('the configuration is checked, shown and served', async () => {
    writeFileSync(from, source);
    const { code, stdout, stderr } = await run(['import', gateway, name]);
    expect([code, stdout === '']).toEqual([3, false]);
    expect(stderr).toMatch(new RegExp(`^ {2}${name}:\\d+: `, 'm'));
    writeFileSync(to, stdout, { mode: 0o600 });
    const unset = await run(['config', 'check', '--config', to]);
    expect([unset.code, unset.stdout]).toEqual([78, expect.stringContaining('is not set')]);

    const env = variablesOf(stdout);
    expect((await run(['config', 'check', '--config', to], env)).code).toBe(0);
    const models = JSON.parse((await run(['models', '--config', to, '--json'], env)).stdout) as {
      models: { id: string }[];
    };
    expect(models.models.map(({ id }) => id)).toContain(model);
    // Its Redis server is not there.
    writeFileSync(to, stdout.replace(/^redis: .*\n/m, ''), { mode: 0o600 });
    const data = scratch.file(`${gateway}-served`);
    const server = startProgram(['serve', '--config', to, '--data-dir', data, '--listen', '127.0.0.1:0'], { env });
    try {
      const url = await server.listening();
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
    } finally {
      await server.close();
    }
  });

  test('standard input is read for -', async () => {
    const piped = await shell(`tokenharbor import ${gateway} - < ${name} 2>/dev/null`);
    const named = await run(['import', gateway, name]);
    expect([piped.code, piped.stdout]).toEqual([3, named.stdout]);
  });
});

test('the lines for keys and accounts run as they are printed', async () => {
  writeFileSync(scratch.file('config.json'), BIFROST_COMPANY);
  const printed = await run(['import', 'bifrost', 'config.json', '--json']);
  const { commands } = JSON.parse(printed.stdout) as { commands: string[] };
  const data = scratch.file('keys');
  expect(commands).toHaveLength(3);
  for (const line of commands) {
    const { code, stderr } = await shell(`${line} --data-dir ${data}`);
    expect([code, stderr], line).toEqual([0, '']);
  }
  const keys = JSON.parse((await run(['keys', 'list', '--json', '--data-dir', data])).stdout) as unknown[];
  expect(keys).toMatchObject([
    {
      name: "web's key",
      account: 'acme-sohne',
      models: ['openai/gpt-5-mini', 'ollama/*'],
      rpm: 60,
      budget_usd: '50.500000000',
      budget_period: 'week',
      expires_at: '2031-05-01T00:00:00.000Z',
    },
  ]);
  const accounts = JSON.parse((await run(['accounts', 'list', '--json', '--data-dir', data])).stdout) as unknown[];
  expect(accounts).toMatchObject([
    { id: 'acme-sohne', budget_usd: '1000.000000000', budget_period: 'month' },
    { id: 'ml-team', budget_usd: null },
  ]);
});
