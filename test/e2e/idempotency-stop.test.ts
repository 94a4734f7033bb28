/** Idempotency keys, and a gateway that stops, is killed or reads its configuration again. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { post, requestBody, type ClientShape } from '../support/clients.ts';
import { expectFailedStream } from '../support/failed-stream.ts';
import { runProgram, scratchDirectory, startProgram, type RunningProgram } from '../support/program.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { readStream } from '../support/sse-events.ts';

setDefaultTimeout(60_000);

const SHAPES: readonly ClientShape[] = ['openai', 'anthropic'];
const STREAMS = { openai: openaiStream, anthropic: anthropicStream } as const;
const ANSWERS = { openai: openaiCompletion, anthropic: anthropicMessage } as const;

const scratch = scratchDirectory();
const configFile = scratch.file('config.json');
let upstream: ScriptedUpstream;
const running: RunningProgram[] = [];

beforeAll(async () => {
  upstream = await ScriptedUpstream.start();
  for (const shape of SHAPES) {
    upstream.on(`${shape}-answers`, (exchange) => exchange.json(200, ANSWERS[shape]({ id: crypto.randomUUID() })));
    upstream.on(`${shape}-hangs`, (exchange) => exchange.stream(STREAMS[shape]().slice(0, 4), { ending: 'stall' }));
    upstream.on(`${shape}-silent`, (exchange) => exchange.stall());
  }
  writeConfig({});
});
afterAll(async () => {
  for (const program of running) await program.close();
  await upstream.stop();
  scratch.remove();
});

function writeConfig(more: object): void {
  const models: Record<string, object> = {};
  for (const shape of SHAPES) {
    for (const name of ['answers', 'hangs', 'silent']) {
      models[`${shape}-${name}`] = { targets: [{ provider: shape, model: `${shape}-${name}` }] };
    }
  }
  const providers = { openai: providerOf(upstream, 'openai'), anthropic: providerOf(upstream, 'anthropic') };
  writeFileSync(configFile, JSON.stringify({ providers, models, ...more }), { mode: 0o600 });
}

interface Served {
  readonly program: RunningProgram;
  readonly url: string;
  readonly key: string;
}

async function serve(dataDir: string, ...flags: string[]): Promise<Served> {
  const args = ['serve', '--config', configFile, '--data-dir', dataDir, '--listen', '127.0.0.1:0', ...flags];
  const program = startProgram(args, { cwd: scratch.path });
  running.push(program);
  const url = await program.listening();
  const made = await runProgram(['keys', 'create', '--name', 't', '--json', '--data-dir', dataDir]);
  const { key } = JSON.parse(made.stdout) as { key: string };
  return { program, url, key };
}

function ask(
  at: Served,
  shape: ClientShape,
  name: string,
  extra: object = {},
  signal?: AbortSignal,
): Promise<Response> {
  return post(at, shape, requestBody(shape, `${shape}-${name}`, extra), {
    headers: { 'idempotency-key': `${shape}-${name}` },
    ...(signal === undefined ? {} : { signal }),
  });
}

const requestLines = ({ program }: Served) => program.logLines().filter(({ msg }) => msg === 'request');
const isReplay = ({ headers }: Response) => headers.get('idempotent-replayed') === 'true';

describe('fault 63, fault 64: a stop', () => {
  test('ends those who are attached like everybody, in their shape', async () => {
    const at = await serve(scratch.file('drain'), '--drain-timeout', '400ms');
    const calls = SHAPES.flatMap((shape) => [
      ...Array.from({ length: 3 }, () => ({ shape, answer: ask(at, shape, 'hangs', { stream: true }) })),
      ...Array.from({ length: 3 }, () => ({ shape, answer: ask(at, shape, 'silent') })),
    ]);
    for (const shape of SHAPES) {
      await upstream.received(1, `${shape}-hangs`);
      await upstream.received(1, `${shape}-silent`);
    }
    await Bun.sleep(200);
    at.program.signal('SIGTERM');
    let replays = 0;
    for (const { shape, answer } of calls) {
      const response = await answer;
      if (isReplay(response)) replays++;
      if (response.status === 200) {
        expect(expectFailedStream(shape, await readStream(response)).message).toContain('shutting down');
      } else {
        expect(response.status).toBe(503);
        expect(await response.text()).toContain('shutting down');
      }
    }
    expect(replays).toBe(8);
    expect(await at.program.exited).toBe(0);
    const outcomes = requestLines(at).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'interrupted')).toHaveLength(4);
    expect(outcomes.filter((outcome) => outcome === 'replayed')).toHaveLength(8);
    for (const shape of SHAPES) expect(upstream.requestsFor(`${shape}-hangs`)).toHaveLength(1);
  });

  test('does not wait for an answer whose client has left, and tells and counts it', async () => {
    const dataDir = scratch.file('deserted');
    const at = await serve(dataDir);
    for (const [shape, name] of SHAPES.flatMap((one) => [[one, 'hangs'] as const, [one, 'silent'] as const])) {
      const before = upstream.requestsFor(`${shape}-${name}`).length;
      const client = new AbortController();
      const answer = ask(at, shape, name, { stream: name === 'hangs' }, client.signal);
      await upstream.received(before + 1, `${shape}-${name}`);
      if (name === 'hangs') await (await answer).body!.getReader().read();
      client.abort();
      await answer.catch(() => undefined);
    }
    await Bun.sleep(100);
    const stoppedMs = performance.now();
    at.program.signal('SIGTERM');
    expect(await at.program.exited).toBe(0);
    expect(performance.now() - stoppedMs).toBeLessThan(10_000);
    expect(requestLines(at).map(({ outcome }) => outcome)).toEqual(Array(4).fill('client_abort'));
    const { url } = await serve(dataDir);
    const usage = await fetch(`${url}/v1/usage`, { headers: { authorization: `Bearer ${at.key}` } });
    expect(((await usage.json()) as { total: { requests: number } }).total.requests).toBe(4);
  });
});

test('fault 63: after a crash a key is free again: nothing is half kept', async () => {
  const dataDir = scratch.file('crash');
  const first = await serve(dataDir);
  const ids: unknown[] = [];
  for (const shape of SHAPES) {
    ids.push(((await (await ask(first, shape, 'answers')).json()) as { id: unknown }).id);
    expect(isReplay(await ask(first, shape, 'answers'))).toBe(true);
    void ask(first, shape, 'hangs', { stream: true }).catch(() => undefined);
  }
  await Bun.sleep(200);
  first.program.signal('SIGKILL');
  await first.program.exited;
  const second = { ...(await serve(dataDir)), key: first.key };
  for (const [i, shape] of SHAPES.entries()) {
    const answer = await ask(second, shape, 'answers', { temperature: 1 });
    expect([answer.status, isReplay(answer)]).toEqual([200, false]);
    expect(((await answer.json()) as { id: unknown }).id).not.toBe(ids[i]);
    const again = await ask(second, shape, 'hangs', { stream: true });
    expect([again.status, isReplay(again)]).toEqual([200, false]);
    await again.body?.cancel();
  }
});

test('SIGHUP: what is kept stays, and new limits hold at once', async () => {
  writeConfig({});
  const at = await serve(scratch.file('reload'));
  const first = await (await ask(at, 'openai', 'answers')).text();
  const reload = async (more: object, times: number) => {
    writeConfig(more);
    at.program.signal('SIGHUP');
    await at.program.said(new RegExp(`(?:configuration reloaded[\\s\\S]*){${times}}`));
  };
  await reload({ server: { heartbeat: '5s' } }, 1);
  const kept = await ask(at, 'openai', 'answers');
  expect([isReplay(kept), await kept.text()]).toEqual([true, first]);
  await reload({ idempotency: { memory: '0B' } }, 2);
  for (let i = 0; i < 2; i++) expect(isReplay(await ask(at, 'openai', 'answers'))).toBe(false);
  writeConfig({});
});
