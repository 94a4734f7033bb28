import { describe, expect, test } from 'bun:test';
import { problemsOf } from './load.fixture.ts';

const EVERYTHING_WRONG = `listen: 127.0.0.1
lisen: 1
log: { level: inof, bodies: "yes" }
server:
  max_body: 32 MiB
  heartbeat: 10
  trusted_proxies: [10.0.0.0/33]
providers:
  a/b: { preset: openai }
  mine:
    shape: openai
    base_url: https://u:hunter2@h.example/v1
    api_key: sk-inline-secret
  nothing: {}
  far: { shape: anthropic, base_url: http://h.example, api_key: "\${KEY}" }
models:
  m1:
    targets: [{ provider: mien, model: x }, { provider: mine }]
    aliases: [m2, dup, dup]
    price: { input: -1, output: 0.0000000001 }
  m2:
    targets: [{ provider: mine, model: "*" }]
    aliases: [m1, dup]
  m3: { context: 1.5 }
retry: { attempts: 0 }
`;

describe('fault 67: everything wrong with a file is reported at once, with line and fix', () => {
  const lines = problemsOf(EVERYTHING_WRONG, { env: { KEY: 'k' }, mode: 0o644 });

  test('as this golden list', () => {
    expect(lines).toEqual([
      'th.yaml:1: listen: is not HOST:PORT, [IPV6]:PORT or unix:/path. Correct it.',
      'th.yaml:2: lisen: unknown key "lisen". Did you mean "listen"?',
      'th.yaml:3: log.level: expected one of trace, debug, info, warn, error, fatal, silent, found "inof". Did you mean info?',
      'th.yaml:3: log.bodies: expected true or false, found "yes". Correct the value.',
      'th.yaml:5: server.max_body: expected a size such as 512KiB, 32MiB or 1GB, found "32 MiB". Correct the value.',
      'th.yaml:6: server.heartbeat: expected a duration such as 120ms, 5s, 30m or 1h, found 10. Correct the value.',
      'th.yaml:7: server.trusted_proxies[0]: is not an address or a CIDR range such as 10.0.0.0/8. Correct it.',
      'th.yaml:9: providers["a/b"]: name "a/b" cannot be used. Write letters, digits, dots, dashes and underscores.',
      'th.yaml:12: providers.mine.base_url: holds a user name or password. Remove it and give the key as api_key.',
      'th.yaml:13: providers.mine.api_key: warning: is a secret in a file that everybody on this machine can read. Run chmod 600 th.yaml, or write a reference such as ${NAME} instead.',
      'th.yaml:14: providers.nothing.shape: is missing, and so is a preset. Add shape: openai (or anthropic) and base_url, or preset: NAME.',
      'th.yaml:14: providers.nothing.base_url: is missing. Add base_url: https://HOST/v1.',
      'th.yaml:15: providers.far.base_url: warning: sends the key over plain http to h.example. Use https.',
      'th.yaml:18: models.m1.targets[1].model: is missing. Add it, for example model: "qwen/qwen3-max".',
      'th.yaml:18: models.m1.targets[0].provider: unknown provider "mien". Did you mean "mine"?',
      'th.yaml:19: models.m1.aliases[0]: alias loop: m1 -> m2 -> m1. Remove it, or choose another name.',
      'th.yaml:19: models.m1.aliases[2]: duplicate alias "dup", which m1 has already. Remove it, or choose another name.',
      'th.yaml:20: models.m1.price.input: expected an amount in US dollars such as 1.2 or "0.000000001", at most 9 decimals, found "-1". Correct the value.',
      'th.yaml:20: models.m1.price.output: expected an amount in US dollars such as 1.2 or "0.000000001", at most 9 decimals, found "0.0000000001". Correct the value.',
      'th.yaml:22: models.m2.targets[0].model: holds a *, but the id is not a glob. Name a model, or write the id with a *.',
      'th.yaml:23: models.m2.aliases[0]: alias loop: m2 -> m1 -> m2. Remove it, or choose another name.',
      'th.yaml:23: models.m2.aliases[1]: duplicate alias "dup", which m1 has already. Remove it, or choose another name.',
      'th.yaml:24: models.m3.targets: is missing. Add it.',
      'th.yaml:24: models.m3.context: expected a whole number of at least 1, found 1.5. Correct the value.',
      'th.yaml:25: retry.attempts: expected a whole number from 1 to 10, found 0. Correct the value.',
    ]);
  });

  test('with no secret in any line', () => {
    expect(lines.join('\n')).not.toContain('hunter2');
    expect(lines.join('\n')).not.toContain('sk-inline');
  });
});

describe('the text of a file', () => {
  test('that is not YAML is reported with its line and nothing else', () => {
    expect(problemsOf('listen: 127.0.0.1:1\nlog: [1, 2\nlisen: x\n')).toEqual([
      'th.yaml:3: (yaml): is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]. Correct the syntax.',
    ]);
  });

  test('is one document', () => {
    expect(problemsOf('listen: 127.0.0.1:1\n---\nlisten: 127.0.0.1:2\n')).toEqual([
      'th.yaml:2: (yaml): has more than one document. Keep one: what stands before or after ---.',
    ]);
  });

  test('may not repeat a key, and is judged all the same', () => {
    expect(problemsOf('listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\nlog: 5\n')).toEqual([
      'th.yaml:2: (yaml): repeats the key listen. Keep one of them.',
      'th.yaml:3: log: expected a map of keys, found 5. Correct the value.',
    ]);
  });

  test('with an alias that leads nowhere is reported', () => {
    expect(problemsOf('listen: *nope\n')).toEqual([
      'th.yaml:1: (yaml): is not valid YAML: Unresolved alias (the anchor must be set before the alias): nope. Correct the anchors and aliases.',
    ]);
  });

  test('that unfolds without end is refused', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`);
    const [problem] = problemsOf(`a0: &a0 [x]\n${levels.join('\n')}\n`);
    expect(problem).toContain('Excessive alias count');
  });

  test('must be a map', () => {
    expect(problemsOf('- 1\n')).toEqual([
      'th.yaml:1: (root): expected a map of keys, found a list. Correct the value.',
    ]);
  });

  test('that is not there is an error, not an empty configuration', () => {
    expect(problemsOf(undefined, { flags: { config: 'nope.yaml' } })).toEqual([
      'nope.yaml:1: (file): cannot be read: ENOENT. Create it (tokenharbor config init prints a starter file), or correct --config.',
    ]);
    expect(problemsOf(undefined, { env: { TOKENHARBOR_CONFIG: '/nope' } })[0]).toEndWith(
      'or correct TOKENHARBOR_CONFIG.',
    );
  });
});

describe('a secret in the file itself', () => {
  const text = `database: postgres://u:p@h/db
providers:
  a: { preset: groq, api_key: sk-1, headers: { x-team: blue, x-auth-token: t } }
  b: { preset: groq, api_keys: ["\${K}", sk-2] }
`;
  const exposedAt = (mode: number): readonly string[] =>
    problemsOf(text, { env: { K: 'k' }, mode })
      .filter((line) => line.includes('is a secret'))
      .map((line) => line.split(': ')[1] ?? '');

  test('is warned about when everybody can read it, and a reference is not', () => {
    expect(exposedAt(0o644)).toEqual([
      'database',
      'providers.a.api_key',
      'providers.a.headers.x-auth-token',
      'providers.b.api_keys[1]',
    ]);
  });

  test('is fine when only its owner and group can', () => expect(exposedAt(0o640)).toEqual([]));
});
