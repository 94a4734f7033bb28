/** Keys that end, and keys that are replaced, while they are in use. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicMessage, openaiCompletion } from '../support/answers.ts';
import { type ClientShape, post, requestBody } from '../support/clients.ts';
import { type Gateway, type MintedKey, startGateway } from '../support/gateway.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const SHAPES = ['openai', 'anthropic'] as const;

let upstream: ScriptedUpstream;
let gateway: Gateway;
beforeAll(async () => {
  upstream = await ScriptedUpstream.start();
  upstream.on('openai', (exchange) => exchange.json(200, openaiCompletion()));
  upstream.on('anthropic', (exchange) => exchange.json(200, anthropicMessage()));
  gateway = await startGateway({
    config: {
      providers: { openai: providerOf(upstream, 'openai'), anthropic: providerOf(upstream, 'anthropic') },
      models: Object.fromEntries(
        SHAPES.map((shape) => [
          shape,
          { targets: [{ provider: shape, model: shape }], price: { input: 1, output: 2 } },
        ]),
      ),
    },
  });
});
afterAll(async () => {
  await gateway?.stop();
  await upstream?.stop();
});

interface Asked {
  readonly status: number;
  /** When it was sent, by `performance.now()`. */
  readonly atMs: number;
}

async function ask(shape: ClientShape, { key }: MintedKey): Promise<Asked> {
  const atMs = performance.now();
  const response = await post({ url: gateway.url, key }, shape, requestBody(shape, shape));
  await response.bytes();
  return { status: response.status, atMs };
}

/** Clients that ask one request after the other, in both shapes, until told to stop. */
function keepAsking(key: MintedKey, clients: number) {
  const all: Asked[] = [];
  let isOver = false;
  const done = Promise.all(
    Array.from({ length: clients }, async (_, at) => {
      while (!isOver) {
        all.push(await ask(SHAPES[at % 2] as ClientShape, key));
        await Bun.sleep(2);
      }
    }),
  );
  return {
    all,
    async stop(): Promise<Asked[]> {
      isOver = true;
      await done;
      return all;
    },
  };
}

test('fault 24: a revoked key is refused within a second, under load, in both shapes', async () => {
  const key = await gateway.mintKey();
  const load = keepAsking(key, 6);
  await Bun.sleep(300);
  const { code } = await gateway.run('keys', 'revoke', key.id);
  const revokedMs = performance.now();
  expect(code).toBe(0);
  await Bun.sleep(1500);
  const all = await load.stop();
  expect(all.filter(({ status }) => status === 200).length).toBeGreaterThan(10);
  const late = all.filter(({ status, atMs }) => status === 200 && atMs > revokedMs + 1000);
  expect(late).toEqual([]);
  const after = all.filter(({ atMs }) => atMs > revokedMs + 1000);
  expect(after.length).toBeGreaterThan(0);
  expect(new Set(after.map(({ status }) => status))).toEqual(new Set([401]));
});

describe('fault 25: a key that is rotated under load', () => {
  test('works on through its grace, beside its successor: not one request fails; then it is over', async () => {
    const old = await gateway.mintKey();
    const load = keepAsking(old, 6);
    await Bun.sleep(200);
    const graceMs = 3000;
    const askedMs = performance.now();
    const rotated = await gateway.run('keys', 'rotate', old.id, '--grace', `${graceMs / 1000}s`, '--json');
    const rotatedMs = performance.now();
    expect(rotated.code).toBe(0);
    const next = keepAsking(JSON.parse(rotated.stdout) as MintedKey, 6);
    await Bun.sleep(graceMs + 1500);
    const [before, after] = [await load.stop(), await next.stop()];
    expect(after.length).toBeGreaterThan(50);
    expect(after.filter(({ status }) => status !== 200)).toEqual([]);
    // The grace began while the verb ran. It may be cut by a look-up's age, and never lasts that much longer.
    const within = before.filter(({ atMs }) => atMs < askedMs + graceMs - 100);
    expect(within.length).toBeGreaterThan(50);
    expect(within.filter(({ status }) => status !== 200)).toEqual([]);
    const dead = before.filter(({ atMs }) => atMs > rotatedMs + graceMs + 1000);
    expect(dead.length).toBeGreaterThan(0);
    expect(dead.filter(({ status }) => status !== 401)).toEqual([]);
  });

  test('again and again, without a grace: each is over within a second, and the newest always works', async () => {
    let current = await gateway.mintKey();
    for (let turn = 0; turn < 3; turn++) {
      const rotated = await gateway.run('keys', 'rotate', current.id, '--grace', '0s', '--json');
      const successor = JSON.parse(rotated.stdout) as MintedKey;
      expect((await ask('openai', successor)).status).toBe(200);
      await Bun.sleep(1000);
      expect((await ask('anthropic', current)).status).toBe(401);
      expect((await ask('anthropic', successor)).status).toBe(200);
      current = successor;
    }
  });
});
