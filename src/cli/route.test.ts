import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'tokenharbor-route-'));
afterAll(() => rmSync(folder, { recursive: true }));
const FILE = join(folder, 'th.yaml');
writeFileSync(
  FILE,
  `providers:
  a: { shape: openai, base_url: "http://127.0.0.1:9/v1" }
  b: { shape: anthropic, base_url: "http://127.0.0.1:9", api_key: "\${KEY}" }
models:
  m:
    targets:
      - { provider: a, model: x, dialect: { images: none } }
      - { provider: b, model: y, price: { input: 1, output: 2 } }
  w: { targets: [{ provider: a, model: x, weight: 3 }, { provider: b, model: y, weight: 1 }] }
  c: { policy: cost, targets: [{ provider: a, model: x, price: { input: 3, output: 3 } }, { provider: b, model: y, price: { input: 1, output: 1 } }] }
  "g/*": { targets: [{ provider: a, model: "*" }] }
  blind: { targets: [{ provider: a, model: x }, { provider: a, model: y }], vision: false }
`,
);

async function explain(input: string, ...flags: string[]) {
  let out = '';
  let err = '';
  const code = await run(['route', 'explain', '--config', FILE, ...flags], {
    env: { HOME: folder, KEY: 'k' },
    cwd: folder,
    stdin: Readable.from([input]),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { code, out, err, json: () => JSON.parse(out) };
}

const body = (more: object = {}) =>
  JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...more });
const IMAGE = { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x/y' } }] }] };

describe('route explain', () => {
  test('says which target would serve a body, and why', async () => {
    const { code, json } = await explain(body());
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      model: 'm',
      target: { provider: 'a', model: 'x', shape: 'openai', crosses: false },
      reason: 'priority 0; it speaks the shape openai',
      needs: [],
      policy: 'weight',
    });
  });

  test('says what the others lack', async () => {
    const { json } = await explain(body(IMAGE));
    expect(json()).toMatchObject({
      target: { provider: 'b', crosses: true },
      reason: 'priority 0, since a reads no images',
      needs: ['images'],
      targets: [
        { provider: 'b', fits: true, lacks: [] },
        { provider: 'a', fits: false, lacks: ['images'] },
      ],
    });
  });

  test('knows the shape by the body, unless it is told', async () => {
    expect((await explain(body({ system: 's' }))).json().target.provider).toBe('b');
    expect((await explain(body(), '--shape', 'anthropic')).json().target.provider).toBe('b');
    expect((await explain(body(), '--shape', 'gemini')).code).toBe(2);
  });

  test('tells shares, the cheapest, and a lone target', async () => {
    expect((await explain(body(), '--model', 'w')).json().reason).toBe('priority 0; 75 % of the sessions');
    const cheapest = (await explain(body(), '--model', 'c')).json();
    expect([cheapest.target.provider, cheapest.reason]).toEqual(['b', 'priority 0; the cheapest of 2 targets']);
    expect((await explain('{"messages":[]}', '--model', 'g/z')).json()).toMatchObject({
      model: 'g/z',
      target: { model: 'z' },
      reason: 'the only target',
    });
  });

  test('tells the error that the client would get, and fails', async () => {
    const unknown = await explain(body(), '--model', 'nobody');
    expect([unknown.code, unknown.json().error.code]).toEqual([1, 'model_not_found']);
    const blind = await explain(body(IMAGE), '--model', 'blind');
    expect([blind.code, blind.json().error]).toEqual([
      1,
      {
        code: 'unsupported_value',
        message: 'No place that serves blind can honour this request: a reads no images',
        param: 'messages',
      },
    ]);
    expect((await explain('nonsense')).json().error.code).toBe('invalid_json');
    expect((await explain('')).code).toBe(1);
  });

  test('--jsonl: a decision for each line, in order, errors among them', async () => {
    const { code, out } = await explain(`${body()}\n\r\n[]\n${body({ model: 'w' })}`, '--jsonl');
    expect(code).toBe(1);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ model, error }) => model ?? error.code)).toEqual(['m', 'invalid_json', 'w']);
    expect((await explain(`${body()}\n${body()}\n`, '--jsonl')).code).toBe(0);
  });
});
