import { describe, expect, test } from 'bun:test';
import { BIFROST_COMPANY, BIFROST_SMALL } from './bifrost.fixture.ts';
import { importBifrost } from './bifrost.ts';
import { importText } from './imported.fixture.ts';

const read = (value: string | object) =>
  importText(importBifrost, typeof value === 'string' ? value : JSON.stringify(value, null, 1));
const targetsOf = ({ config }: ReturnType<typeof read>, id: string) =>
  config.models
    .find((model) => model.id === id)
    ?.targets.map(({ provider, model, weight }) => [provider, model, weight]);
const CLIENT = { client: { enforce_auth_on_inference: true } };

describe('a whole file', () => {
  const company = read(BIFROST_COMPANY);

  test('keys that are alike are used in turn, others are targets with their shares', () => {
    const [first, second] = company.config.providers;
    expect(first).toMatchObject({
      name: 'openai',
      apiKeys: ['value-of-OPENAI_KEY_A', 'value-of-OPENAI_KEY_B'],
      headers: { 'x-team': 'blue' },
      timeouts: { firstByteMs: 300_000, idleMs: 45_000 },
    });
    expect(second).toMatchObject({ name: 'openai-2', apiKeys: ['value-of-OPENAI_2_API_KEY'] });
    expect(targetsOf(company, 'openai/gpt-5-mini')).toEqual([
      ['openai', 'gpt-5-mini', 2],
      ['openai-2', 'gpt-5-mini', 3],
    ]);
    expect(targetsOf(company, 'openai/*')).toEqual([['openai', '*', 1]]);
    expect(targetsOf(company, 'gpt-5-mini'), 'without its provider').toEqual(targetsOf(company, 'openai/gpt-5-mini'));
  });

  test("names of deployments, servers of one's own and custom providers", () => {
    expect(targetsOf(company, 'azure/gpt-5')).toEqual([['azure', 'gpt-5-eu', 1]]);
    expect(targetsOf(company, 'azure/gpt-5-nano')).toEqual([['azure', 'nano-eu', 1]]);
    const provider = (name: string) => company.config.providers.find((one) => one.name === name);
    expect(provider('azure')).toMatchObject({
      baseUrl: 'https://eu.openai.azure.com/openai/v1',
      apiKeys: ['value-of-AZURE_KEY'],
    });
    expect(provider('ollama')).toMatchObject({ preset: 'ollama', baseUrl: 'http://127.0.0.1:11434/v1', apiKeys: [] });
    expect(provider('house-llm')).toMatchObject({ shapes: ['openai'], baseUrl: 'https://llm.example.com/api/v2' });
    expect(company.config.retry.attempts).toBe(5);
    expect(company.config.server.maxBodyBytes).toBe(64 * 1024 * 1024);
  });

  test('customers, teams and virtual keys are command lines', () => {
    expect(company.commands).toEqual([
      'tokenharbor accounts create acme-sohne --budget 1000 --budget-period month',
      'tokenharbor accounts create ml-team',
      `tokenharbor keys create --name 'web'\\''s key' --account acme-sohne --models 'openai/gpt-5-mini,ollama/*' ` +
        '--rpm 60 --budget 50.5 --budget-period week --expires 2031-05-01T00:00:00Z',
    ]);
  });

  test('what is left out is told with its line', () => {
    expect(Object.keys(company.gaps).toSorted()).toEqual([
      'governance.budgets[2]',
      'governance.budgets[3]',
      'governance.rate_limits[0].token_max_limit',
      'governance.routing_rules',
      'governance.teams[0].customer_id',
      'governance.virtual_keys[0].provider_configs[0].weight',
      'governance.virtual_keys[2]',
      'plugins',
      'providers.azure',
      'providers.openai.keys[2].models',
      'providers.vertex',
      'providers["house llm"].network_config.ca_cert_pem',
    ]);
    const line = company.gaps['governance.budgets[2]']?.line ?? 0;
    expect(BIFROST_COMPANY.split('\n')[line - 1]).toContain('b-hour');
  });

  test('no secret of the file is written anywhere', () => {
    expect(BIFROST_COMPANY.match(/SECRET/g)).toHaveLength(2);
    expect(company.yaml + JSON.stringify([company.findings, company.commands])).not.toContain('SECRET');
  });
});

test('a file of which everything is carried has no gap', () => {
  const { gaps, commands } = read(BIFROST_SMALL);
  expect(gaps).toEqual({});
  expect(commands).toEqual([`tokenharbor keys create --name v --models 'anthropic/*'`]);
});

test('requests without a key are refused here, which is told', () => {
  const { gaps } = read({ providers: { groq: { keys: [{ name: 'g', value: 'env.G', weight: 1 }] } } });
  expect(Object.keys(gaps)).toEqual(['client']);
});

test("an empty list of models or providers is for none, as there; in version 1 a key's was for all", () => {
  const file = (version: object) => ({
    ...version,
    ...CLIENT,
    providers: { groq: { keys: [{ name: 'g', value: 'env.G', weight: 1, models: ['a'] }] } },
    governance: { virtual_keys: [{ id: 'v', name: 'v' }] },
  });
  expect(read(file({})).commands).toEqual([]);
  expect(Object.keys(read(file({})).gaps)).toEqual(['governance.virtual_keys[0]']);
  expect(read(file({ version: 1 })).commands).toEqual(['tokenharbor keys create --name v']);
});

test('a model that a key may not use is never allowed for want of others', () => {
  const { commands, gaps } = read({
    ...CLIENT,
    providers: { groq: { keys: [{ name: 'g', value: 'env.G', weight: 1, models: ['a'] }] } },
    governance: {
      virtual_keys: [{ id: 'v', name: 'v', provider_configs: [{ provider: 'vertex', allowed_models: ['*'] }] }],
    },
  });
  expect(commands).toEqual([]);
  expect(gaps['governance.virtual_keys[0]']?.why).toBe('the key may use no model that is carried');
});

test('a server without keys is one all the same', () => {
  const outcome = read({
    ...CLIENT,
    providers: {
      own: {
        keys: [],
        network_config: { base_url: 'http://127.0.0.1:9' },
        custom_provider_config: { base_provider_type: 'anthropic', is_key_less: true },
      },
    },
  });
  expect(outcome.config.providers[0]).toMatchObject({
    name: 'own',
    shapes: ['anthropic'],
    baseUrl: 'http://127.0.0.1:9',
  });
  expect(targetsOf(outcome, 'own/*')).toEqual([['own', '*', 1]]);
});
