import { expect, test } from 'bun:test';
import { formatOrigin } from './config.ts';
import { configOf, loadText } from './load.fixture.ts';
import { describeConfig, listValues, maskSecret } from './show.ts';

const TEXT = `database: postgres://u:hunter2@h/db?sslpassword=hunter3
redis: redis://:hunter4@h:6379
providers:
  a:
    shape: openai
    base_url: http://127.0.0.1:9/v1
    api_keys: [sk-abcdefgh1234, short]
    headers: { x-team: blue, Authorization: Basic aHVudGVyNQ== }
models:
  m: { targets: [{ provider: a, model: m }], aliases: [fast], price: { input: 1.20, output: 6 } }
orchestra: { pools: { chat: [m] } }
`;

test('the effective configuration shows no secret', () => {
  const shown = JSON.stringify(describeConfig(configOf(TEXT)));
  for (const secret of ['hunter', 'sk-abcdefgh', 'short', 'aHVudGVy']) expect(shown).not.toContain(secret);
  expect(shown).toContain('••••1234');
  expect(shown).toContain('blue');
});

test('a long secret shows its end, a short one nothing', () => {
  expect([maskSecret('sk-abcdefgh1234'), maskSecret('sk-1234'), maskSecret('')]).toEqual(['••••1234', '••••', '••••']);
});

test('every value says where it came from', () => {
  const rows = listValues(configOf(TEXT, { flags: { listen: '127.0.0.1:1' }, env: { TOKENHARBOR_LOG_LEVEL: 'warn' } }));
  const find = (path: string): string | undefined => {
    const row = rows.find((candidate) => candidate.path === path);
    return row === undefined ? undefined : `${row.value} (${formatOrigin(row.origin)})`;
  };
  expect(find('listen')).toBe('127.0.0.1:1 (flag --listen)');
  expect(find('log.level')).toBe('warn (environment TOKENHARBOR_LOG_LEVEL)');
  expect(find('server.max_body')).toBe('32MiB (default)');
  expect(find('providers.a.base_url')).toBe('http://127.0.0.1:9/v1 (th.yaml:6)');
  expect(find('providers.a.headers.x-team')).toBe('blue (th.yaml:8)');
  expect(find('models.m.price.input')).toBe('1.2 (th.yaml:10)');
  expect(find('models.fast.alias_of')).toBe('m (th.yaml:10)');
  expect(rows.every((row) => row.path !== '' && row.value !== '[object Object]')).toBe(true);
});

const LISTED = `providers: { p: { preset: openai, api_key: k } }
models:
  listed: { targets: [{ provider: p, model: gpt-4.1 }], aliases: [also] }
  own: { targets: [{ provider: p, model: gpt-4.1 }], price: { input: 7, output: 8 } }
  unknown: { targets: [{ provider: p, model: unheard-of }] }
`;

test('a list price says whose it is and of when; one that is written, where', () => {
  const rows = listValues(configOf(LISTED)).filter(({ path }) => path.includes('price'));
  expect(rows.map(({ path, value, origin }) => `${path}: ${value} (${formatOrigin(origin)})`)).toEqual([
    'providers.p.known_prices: true (preset openai)',
    ...['listed', 'also'].flatMap((id) => [
      `models.${id}.targets[0].price.input: 2 (preset openai, as of 2026-11-19)`,
      `models.${id}.targets[0].price.output: 8 (preset openai, as of 2026-11-19)`,
      `models.${id}.targets[0].price.cache_read: 0.5 (preset openai, as of 2026-11-19)`,
      `models.${id}.targets[0].price.cache_write: 2 (preset openai, as of 2026-11-19)`,
    ]),
    'models.own.price.input: 7 (th.yaml:4)',
    'models.own.price.output: 8 (th.yaml:4)',
    'models.own.price.cache_read: 7 (th.yaml:4)',
    'models.own.price.cache_write: 7 (th.yaml:4)',
  ]);
});

test('what is shown, without masks and aliases, is itself a valid file that means the same', () => {
  const text = `providers: { a: { shape: openai, base_url: "http://127.0.0.1:9/v1" } }
models: { m: { targets: [{ provider: a, model: m, weight: 2 }], price: { input: 1.2, output: 6, cache_write_1h: 2, reasoning: 9, web_search: 0.01, request: 0.000000001 }, tools: true } }
`;
  const config = configOf(text);
  const again = loadText(JSON.stringify(describeConfig(config)));
  expect({ ...again.config, origins: {} }).toEqual({ ...config, origins: {} });
});
