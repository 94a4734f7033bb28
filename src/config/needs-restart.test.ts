import { expect, test } from 'bun:test';
import { configOf } from './load.fixture.ts';
import { needsRestart } from './needs-restart.ts';
import { describeConfig } from './show.ts';

const PROVIDER = 'providers: { demo: { preset: demo } }\n';
const base = configOf(PROVIDER);

/** What a change of each option that is opened or started once looks like. */
const FIXED: Readonly<Record<string, string>> = {
  listen: 'listen: 127.0.0.1:9999',
  'admin.listen': 'admin: { listen: off }',
  'admin.hosts': 'admin: { hosts: [gateway.internal] }',
  data_dir: 'data_dir: /srv/elsewhere',
  database: 'database: postgres://u:p@db.internal/tokenharbor',
  redis: 'redis: redis://redis.internal',
  limits: 'limits: { on_failure: closed }',
  telemetry: 'telemetry: { otlp: { endpoint: "http://127.0.0.1:4318" } }',
  ledger: 'ledger: { verify_every: 5m }',
  'server.workers': 'server: { workers: 2 }',
};

test.each(Object.entries(FIXED))('%s', (path, text) => {
  expect(needsRestart(base, configOf(`${PROVIDER}${text}\n`))).toEqual([path]);
});

test('of several all are told; the same text again asks for nothing', () => {
  const text = `${PROVIDER}${Object.values(FIXED).slice(3).join('\n')}\n`;
  expect(needsRestart(base, configOf(text))).toEqual(Object.keys(FIXED).slice(3));
  expect(needsRestart(configOf(text), configOf(text))).toEqual([]);
});

test('a password alone is a change', () => {
  const at = (password: string) => configOf(`${PROVIDER}database: postgres://u:${password}@db.internal/x\n`);
  expect(needsRestart(at('a'), at('b'))).toEqual(['database']);
});

/** What a running server takes over. */
const RELOADED = [
  'log.level',
  'log.bodies',
  'server.max_body',
  'server.body_timeout',
  'server.heartbeat',
  'server.drain_timeout',
  'server.trusted_proxies',
  'providers',
  'models',
  'orchestra',
  'retry',
  'idempotency',
  'docs',
];

test('every option is either taken over or asks for a restart', () => {
  const whole = describeConfig(
    configOf(`${PROVIDER}${Object.values(FIXED).join('\n').replace('admin: { listen: off }\n', '')}\n`),
  );
  const paths = Object.entries(whole).flatMap(([section, value]) =>
    ['admin', 'log', 'server'].includes(section)
      ? Object.keys(value as object).map((key) => `${section}.${key}`)
      : [section],
  );
  expect(paths.toSorted()).toEqual([...Object.keys(FIXED), ...RELOADED].toSorted());
});
