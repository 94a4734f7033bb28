/** That a prompt can be proved to arrive as it was sent, by the lines of docs/clients.md and by what an upstream gets. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { type ClientShape, post } from '../support/clients.ts';
import { readExamples } from '../support/pages.ts';
import { startRelay, type RelayFixture } from '../support/relay-fixture.ts';

setDefaultTimeout(30_000);

const MESSAGES = '[ {"role":"user","content":"H\\u00e9 é \\/ 🌍 1.0"} ]';
const SYSTEM = '[{"text":"Be  brief.", "type":"text"}]';

const answers: Record<ClientShape, readonly [json: object, stream: string]> = {
  openai: [openaiCompletion(), openaiStream().join('')],
  anthropic: [anthropicMessage(), anthropicStream().join('')],
};

let relay: RelayFixture;
beforeAll(async () => {
  relay = await startRelay({
    providers: { demo: { preset: 'demo' } },
    models: { 'tokenharbor/demo': { targets: [{ provider: 'demo', model: 'demo' }] } },
  });
});
afterAll(() => relay?.stop());

describe('X-TH-Prompt-Digest', () => {
  test('the page’s lines say that the prompt is unchanged', async () => {
    const lines = readExamples('docs/clients.md')
      .map(({ code }) => code)
      .filter((code) => code.includes('X-TH-Prompt-Digest'));
    expect(lines).toHaveLength(1);
    const code = (lines[0] ?? '').replaceAll('127.0.0.1:8787', `127.0.0.1:${relay.gateway.port}`);
    expect(await run(code)).toEqual({
      code: 0,
      stdout: `unchanged: ${digestOf('[{"role": "user", "content": "Say hello"}]')}\n`,
      stderr: '',
    });
    // And that they would notice: the lines expect another prompt than the one they send.
    const changed = await run(code.replace('printf %s "$messages"', 'printf "%s " "$messages"'));
    expect(changed).toMatchObject({ code: 1, stdout: '' });
  });

  for (const shape of ['openai', 'anthropic'] as const) {
    for (const stream of [false, true]) {
      test(`${shape}, ${stream ? 'stream' : 'JSON'}: the digest of what was sent, and of what arrived`, async () => {
        const { response, arrived } = await ask(shape, stream, { 'X-TH-Prompt-Digest': 'on' });
        const prompt = shape === 'anthropic' ? `${SYSTEM}\n${MESSAGES}` : MESSAGES;
        expect(arrived).toContain(MESSAGES);
        expect(response.headers.get('x-th-prompt-digest')).toBe(digestOf(prompt));
      });
    }
  }

  test('is told to those alone who ask, and asked of no upstream', async () => {
    for (const headers of [{}, { 'X-TH-Prompt-Digest': 'off' }]) {
      const { response } = await ask('openai', false, headers);
      expect(response.headers.has('x-th-prompt-digest')).toBe(false);
    }
    const { received } = await ask('openai', false, { 'X-TH-Prompt-Digest': 'on' });
    expect(received.length).toBeGreaterThan(2);
    expect(received.filter(([name]) => name.toLowerCase().startsWith('x-th-'))).toEqual([]);
  });
});

async function ask(shape: ClientShape, stream: boolean, headers: Readonly<Record<string, string>>) {
  const [json, events] = answers[shape];
  const target = relay.target(shape, (exchange) => (stream ? exchange.stream([events]) : exchange.json(200, json)));
  relay.upstream.requests.length = 0;
  const system = shape === 'anthropic' ? `"system" : ${SYSTEM} ,` : '';
  const body = `{"model":"${target.id}","max_tokens":9,"stream":${stream}, "messages":\n${MESSAGES} ,${system}"th_x":1}`;
  const response = await post(relay, shape, body, { headers });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  const [request] = relay.upstream.requests;
  return { response, arrived: request?.text() ?? '', received: request?.headers ?? [] };
}

function digestOf(prompt: string): string {
  return `sha-256=:${createHash('sha256').update(prompt).digest('base64')}:`;
}

async function run(script: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = Bun.spawn(['bash', '-c', script], {
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', TOKENHARBOR_KEY: relay.key },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, stdout, stderr };
}
