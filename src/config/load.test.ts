import { describe, expect, test } from 'bun:test';
import { formatOrigin } from './config.ts';
import { configOf, loadText, problemsOf } from './load.fixture.ts';

describe('without a file', () => {
  test('there is the demo and nothing else', () => {
    const config = configOf(undefined);
    expect(config.listen.text).toBe('127.0.0.1:8787');
    expect(config.adminListen?.text).toBe('127.0.0.1:8788');
    expect([config.adminHosts, config.otlp]).toEqual([[], undefined]);
    expect(config.server).toEqual({
      maxBodyBytes: 33_554_432,
      heartbeatMs: 10_000,
      drainTimeoutMs: 30_000,
      bodyTimeoutMs: 60_000,
      workers: 1,
      trustedProxies: [],
    });
    expect(config.log).toEqual({ level: 'info', bodies: false });
    expect(config.retry).toEqual({ attempts: 3, budget: 0.2 });
    expect(config.idempotency).toEqual({ ttlMs: 86_400_000, memoryBytes: 67_108_864 });
    expect(config.docs).toEqual({ enabled: true, models: 'key' });
    expect(config.ledger).toEqual({ verifyEveryMs: 3_600_000 });
    expect(config.providers.map((provider) => [provider.name, provider.kind, provider.shapes.join()])).toEqual([
      ['demo', 'demo', 'openai,anthropic'],
    ]);
    expect(config.models.map((model) => model.id)).toEqual(['tokenharbor/demo']);
    expect(problemsOf(undefined)).toEqual([]);
  });

  test('every vendor whose key is in the environment is there, under its own name', () => {
    const config = configOf(undefined, { env: { OPENAI_API_KEY: 'sk-1', GOOGLE_API_KEY: 'g-1\n', XAI_API_KEY: '' } });
    expect(config.providers.map((provider) => [provider.name, provider.apiKeys.join()])).toEqual([
      ['openai', 'sk-1'],
      ['gemini', 'g-1'],
      ['demo', ''],
    ]);
    expect(config.models.map(({ id, targets }) => [id, targets[0]?.provider, targets[0]?.model])).toEqual([
      ['openai/*', 'openai', '*'],
      ['gemini/*', 'gemini', '*'],
      ['tokenharbor/demo', 'demo', 'demo'],
    ]);
    expect(config.origins['providers.openai.api_key']).toEqual({ kind: 'environment', name: 'OPENAI_API_KEY' });
  });

  test("a key of our own in a client's shell is never taken for a vendor's", () => {
    const env = { OPENAI_API_KEY: 'thk_live_abc', ANTHROPIC_API_KEY: 'thk_test_abc' };
    expect(configOf(undefined, { env }).providers.map((provider) => provider.name)).toEqual(['demo']);
  });

  test('a key goes to the host that the same environment names for it', () => {
    const env = { OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'http://127.0.0.1:9101/v1/' };
    const config = configOf(undefined, { env });
    expect(config.providers[0]?.baseUrl).toBe('http://127.0.0.1:9101/v1');
    expect(problemsOf(undefined, { env: { ...env, OPENAI_BASE_URL: 'nonsense' } })).toEqual([
      'environment: OPENAI_BASE_URL: is not an http:// or https:// URL. Correct it. Or unset OPENAI_BASE_URL.',
    ]);
  });

  test('a key that lacks a host is said to be left out', () => {
    expect(problemsOf(undefined, { env: { AZURE_OPENAI_API_KEY: 'a' } })).toEqual([
      'environment: AZURE_OPENAI_API_KEY: warning: is not enough to use azure, which has no base URL of its own. Declare it under providers with base_url: https://NAME.openai.azure.com/openai/v1.',
    ]);
  });
});

describe('an empty file', () => {
  test.each([
    ['empty', ''],
    ['a comment', '# nothing\n'],
    ['empty sections', 'providers:\nmodels:\nlog:\n'],
    ['JSON', '{}'],
  ])('means the same as none: %s', (_, text) => {
    const { origins: _origins, ...config } = configOf(text);
    const { origins: _others, ...defaults } = configOf(undefined);
    expect(config).toEqual(defaults);
  });
});

describe('precedence', () => {
  const text = 'listen: 127.0.0.1:1\nlog: { level: warn }\ndata_dir: data\n';
  const env = { TOKENHARBOR_LISTEN: '127.0.0.1:2', TOKENHARBOR_LOG_LEVEL: 'debug', TOKENHARBOR_DATA_DIR: '/env' };

  test('the file stands above the default', () => {
    const config = configOf(text);
    expect([config.listen.text, config.log.level, config.dataDir]).toEqual(['127.0.0.1:1', 'warn', '/etc/th/data']);
    expect(config.origins['log.level']).toEqual({ kind: 'file', file: 'th.yaml', line: 2 });
  });

  test('the environment stands above the file', () => {
    const config = configOf(text, { env });
    expect([config.listen.text, config.log.level, config.dataDir]).toEqual(['127.0.0.1:2', 'debug', '/env']);
    expect(config.origins['log.level']).toEqual({ kind: 'environment', name: 'TOKENHARBOR_LOG_LEVEL' });
  });

  test('a flag stands above the environment', () => {
    const config = configOf(text, { env, flags: { listen: '127.0.0.1:3', dataDir: 'here', drainTimeout: '5s' } });
    expect([config.listen.text, config.log.level, config.dataDir]).toEqual(['127.0.0.1:3', 'debug', '/etc/th/here']);
    expect(config.server.drainTimeoutMs).toBe(5000);
    expect(config.origins['listen']).toEqual({ kind: 'flag', name: '--listen' });
  });

  test('an override leaves the rest of its section alone', () => {
    const config = configOf('log: { level: warn, bodies: true }\n', { env: { TOKENHARBOR_LOG_LEVEL: 'error' } });
    expect(config.log).toEqual({ level: 'error', bodies: true });
  });

  test('an empty variable counts as unset', () => {
    expect(configOf(text, { env: { TOKENHARBOR_LISTEN: '', TOKENHARBOR_CONFIG: '' } }).listen.text).toBe('127.0.0.1:1');
  });

  test('TOKENHARBOR_CONFIG names the file, and --config another one', () => {
    const files = { '/a.yaml': 'listen: 127.0.0.1:10', '/b.yaml': 'listen: 127.0.0.1:11' };
    const env = { TOKENHARBOR_CONFIG: '/a.yaml' };
    expect(configOf(undefined, { files, env }).listen.text).toBe('127.0.0.1:10');
    expect(configOf(undefined, { files, env, flags: { config: '../../b.yaml' } }).listen.text).toBe('127.0.0.1:11');
  });

  test('bad variables and flags are named, all of them, and the file is judged too', () => {
    const given = { env: { TOKENHARBOR_LISTEN: 'x', TOKENHARBOR_REDIS_URL: 'x' }, flags: { drainTimeout: '5' } };
    expect(problemsOf('heartbeat: 1s', given)).toEqual([
      'th.yaml:1: heartbeat: unknown key "heartbeat". Known here: listen, admin, data_dir, database, redis, limits, log, telemetry, server, providers, models, orchestra, retry, idempotency, docs, ledger.',
      'environment: TOKENHARBOR_LISTEN: is not HOST:PORT, [IPV6]:PORT or unix:/path. Correct it.',
      'environment: TOKENHARBOR_REDIS_URL: is not a URL redis://HOST:PORT or rediss://HOST:PORT. Correct it.',
      'command line: --drain-timeout: is not a duration such as 120ms, 5s, 30m or 1h. Correct it.',
    ]);
  });
});

describe('the data directory', () => {
  const at = (env: Record<string, string>, text?: string): [string, string] => {
    const config = configOf(text, { env });
    const origin = config.origins['data_dir'];
    return [config.dataDir, origin === undefined ? '' : formatOrigin(origin)];
  };

  test('comes from the state directory of systemd, then XDG, then the home directory', () => {
    const xdg = { XDG_DATA_HOME: '/xdg' };
    expect(at({ ...xdg, STATE_DIRECTORY: '/var/lib/th:/var/lib/other' })).toEqual([
      '/var/lib/th',
      'environment STATE_DIRECTORY',
    ]);
    expect(at(xdg)).toEqual(['/xdg/tokenharbor', 'environment XDG_DATA_HOME']);
    expect(at({ XDG_DATA_HOME: 'relative' })).toEqual(['/home/op/.local/share/tokenharbor', 'default']);
  });

  test('of the file stands above those, and below a variable of ours', () => {
    expect(at({ STATE_DIRECTORY: '/state' }, 'data_dir: ~/th')).toEqual(['/home/op/th', 'th.yaml:1']);
    expect(at({ TOKENHARBOR_DATA_DIR: '/mine' }, 'data_dir: /file')).toEqual([
      '/mine',
      'environment TOKENHARBOR_DATA_DIR',
    ]);
  });
});

describe('the result', () => {
  test('is frozen through and through', () => {
    const config = configOf('models: { m: { targets: [{ provider: demo, model: demo }] } }');
    expect(
      Object.isFrozen(config) && Object.isFrozen(config.models[0]?.targets[0]) && Object.isFrozen(config.origins),
    ).toBe(true);
  });

  test('is absent as soon as there is an error, and there for warnings alone', () => {
    expect(loadText('lisen: 1').config).toBeUndefined();
    const { config, problems } = loadText('retry: { attempts: 2 }\nlog: { bodies: true }\n');
    expect(config?.retry.attempts).toBe(2);
    expect(problems.map((problem) => problem.severity)).toEqual(['warning']);
  });
});

describe('where the data is', () => {
  test('stays known when something else is wrong', () => {
    const { config, dataDir } = loadText('data_dir: /data\nproviders: { a: { preset: groq, api_key: "${NOPE}" } }\n');
    expect([config, dataDir]).toEqual([undefined, '/data']);
  });

  test.each([
    ['data_dri: /a'],
    ['databse: postgres://a/b'],
    ['data_dir: 5'],
    ['data_dir: ${NOPE}'],
    ['data_dir: [1'],
    ['- 1'],
    ['data_dir: /a\ndata_dir: /b'],
  ])('is never guessed after %j', (text) => expect(loadText(text).dataDir).toBeUndefined());

  test.each([['listne: 127.0.0.1:1'], ['unheard_of: 1'], ['data_dir: /home/.local/share/x\nmodelz: {}']])(
    'is known after %j: keys can be revoked whatever else is wrong',
    (text) => expect(loadText(text).dataDir).toBeDefined(),
  );

  test('is never guessed after a bad flag', () => {
    expect(loadText('data_dir: /a', { flags: { dataDir: '' } }).dataDir).toBeUndefined();
  });
});

describe('references in a file', () => {
  test('stand for text, numbers and truth values', () => {
    const env = { LEVEL: 'debug', N: '2', BODIES: 'true', HOST: '127.0.0.1' };
    const config = configOf(
      'listen: ${HOST}:80\nlog: { level: "${LEVEL}", bodies: "${BODIES}" }\nretry: { attempts: "${N}" }',
      { env },
    );
    expect([config.listen.text, config.log, config.retry.attempts]).toEqual([
      '127.0.0.1:80',
      { level: 'debug', bodies: true },
      2,
    ]);
  });

  test('keep a key of digits a text', () => {
    const text = 'providers: { p: { preset: groq, api_key: "${K}" } }';
    expect(configOf(text, { env: { K: '12345' } }).providers[0]?.apiKeys).toEqual(['12345']);
  });

  test('to a file start at the directory of the configuration file', () => {
    const files = { '/etc/th/keys/groq': 'sk-file\n', '/conf/keys/groq': 'sk-conf\n' };
    const text = 'providers: { p: { preset: groq, api_key: "${file:keys/groq}" } }';
    expect(configOf(text, { files }).providers[0]?.apiKeys).toEqual(['sk-file']);
    const elsewhere = { files: { ...files, '/conf/th.yaml': text }, flags: { config: '/conf/th.yaml' } };
    expect(configOf(undefined, elsewhere).providers[0]?.apiKeys).toEqual(['sk-conf']);
  });

  test('that are missing are reported together, each with its line, and nothing follows from them', () => {
    const text =
      'providers:\n  p:\n    preset: groq\n    api_key: ${NOPE}\n    base_url: ${file:nope}\n    timeouts: { idle: "${IDLE}" }\n';
    expect(problemsOf(text)).toEqual([
      'th.yaml:4: providers.p.api_key: environment variable NOPE is not set. Set NOPE, or write the value here.',
      'th.yaml:5: providers.p.base_url: file nope cannot be read: ENOENT. Create it, or allow this user to read it.',
      'th.yaml:6: providers.p.timeouts.idle: environment variable IDLE is not set. Set IDLE, or write the value here.',
    ]);
  });

  test('through an anchor count wherever it is used', () => {
    const text = 'providers:\n  a: &a { preset: groq, api_key: "${K}" }\n  b: *a\n  c: { <<: *a, pace: 1s }\n';
    expect(problemsOf(text, { env: { K: 'k' }, mode: 0o644 })).toEqual([
      'th.yaml:4: providers.c.pace: belongs to preset: demo alone. Remove it.',
    ]);
  });
});
