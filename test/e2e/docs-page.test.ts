/** The gateway's own documentation: every example of the page is run as it stands, every document held against its schema. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type Language, LANGUAGES, SNIPPETS } from '../../src/server/docs/snippets.ts';
import { type Gateway, PROJECT_ROOT, startGateway } from '../support/gateway.ts';
import { powershellFaults } from '../support/powershell.ts';
import { type Finished, GREETING, missingModules, runCommand, textOfStream } from '../support/run-example.ts';

setDefaultTimeout(30_000);

interface Example {
  readonly language: string;
  readonly shape: string;
  readonly mode: string;
  readonly code: string;
}

const MODELS = {
  'team/fast': { targets: [{ provider: 'secret-vendor', model: 'internal-name' }], price: { input: 0.25, output: 2 } },
  'team/deep': { targets: [{ provider: 'secret-vendor', model: 'internal-name' }] },
};
const PROVIDERS = {
  'secret-vendor': { shape: 'openai', base_url: 'http://vendor.internal/v1', api_key: '${VENDOR_KEY}' },
};
const env = { VENDOR_KEY: 'sk-made-up' };
/** Where models are served: nobody's to know. */
const PRIVATE = ['secret-vendor', 'vendor.internal', 'internal-name', 'sk-made-up'];

let gateway: Gateway;
let directory: string;
let html: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tokenharbor-docs-'));
  gateway = await startGateway();
  html = await (await fetch(`${gateway.url}/docs`)).text();
});
afterAll(async () => {
  await gateway?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** The examples as a reader copies them: the text between the tags. */
function examplesOf(page: string): readonly Example[] {
  const figure =
    /<figure class="snippet" data-language="(\w+)" data-shape="(\w+)" data-mode="(\w+)">[\s\S]*?<code>([\s\S]*?)<\/code>/g;
  return [...page.matchAll(figure)].map(([, language = '', shape = '', mode = '', code = '']) => ({
    language,
    shape,
    mode,
    code: textContent(code),
  }));
}

/** What `textContent` of an element with this markup is. */
function textContent(markup: string): string {
  const names: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return markup.replace(/<[^>]*>/g, '').replace(/&([a-z]+|#39);/g, (_, name: string) => names[name] ?? '?');
}

/** Which of the words stand in a text; the text itself is too long for a report. */
function saidOf(words: readonly string[], text: string): readonly string[] {
  return words.filter((word) => text.includes(word));
}

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}

async function run(command: readonly string[], cwd: string): Promise<Finished> {
  const finished = await runCommand(command, cwd, { HOME: directory, TOKENHARBOR_KEY: gateway.key });
  if (finished.code !== 0) throw new Error(`exit ${finished.code}\n${finished.stdout}\n${finished.stderr}`);
  return finished;
}

describe('the examples of the page', () => {
  test('are there: four languages, both shapes, each as JSON and as a stream, for this very address', () => {
    const examples = examplesOf(html);
    const kinds = examples.map(({ language, shape, mode }) => `${language} ${shape} ${mode}`);
    expect(kinds).toEqual(SNIPPETS.map(({ language, shape, mode }) => `${language} ${shape} ${mode}`));
    expect(new Set(kinds).size).toBe(LANGUAGES.length * 4);
    for (const { code } of examples) {
      expect(code).toContain(gateway.url);
      expect(code).toContain('tokenharbor/demo');
    }
  });

  for (const { language, shape, mode } of SNIPPETS) {
    test(`${language}, ${shape}, ${mode}`, async () => {
      const code = examplesOf(html).find(
        (one) => one.language === language && one.shape === shape && one.mode === mode,
      )?.code;
      if (code === undefined) throw new Error('the page has no such example');
      await RUN[language]({ language, shape, mode, code });
    });
  }

  const RUN: Readonly<Record<Language, (example: Example) => Promise<void>>> = {
    async curl({ shape, mode, code }) {
      const { stdout } = await run(['bash', '-c', code], directory);
      if (mode === 'stream') {
        expect(textOfStream(stdout)).toStartWith(GREETING);
        expect(stdout.trimEnd()).toEndWith(shape === 'openai' ? 'data: [DONE]' : 'data: {"type":"message_stop"}');
      } else {
        const answer = JSON.parse(stdout);
        expect(answer.choices?.[0].message.content ?? answer.content[0].text).toStartWith(GREETING);
      }
    },
    async powershell({ code }) {
      expect(await powershellFaults(code)).toEqual([]);
    },
    async python({ code }) {
      const missing = await missingModules(code);
      if (missing.length > 0) {
        console.warn(`\nTHIS PYTHON HAS NO ${missing.join(', ')}: AN EXAMPLE OF THE PAGE DID NOT RUN\n`);
        return;
      }
      expect((await run(['python3', '-c', code], directory)).stdout).toStartWith(GREETING);
    },
    async typescript({ code }) {
      expect((await run([process.execPath, '-e', code], PROJECT_ROOT)).stdout).toStartWith(GREETING);
    },
  };
});

describe('every answer of the documentation', () => {
  test.each(['/docs', '/docs/', '/docs/page.css', '/docs/page.js', '/docs/icon.svg', '/openapi.json'])(
    '%s: the headers of every answer, and none that lets a page do more than it has to',
    async (path) => {
      const response = await fetch(gateway.url + path);
      expect(response.status).toBe(200);
      expect(response.headers.get('x-th-request-id')).toMatch(/^req_th_/);
      expect(response.headers.get('x-th-steering-applied')).toBe('none');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toStartWith("default-src 'none';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      const head = await fetch(gateway.url + path, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
    },
  );

  test('what is not there is told like everything that is not', async () => {
    for (const path of ['/docs/page.html', '/docs/..%2fetc', '/docs/constructor', '/docs/models/x']) {
      const response = await fetch(gateway.url + path);
      expect([response.status, await codeOf(response)]).toEqual([404, 'unknown_url']);
    }
    expect((await fetch(`${gateway.url}/docs`, { method: 'POST' })).status).toBe(405);
  });
});

describe('the models', () => {
  let closed: Gateway;
  let open: Gateway;
  beforeAll(async () => {
    [closed, open] = await Promise.all([
      startGateway({ config: { providers: PROVIDERS, models: MODELS }, env }),
      startGateway({ config: { providers: PROVIDERS, models: MODELS, docs: { models: 'open' } }, env }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([closed?.stop(), open?.stop()]);
  });

  test('strangers see none of them, nor of their prices', async () => {
    const texts = await Promise.all(
      ['/docs', '/openapi.json', '/docs/page.js'].map(async (path) => (await fetch(closed.url + path)).text()),
    );
    expect(saidOf(['team/', '0.25', ...PRIVATE], texts.join(''))).toEqual([]);
    const refused = await fetch(`${closed.url}/docs/models`);
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'invalid_api_key']);
  });

  test('a key sees what it may use, and never where it is served', async () => {
    const { key } = await closed.mintKey('--models', 'team/fast');
    const response = await fetch(`${closed.url}/docs/models`, { headers: { authorization: `Bearer ${key}` } });
    expect(response.headers.get('cache-control')).toBe('no-store');
    const table = await response.text();
    expect(table).toContain('team/fast');
    expect(table).toContain('0.25');
    expect(saidOf(['team/deep', ...PRIVATE], table)).toEqual([]);
  });

  test('with `docs.models: open` everybody sees all of them', async () => {
    const page = await (await fetch(`${open.url}/docs`)).text();
    const shown = ['team/fast', 'team/deep', '0.25'];
    expect(saidOf([...shown, ...PRIVATE], page)).toEqual(shown);
  });
});

test('`docs.enabled: false` leaves nothing of it', async () => {
  const off = await startGateway({ config: { docs: { enabled: false } } });
  try {
    for (const path of ['/docs', '/docs/page.css', '/docs/models', '/openapi.json']) {
      const headers = { authorization: `Bearer ${off.key}` };
      const response = await fetch(off.url + path, { headers });
      expect([response.status, await codeOf(response)]).toEqual([404, 'unknown_url']);
    }
    expect(await (await fetch(off.url)).json()).not.toHaveProperty('docs');
  } finally {
    await off.stop();
  }
});

test('a reload turns it off and on, and opens the models', async () => {
  const files = mkdtempSync(join(directory, 'reload-'));
  const file = join(files, 'gateway.json');
  const write = (docs: object) =>
    writeFileSync(file, JSON.stringify({ providers: PROVIDERS, models: MODELS, docs }), { mode: 0o600 });
  write({});
  const reloaded = await startGateway({ env: { ...env, TOKENHARBOR_CONFIG: file } });
  const until = async (status: number, said: string) => {
    for (let tries = 0; tries < 200; tries++) {
      const response = await fetch(`${reloaded.url}/docs`);
      if (response.status === status && (await response.text()).includes(said)) return;
      await Bun.sleep(25);
    }
    throw new Error(`it never came to ${status} with ${said}`);
  };
  try {
    await until(200, 'Show the models');
    write({ models: 'open' });
    process.kill(reloaded.pid, 'SIGHUP');
    await until(200, 'team/deep');
    write({ enabled: false });
    process.kill(reloaded.pid, 'SIGHUP');
    await until(404, 'unknown_url');
  } finally {
    await reloaded.stop();
  }
});

describe('the address it tells', () => {
  test.each([
    ['a proxy of the operator', ['127.0.0.0/8'], 'https://gw.example'],
    ['anybody else', ['192.0.2.0/24'], 'http://gw.example'],
  ])('is that of the Host; https is believed from %s: %p', async (_, trusted, base) => {
    const behind = await startGateway({ config: { server: { trusted_proxies: trusted } } });
    try {
      const headers = { host: 'gw.example', 'x-forwarded-proto': 'https' };
      const page = await get(behind.port, '/docs', headers);
      for (const { code } of examplesOf(page)) expect(code).toContain(base);
      expect(JSON.parse(await get(behind.port, '/openapi.json', headers)).servers).toEqual([{ url: base }]);
    } finally {
      await behind.stop();
    }
  });
});

/** `fetch` sends no Host of one's own. */
function get(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, path, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve(text));
      })
      .on('error', reject);
  });
}

describe('what is answered is what OpenAPI says', () => {
  let ajv: Ajv;
  let document: Record<string, Record<string, Record<string, object>>>;
  beforeAll(async () => {
    document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as typeof document;
    ajv = new Ajv({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addSchema({ $id: 'api', ...document });
  });

  /** The schema that the document has for a status of an operation. */
  const faults = (method: string, path: string, status: number, value: unknown) => {
    const at = `api#/paths/${path.replaceAll('/', '~1')}/${method}/responses/${status}/content/application~1json/schema`;
    return ajv.validate(encodeURI(at), value) ? [] : ajv.errorsText();
  };
  const keyed = (headers: Record<string, string> = {}) => ({ authorization: `Bearer ${gateway.key}`, ...headers });

  test.each([
    ['/', '/'],
    ['/livez', '/livez'],
    ['/readyz', '/readyz'],
    ['/v1/models', '/v1/models'],
    ['/v1/models/{id}', '/v1/models/tokenharbor/demo'],
    ['/v1/steering', '/v1/steering'],
    ['/v1/steering/{name}', '/v1/steering/planner'],
    ['/v1/usage', '/v1/usage'],
  ])('GET %s', async (path, asked) => {
    const response = await fetch(gateway.url + asked, { headers: keyed() });
    expect(faults('get', path, response.status, await response.json())).toEqual([]);
  });

  const messages = [{ role: 'user', content: 'Say hello' }];
  const body = { model: 'tokenharbor/demo', max_tokens: 64, messages };
  test.each([
    ['/v1/chat/completions', body, 200],
    ['/v1/messages', body, 200],
    ['/v1/messages/count_tokens', body, 200],
    ['/v1/route', body, 200],
    ['/v1/route', { ...body, model: 'th-orchestra' }, 200],
    ['/v1/chat/completions', { ...body, model: 'none' }, 404],
    ['/v1/messages', { ...body, model: 'none' }, 404],
    ['/v1/messages', { model: 'tokenharbor/demo' }, 400],
  ])('POST %s: %j', async (path, asked, status) => {
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: keyed({ 'content-type': 'application/json' }),
      body: JSON.stringify(asked),
    });
    expect(response.status).toBe(status);
    expect(faults('post', path, status, await response.json())).toEqual([]);
    const known = new Set(Object.keys(document['components']?.['headers'] ?? {}).map((name) => name.toLowerCase()));
    const ours = [...response.headers.keys()].filter((name) => /^(?:x-th-|x-should|retry|x-ratelimit)/.test(name));
    expect(ours.filter((name) => !known.has(name))).toEqual([]);
  });

  test('a schema that does not hold is noticed', () => {
    expect(faults('get', '/livez', 200, { status: 'fine' })).toContain('status');
  });
});
