import { describe, expect, test } from 'bun:test';
import { importText } from './imported.fixture.ts';
import { LITELLM_SMALL, LITELLM_TEAM } from './litellm.fixture.ts';
import { importLitellm } from './litellm.ts';

const read = (text: string) => importText(importLitellm, text);
const list = (...entries: readonly string[]) => `model_list:\n${entries.map((entry) => `  - ${entry}`).join('\n')}\n`;
const targetsOf = ({ config }: ReturnType<typeof read>, id: string) =>
  config.models
    .find((model) => model.id === id)
    ?.targets.map(({ provider, model, weight, priority }) => [provider, model, weight, priority]);

describe('a whole file', () => {
  const team = read(LITELLM_TEAM);

  test('deployments of a name, their orders, shares and fallbacks are targets of one model', () => {
    expect(targetsOf(team, 'gpt-main')).toEqual([
      ['openai-2', 'gpt-5-mini', 1, 0],
      ['azure', 'gpt-main-eu', 300, 1],
      ['openai', 'gpt-5-mini', 100, 1],
      ['deepseek', 'deepseek-chat', 1, 2],
      ['anthropic', 'claude-sonnet-4-5', 1, 3],
    ]);
    expect(targetsOf(team, 'gpt-4')).toEqual(targetsOf(team, 'gpt-main'));
    expect(targetsOf(team, 'fast')).toEqual([['groq', 'llama-3.3-70b', 1, 0]]);
    expect(team.config.retry.attempts).toBe(4);
  });

  test("prices are those of a million tokens, exactly; facts are the model's", () => {
    const model = team.config.models.find(({ id }) => id === 'gpt-main');
    expect(model?.targets[2]?.price).toMatchObject({
      input: 250_000_000n,
      output: 2_000_000_000n,
      cacheRead: 25_000_000n,
    });
    expect([model?.context, model?.vision]).toEqual([400_000, true]);
  });

  test('providers have presets, addresses, deadlines and references', () => {
    const provider = (name: string) => team.config.providers.find((one) => one.name === name);
    expect(provider('azure')).toMatchObject({
      preset: 'azure',
      baseUrl: 'https://eu.openai.azure.com/openai/v1',
      apiKeys: ['value-of-AZURE_EU_KEY'],
      timeouts: { firstByteMs: 600_000 },
    });
    expect(provider('llm.example.com')).toMatchObject({
      shapes: ['openai'],
      baseUrl: 'https://llm.example.com/v1',
      headers: { 'x-team': 'blue', 'x-auth-token': 'value-of-LLM_EXAMPLE_COM_X_AUTH_TOKEN' },
      timeouts: { firstByteMs: 90_000 },
    });
    expect(provider('vllm')).toMatchObject({ baseUrl: 'http://127.0.0.1:8000/v1', apiKeys: [] });
    expect(provider('deepseek')?.apiKeys).toEqual(['value-of-SHARED_DEEPSEEK_KEY']);
    expect(team.config.redis).toBe('redis://:value-of-REDIS_PASSWORD@server.internal:6379');
  });

  test('what is left out is told with its line', () => {
    expect(Object.keys(team.gaps).toSorted()).toEqual([
      'general_settings.database_url',
      'guardrails',
      'litellm_settings.context_window_fallbacks',
      'model_list[0].litellm_params',
      'model_list[4].model_name',
      'model_list[5].litellm_params.temperature',
      'model_list[6].litellm_params.model',
      'model_list[7].litellm_params.model',
    ]);
    const lines = LITELLM_TEAM.split('\n');
    expect(lines[(team.gaps['general_settings.database_url']?.line ?? 0) - 1]).toContain('database_url');
    expect(team.findings.notCarried.map(({ path }) => path)).toContain('litellm_settings.success_callback');
  });

  test('every deployment is carried or told', () => {
    const told = [...team.findings.carried, ...Object.values(team.gaps)].map(({ path }) => path);
    for (let index = 0; index < 10; index += 1) {
      expect(
        told.some((path) => path.startsWith(`model_list[${index}]`)),
        String(index),
      ).toBe(true);
    }
  });

  test('no secret of the file is written anywhere', () => {
    expect(LITELLM_TEAM.match(/SECRET/g)).toHaveLength(4);
    expect(team.yaml + JSON.stringify([team.findings, team.commands])).not.toContain('SECRET');
    expect(team.findings.carried.flatMap(({ todo }) => todo ?? []).join('\n')).toContain('Set OPENAI_2_API_KEY to');
  });

  test('keys and accounts are command lines', () => {
    expect(team.commands).toEqual([
      'tokenharbor accounts create default --budget 250 --budget-period month',
      'tokenharbor keys create --name master',
    ]);
  });
});

test('a file of which everything is carried has no gap', () => {
  const { config, gaps } = read(LITELLM_SMALL);
  expect(gaps).toEqual({});
  expect(config.models.map(({ id }) => id)).toEqual(['openai/*', 'claude']);
  expect(config.providers[1]?.timeouts.firstByteMs).toBe(30_000);
});

describe('deployments', () => {
  test('what has no share beside others with one is asked last', () => {
    const text = list(
      '{ model_name: m, litellm_params: { model: groq/a, weight: 3 } }',
      '{ model_name: m, litellm_params: { model: groq/b, rpm: 50 } }',
      '{ model_name: m, litellm_params: { model: groq/c, weight: 1 } }',
    );
    expect(targetsOf(read(text), 'm')).toEqual([
      ['groq', 'a', 3, 0],
      ['groq', 'c', 1, 0],
      ['groq', 'b', 1, 1],
    ]);
  });

  test('the same server with the same key is one provider', () => {
    const text = list(
      '{ model_name: a, litellm_params: { model: xai/a, api_key: sk-one } }',
      '{ model_name: b, litellm_params: { model: xai/b, api_key: sk-one } }',
      '{ model_name: c, litellm_params: { model: xai/c, api_key: sk-two } }',
    );
    const { config, yaml } = read(text);
    expect(config.providers.map(({ name, apiKeys }) => [name, apiKeys])).toEqual([
      ['xai', ['value-of-XAI_API_KEY']],
      ['xai-2', ['value-of-XAI_2_API_KEY']],
    ]);
    expect(yaml).not.toContain('sk-');
  });

  test('a variable that is named already is not given a second meaning', () => {
    const text = list(
      '{ model_name: a, litellm_params: { model: xai/a, api_key: sk-one } }',
      '{ model_name: b, litellm_params: { model: xai/b, api_key: os.environ/XAI_API_KEY } }',
    );
    expect(read(text).config.providers.map(({ apiKeys }) => apiKeys[0])).toEqual([
      'value-of-XAI_API_KEY_2',
      'value-of-XAI_API_KEY',
    ]);
  });

  test('unknown providers are servers of the OpenAI shape where they have an address', () => {
    const text = list(
      '{ model_name: a, litellm_params: { model: acme/a-1, api_base: "https://acme.example/v1", api_key: os.environ/ACME } }',
      '{ model_name: b, litellm_params: { model: acme/b-1 } }',
      '{ model_name: c, litellm_params: { model: nobody } }',
    );
    const { config, gaps } = read(text);
    expect(config.providers).toMatchObject([{ name: 'acme', shapes: ['openai'], baseUrl: 'https://acme.example/v1' }]);
    expect(Object.keys(gaps)).toEqual(['model_list[1].litellm_params.model', 'model_list[2].litellm_params.model']);
    expect(gaps['model_list[1].litellm_params.model']?.why).toBe('nothing tells where acme is');
  });

  test('a key of OpenAI is not lent to another host', () => {
    const at = (base: string) => list(`{ model_name: a, litellm_params: { model: openai/a, api_base: "${base}" } }`);
    const away = read(at('https://other.example/v1'));
    expect(away.config.providers[0]?.apiKeys).toEqual([]);
    expect(away.gaps['model_list[0].litellm_params']?.why).toContain('OPENAI_API_KEY is not sent');
    expect(read(at('http://127.0.0.1:1/v1')).gaps).toEqual({});
    expect(read(at('https://api.openai.com/v1')).config.providers[0]).toMatchObject({ preset: 'openai' });
  });

  test('an address in a variable, and one with a query', () => {
    const text = list(
      '{ model_name: a, litellm_params: { model: azure/a, api_base: os.environ/AZURE_BASE, api_key: os.environ/K } }',
      '{ model_name: b, litellm_params: { model: azure/b, api_base: "https://b.openai.azure.com/?api-version=1", api_key: os.environ/K } }',
      '{ model_name: c, litellm_params: { model: acme/c, api_base: "https://c.example/v1?tenant=1" } }',
    );
    const { config, gaps, findings } = read(text);
    expect(config.providers.map(({ baseUrl }) => baseUrl)).toEqual([
      'https://server.example.com/openai/v1',
      'https://b.openai.azure.com/openai/v1',
      'https://c.example/v1',
    ]);
    expect(findings.carried.find(({ path }) => path.endsWith('api_base'))?.todo).toContain('AZURE_BASE must hold');
    expect(Object.keys(gaps).filter((path) => path.endsWith('api_base'))).toEqual([
      'model_list[2].litellm_params.api_base',
    ]);
  });

  test('a credential that is not there, and names that objects have by nature', () => {
    const text = list(
      '{ model_name: constructor, litellm_params: { model: xai/a, litellm_credential_name: gone } }',
      '{ model_name: b, litellm_params: { model: xai/b } }',
    );
    const outcome = read(
      `${text}router_settings: { model_group_alias: { toString: b }, fallbacks: [{ valueOf: [b] }] }\n`,
    );
    expect(targetsOf(outcome, 'toString')).toEqual(targetsOf(outcome, 'b'));
    expect(Object.keys(outcome.gaps)).toEqual([
      'model_list[0].litellm_params.litellm_credential_name',
      'router_settings.fallbacks[0].valueOf',
    ]);
  });

  test('wildcards keep what they match', () => {
    const text = list(
      '{ model_name: "*", litellm_params: { model: "openai/*" } }',
      '{ model_name: "two*stars*", litellm_params: { model: "openai/*" } }',
      '{ model_name: none, litellm_params: { model: "openai/*" } }',
    );
    const outcome = read(text);
    expect(targetsOf(outcome, '*')).toEqual([['openai', '*', 1, 0]]);
    expect(Object.keys(outcome.gaps)).toHaveLength(2);
  });

  test('`${` in a value stays what it is', () => {
    const text = list('{ model_name: a, litellm_params: { model: groq/a, extra_headers: { x-note: "a ${HOME} b" } } }');
    expect(read(text).config.providers[0]?.headers).toEqual({ 'x-note': 'a ${HOME} b' });
  });

  test('entries that are none are told and do no harm', () => {
    const { gaps, config } = read(
      'model_list: [5, { model_name: 7 }, { model_name: a, litellm_params: { model: xai/a } }]\n',
    );
    expect(Object.keys(gaps)).toEqual(['model_list[0]', 'model_list[1]']);
    expect(config.models).toHaveLength(1);
  });
});

describe('the router', () => {
  const models = list(
    '{ model_name: a, litellm_params: { model: groq/a } }',
    '{ model_name: a, litellm_params: { model: xai/a } }',
    '{ model_name: b, litellm_params: { model: mistral/b } }',
  );

  test.each([
    ['latency-based-routing', 'latency', 0],
    ['cost-based-routing', 'cost', 0],
    ['usage-based-routing-v2', 'weight', 0],
    ['of-tomorrow', 'weight', 1],
  ])('%s is %s', (strategy, policy, gaps) => {
    const outcome = read(`${models}router_settings: { routing_strategy: ${strategy} }\n`);
    expect(outcome.config.models[0]?.policy as string).toBe(policy);
    expect(Object.keys(outcome.gaps).filter((path) => path.startsWith('router'))).toHaveLength(gaps);
  });

  test('default fallbacks are for models without their own', () => {
    const outcome = read(`${models}litellm_settings: { default_fallbacks: [b], fallbacks: [{ b: [a] }] }\n`);
    expect(targetsOf(outcome, 'a')?.map(([provider, , , priority]) => [provider, priority])).toEqual([
      ['groq', 0],
      ['xai', 0],
      ['mistral', 1],
    ]);
    expect(targetsOf(outcome, 'b')?.map(([provider]) => provider)).toEqual(['mistral', 'groq', 'xai']);
  });

  test('a fallback to nothing is told', () => {
    const { gaps } = read(`${models}router_settings: { fallbacks: [{ a: [gone] }, 3], num_retries: 0 }\n`);
    expect(Object.keys(gaps)).toContain('router_settings.fallbacks[0].a');
    expect(Object.keys(gaps)).toContain('router_settings.fallbacks[1]');
  });

  test('without retries a fallback is still reached', () => {
    expect(read(`${models}router_settings: { fallbacks: [{ a: [b] }], num_retries: 0 }\n`).config.retry.attempts).toBe(
      2,
    );
  });

  test('an address of Redis with a password is not copied', () => {
    const { yaml } = read(`${models}router_settings: { redis_url: "redis://:SECRET@h:1" }\n`);
    expect(yaml).toContain('redis: ${TOKENHARBOR_REDIS_URL}');
    expect(yaml).not.toContain('SECRET');
  });
});
