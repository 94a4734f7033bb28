import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { post, requestBody, type ClientShape } from '../support/clients.ts';
import { programCommand } from '../support/gateway.ts';
import { runProgram, scratchDirectory, startProgram, type RunningProgram } from '../support/program.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const SHAPES: readonly ClientShape[] = ['openai', 'anthropic'];
/** Of no vendor's form, so that nothing but knowing the key can take it out. */
const PROVIDER_KEY = 'Zq7PlantedProviderKey4Xw9';
const PROVIDER_HEADER = 'Zq7PlantedHeaderSecret8Yv';
const PROMPT = 'Zq7PlantedPromptText2Kd';
const ANSWER = 'Zq7PlantedAnswerText5Rt';
const OTHER_CLIENT_SECRET = 'Zq7PlantedCookieOfTheClient';

const scratch = scratchDirectory();
const dataDir = scratch.file('data');
let upstream: ScriptedUpstream;
let program: RunningProgram;
let configFile: string;
let endpoint: { readonly url: string; readonly key: string };
let keyId: string;

beforeAll(async () => {
  upstream = await ScriptedUpstream.start((exchange) => exchange.json(200, openaiCompletion()));
  configFile = scratch.file('config.yaml');
  writeFileSync(
    configFile,
    `log: { level: debug }
providers:
  openai: { shape: openai, base_url: "${upstream.url}/v1", api_key: ${PROVIDER_KEY}, headers: { x-secret: ${PROVIDER_HEADER} } }
  anthropic: { shape: anthropic, base_url: "${upstream.url}", api_key: ${PROVIDER_KEY}, headers: { x-secret: ${PROVIDER_HEADER} } }
  gone: { shape: openai, base_url: "http://127.0.0.1:1/v1", api_key: ${PROVIDER_KEY} }
models:
  openai: { targets: [{ provider: openai, model: openai }] }
  anthropic: { targets: [{ provider: anthropic, model: anthropic }] }
  gone: { targets: [{ provider: gone, model: gone }] }
  any/*: { targets: [{ provider: openai, model: "*" }] }
`,
    { mode: 0o600 },
  );
  const made = await runProgram(['keys', 'create', '--name', 't', '--json', '--data-dir', dataDir]);
  const { key, id } = JSON.parse(made.stdout) as { key: string; id: string };
  keyId = id;
  program = startProgram(['serve', '--config', configFile, '--data-dir', dataDir, '--listen', '127.0.0.1:0'], {
    cwd: scratch.path,
  });
  endpoint = { url: await program.listening(), key };
});
afterAll(async () => {
  await program?.close();
  await upstream?.stop();
  scratch.remove();
});

/** Everything the program leaves behind for others to read, but what a client was answered. */
async function everythingWritten(): Promise<Record<string, string>> {
  const flags = ['--config', configFile, '--data-dir', dataDir];
  const verbs = [['config', 'show'], ['config', 'show', '--json'], ['config', 'check'], ['keys', 'list'], ['models']];
  const written: Record<string, string> = { log: program.output() };
  for (const verb of [...verbs, ['keys', 'list', '--json'], ['keys', 'show', keyId], ['models', '--json']]) {
    const { stdout, stderr } = await runProgram([...verb, ...flags]);
    expect(`${stdout}${stderr}`.length, verb.join(' ')).toBeGreaterThan(0);
    written[verb.join(' ')] = `${stdout}${stderr}`;
  }
  for (const { name, parentPath } of readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  ))
    written[name] = readFileSync(join(parentPath, name), 'latin1');
  return written;
}

describe('fault 28: secrets planted everywhere', () => {
  const echo = `your key ${PROVIDER_KEY} was seen, as was ${PROVIDER_HEADER}`;

  test('are in no log, database, verb or answer', async () => {
    const answers: string[] = [];
    const call = async (shape: ClientShape, body: unknown, headers: Record<string, string> = {}) => {
      const all = { cookie: OTHER_CLIENT_SECRET, 'x-forwarded-for': OTHER_CLIENT_SECRET, ...headers };
      const response = await post(endpoint, shape, body, { headers: all });
      answers.push(JSON.stringify([...response.headers]), await response.text());
      return response.status;
    };
    const prompt = { messages: [{ role: 'user', content: PROMPT }] };
    const secretHeaders = [
      ['set-cookie', `k=${PROVIDER_KEY}`],
      ['x-api-key', PROVIDER_KEY],
      ['x-request-id', PROVIDER_KEY],
      ['www-authenticate', PROVIDER_KEY],
    ] as const;
    for (const shape of SHAPES) {
      const body = requestBody(shape, shape, prompt);
      for (const status of [400, 401, 403, 404, 429, 500, 529]) {
        const fault = { message: echo, type: 'x', code: PROVIDER_KEY, param: PROVIDER_KEY };
        const document = shape === 'openai' ? { error: fault } : { type: 'error', error: fault };
        upstream.on(shape, (exchange) => exchange.json(status, document, secretHeaders));
        expect(await call(shape, body)).toBeGreaterThanOrEqual(400);
        upstream.on(shape, (exchange) => exchange.answer(status, echo, [['content-type', 'text/plain']]));
        expect(await call(shape, body)).toBeGreaterThanOrEqual(400);
      }
      // An error told within a 200, whole and in the middle of a stream.
      upstream.on(shape, (exchange) => exchange.json(200, { type: 'error', error: { message: echo, type: 'x' } }));
      expect(await call(shape, body)).toBeGreaterThanOrEqual(500);
      upstream.on(shape, (exchange) => exchange.answer(200, `no JSON: ${echo}`));
      expect(await call(shape, body)).toBeGreaterThanOrEqual(500);
      const error = { type: 'error', error: { message: echo, type: 'overloaded_error' } };
      const start = (shape === 'openai' ? openaiStream : anthropicStream)({ pieces: [ANSWER] }).slice(0, 4);
      const told =
        shape === 'openai' ? `data: ${JSON.stringify(error)}\n\n` : `event: error\ndata: ${JSON.stringify(error)}\n\n`;
      upstream.on(shape, (exchange) =>
        // The pause lets the start through: an error that comes with it is told with a status instead.
        exchange.stream([start.join(''), told], {
          delayMs: 30,
          headers: [['content-type', 'text/event-stream'], ...secretHeaders],
        }),
      );
      expect(await call(shape, { ...body, stream: true })).toBe(200);
      expect(answers.at(-1)).toContain(ANSWER);
      upstream.on(shape, (exchange) => exchange.stream(start, { ending: 'reset' }));
      await call(shape, { ...body, stream: true });
    }
    await call('openai', requestBody('openai', 'gone', prompt));
    await call('openai', `{"model":"openai","messages":"${PROMPT}"}`);
    await call('openai', `${PROMPT} is no JSON`);
    // The caller's own words may come back to the caller.
    const told = answers.join('\n').replaceAll(ANSWER, '').replaceAll('Zq7PlantedPrompt', '');
    expect(told.match(/.{0,60}Zq7Planted\w+/)?.[0]).toBeUndefined();

    // Clients' own keys, good and bad, in every place a client may put one.
    const wrong = `${endpoint.key.slice(0, -8)}AAAAAAAA`;
    const foreign = 'sk-proj-Zq7PlantedForeignKeyOfTheClient';
    const refusals: string[] = [];
    for (const bad of [wrong, foreign, `${endpoint.key.slice(0, 30)} ${endpoint.key.slice(30)}`]) {
      for (const headers of [
        { authorization: `Bearer ${bad}` },
        { 'x-api-key': bad },
        { authorization: `Basic ${btoa(bad)}` },
      ]) {
        const response = await fetch(`${endpoint.url}/v1/models`, { headers: headers as Record<string, string> });
        expect(response.status).toBe(401);
        refusals.push(await response.text());
      }
      const inQuery = await fetch(
        `${endpoint.url}/v1/models?key=${encodeURIComponent(bad)}&api_key=${encodeURIComponent(endpoint.key)}`,
      );
      refusals.push(await inQuery.text());
      expect((await fetch(`${endpoint.url}/v1/${encodeURIComponent(endpoint.key)}`)).status).toBe(404);
    }

    await Bun.sleep(1_500); // usage and last use are written once a second
    const written = await everythingWritten();
    for (const [where, text] of Object.entries(written)) {
      for (const secret of [endpoint.key, wrong, endpoint.key.slice(12), foreign, btoa(wrong)]) {
        expect(text.includes(secret), `${secret.slice(0, 16)}… in ${where}`).toBe(false);
      }
      expect(text.match(/.{0,40}Zq7Planted\w+/)?.[0], where).toBeUndefined();
    }
    expect(refusals.join('\n')).not.toContain(endpoint.key.slice(12, -8));
  });

  test('N7: a request is logged without its headers, and with its key’s id alone', async () => {
    upstream.on('openai', (exchange) => exchange.json(200, openaiCompletion()));
    const response = await post(endpoint, 'openai', requestBody('openai', 'openai'));
    const id = response.headers.get('x-th-request-id');
    await response.text();
    await program.said(new RegExp(`"request_id":"${id}"`));
    const line = program.logLines().find(({ request_id }) => request_id === id);
    expect(line).toMatchObject({ key: keyId, model: 'openai', status: 200, input_tokens: 12, output_tokens: 3 });
    expect(
      Object.keys(line ?? {}).filter((name) => /header|auth|cookie|body|prompt|messages|ip|user/i.test(name)),
    ).toEqual([]);
  });
});

describe('fault 29: a client cannot write the log', () => {
  const hostile = [
    'any/line\nbreak\r\n{"level":30,"msg":"forged"}',
    'any/\u001b[2J\u001b[31mred\u0007',
    'any/\u009b31m\u0085next\u2028line\u202egnp.exe',
    `any/${'x'.repeat(1_000)}`,
    'none/"quoted\\"',
    '\u0000',
    'any/\ud800',
  ];

  test('one JSON line a request, whatever the model is called, and a bounded one', async () => {
    const ids: string[] = [];
    for (const model of [...hostile, `any/${'y'.repeat(1024 * 1024)}`]) {
      for (const shape of SHAPES) {
        const response = await post(endpoint, shape, requestBody(shape, model));
        expect(response.status, JSON.stringify(model.slice(0, 40))).toBeLessThan(500);
        expect((await response.text()).length).toBeLessThan(20_000);
        expect(JSON.stringify([...response.headers]).length).toBeLessThan(12_000);
        ids.push(response.headers.get('x-th-request-id') ?? '');
      }
    }
    await program.said(new RegExp(`"request_id":"${ids.at(-1)}"`));
    const lines = program
      .output()
      .split('\n')
      .filter((line) => line !== '');
    for (const line of lines) {
      expect(() => JSON.parse(line) as unknown, line.slice(0, 200)).not.toThrow();
      expect(line.length).toBeLessThan(3_000);
      // eslint-disable-next-line no-control-regex
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
    }
    for (const id of ids) expect(lines.filter((line) => line.includes(id))).toHaveLength(1);
    expect(program.logLines().filter(({ msg }) => msg === 'forged')).toHaveLength(0);
  });

  test.skipIf(Bun.which('script') === null)('nor move the cursor of a terminal that shows it', async () => {
    const directory = scratch.file('terminal-data');
    const made = await runProgram(['keys', 'create', '--name', 't', '--json', '--data-dir', directory]);
    const { key } = JSON.parse(made.stdout) as { key: string };
    const words = [
      ...programCommand(),
      'serve',
      '--config',
      configFile,
      '--data-dir',
      directory,
      '--listen',
      '127.0.0.1:0',
    ];
    const terminal = startProgram(['-qefc', `exec ${words.map((word) => `'${word}'`).join(' ')}`, '/dev/null'], {
      cwd: scratch.path,
      command: ['script'],
      env: { TERM: 'xterm' },
    });
    await terminal.said(/http:\/\/127\.0\.0\.1:\d+/);
    const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(terminal.output()) ?? [];
    const before = terminal.output().length;
    for (const model of hostile) await (await post({ url, key }, 'openai', requestBody('openai', model))).text();
    await (await post({ url, key }, 'openai', requestBody('openai', 'the-last-one'))).text();
    await terminal.said(/the-last-one/);
    const shown = terminal.output().slice(before).replaceAll('\r\n', '\n');
    // NO_COLOR is set, so every control character but the line's end would be the client's.
    // eslint-disable-next-line no-control-regex
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
    expect(shown.split('\n').filter((line) => line.startsWith('{'))).toEqual([]);
    expect(shown.trim().split('\n')).toHaveLength(hostile.length + 1);
    await terminal.close();
  });
});

test('a log that nobody reads any more does not stop the service', async () => {
  const directory = scratch.file('no-reader');
  const made = await runProgram(['keys', 'create', '--name', 't', '--json', '--data-dir', directory]);
  const { key } = JSON.parse(made.stdout) as { key: string };
  const words = [
    ...programCommand(),
    'serve',
    '--config',
    configFile,
    '--data-dir',
    directory,
    '--listen',
    '127.0.0.1:0',
  ];
  // `head` takes the first line and goes; the pid is told on standard error.
  const server = startProgram(
    [`{ echo pid $$ >&2; exec ${words.map((word) => `'${word}'`).join(' ')}; } | head -n 1`],
    {
      command: ['/bin/bash', '-c'],
      cwd: scratch.path,
    },
  );
  const url = await server.listening();
  for (let i = 0; i < 20; i++) {
    const response = await post({ url, key }, 'openai', requestBody('openai', 'openai'));
    expect(response.status).toBe(200);
    await response.text();
    await Bun.sleep(20);
  }
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const pids = Bun.spawnSync(['pgrep', '-P', String(server.pid)])
    .stdout.toString()
    .trim()
    .split('\n')
    .map(Number);
  for (const pid of pids) process.kill(pid, 'SIGTERM');
  expect(await server.exited).toBe(0);
});
