/** Limits of requests, tokens and concurrency at the running program, in both shapes. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { type ClientShape, post, requestBody } from '../support/clients.ts';
import type { MintedKey } from '../support/gateway.ts';
import { entriesOfKey, openHolds } from '../support/ledger-entries.ts';
import { startRelay, type RelayFixture, type Target } from '../support/relay-fixture.ts';
import type { Exchange, Script } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const SHAPES = ['openai', 'anthropic'] as const;

let relay: RelayFixture;
beforeAll(async () => {
  relay = await startRelay({ targets: 60 });
});
afterAll(() => relay?.stop());

const answers: Record<ClientShape, Script> = {
  openai: (exchange) => exchange.json(200, openaiCompletion()),
  anthropic: (exchange) => exchange.json(200, anthropicMessage()),
};
const STREAM: Record<ClientShape, readonly string[]> = { openai: openaiStream(), anthropic: anthropicStream() };

function ask(target: Target, { key }: MintedKey, extra: object = {}, signal?: AbortSignal): Promise<Response> {
  const options = signal === undefined ? {} : { signal };
  return post(
    { url: relay.url, key },
    target.shape,
    requestBody(target.shape, target.id, { max_tokens: 64, ...extra }),
    options,
  );
}

async function statusOf(target: Target, key: MintedKey, extra: object = {}): Promise<number> {
  const response = await ask(target, key, extra);
  await response.bytes();
  return response.status;
}

let accounts = 0;
/** A key with a limit of its own, or of its account. */
async function limited(scope: 'key' | 'account', ...flags: string[]): Promise<MintedKey> {
  if (scope === 'key') return relay.gateway.mintKey(...flags);
  const account = `limited-${accounts++}`;
  const { code, stderr } = await relay.gateway.run('accounts', 'create', account, ...flags);
  if (code !== 0) throw new Error(stderr);
  return relay.gateway.mintKey('--account', account);
}

/** What a shape's headers tell of one kind of limit. */
function standing(shape: ClientShape, { headers }: Response, kind: 'requests' | 'tokens') {
  const of = (what: string) =>
    headers.get(shape === 'openai' ? `x-ratelimit-${what}-${kind}` : `anthropic-ratelimit-${kind}-${what}`);
  return { limit: of('limit'), remaining: of('remaining'), reset: of('reset') };
}

const RESET: Record<ClientShape, RegExp> = {
  openai: /^(\d+h)?(\d+m)?\d+(\.\d+)?m?s$/,
  anthropic: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
};

const SAYS: Record<ClientShape, (code: string) => object> = {
  openai: (code) => ({ error: { type: 'rate_limit_error', code } }),
  anthropic: () => ({ type: 'error', error: { type: 'rate_limit_error' } }),
};

async function expectDenied(shape: ClientShape, response: Response, code: string): Promise<void> {
  expect(response.status).toBe(429);
  expect(Number(response.headers.get('retry-after'))).toBeWithin(1, 61);
  expect(Number(response.headers.get('retry-after-ms'))).toBe(1000 * Number(response.headers.get('retry-after')));
  expect(response.headers.get('x-should-retry')).toBe('true');
  expect(response.headers.get('request-id')).toStartWith('req_th_');
  expect(await response.json()).toMatchObject(SAYS[shape](code));
}

describe.each(SHAPES)('%s', (shape) => {
  describe.each(['key', 'account'] as const)('limits of %ss', (scope) => {
    test('H8: requests a minute: 429, retry-after and the standing, on success, on denial and on errors', async () => {
      const target = relay.target(shape, answers[shape]);
      const key = await limited(scope, '--rpm', '3');
      for (const left of ['2', '1']) {
        const response = await ask(target, key);
        expect(response.status).toBe(200);
        expect(standing(shape, response, 'requests')).toEqual({
          limit: '3',
          remaining: left,
          reset: expect.stringMatching(RESET[shape]),
        });
        expect(response.headers.has('retry-after')).toBe(false);
        await response.bytes();
      }
      const failing = relay.target(shape, (exchange) => exchange.json(400, { error: { message: 'no' } }));
      const failed = await ask(failing, key);
      expect([failed.status, standing(shape, failed, 'requests').remaining]).toEqual([400, '0']);
      await failed.bytes();

      const denied = await ask(target, key);
      expect(standing(shape, denied, 'requests')).toMatchObject({ limit: '3', remaining: '0' });
      // One comes back in twenty seconds.
      expect(Number(denied.headers.get('retry-after'))).toBeWithin(15, 21);
      await expectDenied(shape, denied, 'rate_limit_exceeded');
      expect(relay.upstream.requestsFor(target.upstreamModel)).toHaveLength(2);
    });

    test('H2, H8: tokens a minute: what is held for counts at once, and what was not used comes back', async () => {
      const released = Promise.withResolvers<void>();
      const target = relay.target(shape, async (exchange) => {
        await released.promise;
        await answers[shape](exchange);
      });
      const key = await limited(scope, '--tpm', '1000');
      // Each counts for its input, some fifty tokens, and for the 260 it asks for: three have room, and no fourth.
      const asked = Array.from({ length: 20 }, () => ask(target, key, { max_tokens: 260 }));
      await relay.upstream.received(3, target.upstreamModel);
      // Those that are refused need not wait for the others.
      await Promise.race(asked.map(async (one) => expect((await one).status).toBe(429)));
      await Bun.sleep(200);
      expect(relay.upstream.requestsFor(target.upstreamModel)).toHaveLength(3);
      released.resolve();
      const responses = await Promise.all(asked);
      const passed = responses.filter(({ status }) => status === 200);
      expect(passed).toHaveLength(3);
      for (const response of passed) {
        expect(standing(shape, response, 'tokens')).toMatchObject({ limit: '1000' });
        await response.bytes();
      }
      for (const response of responses.filter(({ status }) => status !== 200)) {
        await expectDenied(shape, response, 'rate_limit_exceeded');
      }
      // 15 tokens each is what they came to.
      const after = await ask(target, key, { max_tokens: 260 });
      expect(after.status).toBe(200);
      const left = Number(standing(shape, after, 'tokens').remaining);
      expect(left).toBeWithin(1000 - 3 * 15 - 333, 1000 - 260);
      await after.bytes();
    });

    test('concurrency: one more than may be is 429, and a place is free again once its request is over', async () => {
      const gate = Promise.withResolvers<void>();
      const target = relay.target(shape, async (exchange) => {
        await gate.promise;
        await answers[shape](exchange);
      });
      const key = await limited(scope, '--concurrency', '2');
      const held = [ask(target, key), ask(target, key)];
      await relay.upstream.received(2, target.upstreamModel);
      await expectDenied(shape, await ask(target, key), 'concurrency_limit');
      gate.resolve();
      for (const response of await Promise.all(held)) expect(response.status).toBe(200);
      expect(await statusOf(target, key)).toBe(200);
    });
  });

  test('H3: a place is given back however a request ends', async () => {
    const key = await relay.gateway.mintKey('--concurrency', '1');
    const good = relay.target(shape, answers[shape]);
    const expectFree = async (what: string) => {
      let status = 0;
      // Somebody who left is noticed a moment later.
      for (let tries = 0; tries < 40 && status !== 200; tries++) {
        status = await statusOf(good, key);
        if (status !== 200) await Bun.sleep(25);
      }
      expect([what, status]).toEqual([what, 200]);
    };
    const stalls: Script = (exchange) => exchange.stall();
    const partly = (ending: 'cut' | 'reset' | 'stall'): Script => {
      return (exchange) => exchange.stream(STREAM[shape].slice(0, 4), { ending });
    };
    const ends: readonly (readonly [what: string, script: Script, extra: object, leave: boolean])[] = [
      ['answered', answers[shape], {}, false],
      ['answered with a stream', (exchange: Exchange) => exchange.stream(STREAM[shape]), { stream: true }, false],
      ['refused upstream', (exchange: Exchange) => exchange.json(400, { error: { message: 'no' } }), {}, false],
      ['failed upstream', (exchange: Exchange) => exchange.json(500, {}), {}, false],
      ['no answer at all', (exchange: Exchange) => exchange.reset(), {}, false],
      ['a stream that is cut', partly('cut'), { stream: true }, false],
      ['a stream that is reset', partly('reset'), { stream: true }, false],
      ['left before the answer', stalls, {}, true],
      ['left before the stream', stalls, { stream: true }, true],
      ['left within the stream', partly('stall'), { stream: true }, true],
    ];
    for (const [what, script, extra, leave] of ends) {
      const target = relay.target(shape, script);
      const leaving = new AbortController();
      const asked = ask(target, key, extra, leaving.signal).then((response) => response.text());
      if (leave) {
        await relay.upstream.received(1, target.upstreamModel);
        await Bun.sleep(50);
        leaving.abort();
      }
      await asked.catch(() => undefined);
      await expectFree(what);
    }
  });

  test('H4: what is refused uses nothing up: neither by a limit nor before there is one', async () => {
    const target = relay.target(shape, answers[shape]);
    const key = await relay.gateway.mintKey('--rpm', '60', '--models', `${target.id},nowhere/*`);
    for (let i = 0; i < 20; i++) {
      expect(await statusOf(target, key, { messages: 'none' })).toBeWithin(400, 500);
      expect(await statusOf({ ...target, id: 'nowhere/at-all' }, key)).toBe(404);
      expect(await statusOf({ ...target, id: 'test/not-for-this-key' }, key)).toBeWithin(400, 500);
    }
    const first = await ask(target, key);
    await first.bytes();
    expect(Number(standing(shape, first, 'requests').remaining)).toBeGreaterThanOrEqual(38);

    let passed = 1;
    while ((await statusOf(target, key)) === 200) passed++;
    expect(passed).toBeGreaterThanOrEqual(39);
    // One comes back each second, however many were refused meanwhile.
    const beganMs = performance.now();
    const statuses: number[] = [];
    while (performance.now() - beganMs < 2000) {
      statuses.push(await statusOf(target, key));
      await Bun.sleep(20);
    }
    expect(statuses.filter((status) => status === 200).length).toBeWithin(1, 4);
    expect(statuses.length).toBeGreaterThan(20);
  });

  test('H5, fault 59: a stream counts for what it came to: what was too little is owed', async () => {
    const told = STREAM[shape].map((event) =>
      event
        .replace('"completion_tokens":3', '"completion_tokens":5000')
        .replace('"output_tokens":3}', '"output_tokens":5000}'),
    );
    const target = relay.target(shape, (exchange) => exchange.stream(told));
    const key = await relay.gateway.mintKey('--tpm', '1000');
    const first = await ask(target, key, { stream: true, max_tokens: 10 });
    expect(first.status).toBe(200);
    expect(Number(standing(shape, first, 'tokens').remaining)).toBeGreaterThan(900);
    await first.text();
    const second = await ask(target, key, { stream: true, max_tokens: 10 });
    expect(standing(shape, second, 'tokens').remaining).toBe('0');
    // Four minutes of tokens are owed; sixty seconds is the most that clients are told to wait.
    expect(second.headers.get('retry-after')).toBe('60');
    await expectDenied(shape, second, 'rate_limit_exceeded');
  });
});

test('fault 58: of a burst ten times as wide as the limit, from fifty connections, exactly the limit passes', async () => {
  const target = relay.target('openai', answers.openai);
  const key = await relay.gateway.mintKey('--rpm', '30');
  const beganMs = performance.now();
  const statuses = await Promise.all(Array.from({ length: 300 }, () => statusOf(target, key)));
  // One more for each two seconds that it took.
  const more = Math.floor((performance.now() - beganMs) / 2000);
  const passed = statuses.filter((status) => status === 200).length;
  expect(passed).toBeWithin(30, 30 + more + 1);
  expect(statuses.filter((status) => status === 429)).toHaveLength(300 - passed);
  expect(relay.upstream.requestsFor(target.upstreamModel)).toHaveLength(passed);
});

test('H1, H2: a key with all limits and a budget, under a burst: none is passed, and no place is lost', async () => {
  const target = relay.target('anthropic', async (exchange) => {
    await Bun.sleep(20);
    await answers.anthropic(exchange);
  });
  // A request is held for at its input and 64 tokens of output at 2 USD a million.
  const key = await relay.gateway.mintKey('--rpm', '100', '--tpm', '100000', '--concurrency', '8', '--budget', '0.002');
  const statuses = (
    await Promise.all(
      Array.from({ length: 20 }, async () => [await statusOf(target, key), await statusOf(target, key)]),
    )
  ).flat();
  expect([...new Set(statuses)].sort()).toEqual(expect.arrayContaining([200, 429]));
  expect(statuses.filter((status) => ![200, 402, 429].includes(status))).toEqual([]);
  const passed = statuses.filter((status) => status === 200).length;
  const entries = entriesOfKey(relay.gateway.dataDir, key.id);
  expect(entries).toHaveLength(passed);
  expect(openHolds(relay.gateway.dataDir)).toBe(0);
  expect(entries.reduce((sum, { cost }) => sum + cost, 0n)).toBeLessThanOrEqual(2_000_000n);
  // All eight places are there again.
  const more = await Promise.all(Array.from({ length: 8 }, () => statusOf(target, key)));
  expect(more.filter((status) => status === 429)).toEqual([]);
});

test('H6: the ledger is what budgets go by: one that is spent stays so for every way in, and a change counts within a second', async () => {
  const targets = SHAPES.map((shape) => relay.target(shape, answers[shape]));
  const key = await relay.gateway.mintKey('--budget', '0.0002', '--budget-period', 'total');
  let passed = 0;
  // What is held is some 150 millionths of a dollar, what it costs 18.
  while ((await statusOf(targets[passed % 2] as Target, key)) === 200) passed++;
  expect(passed).toBeWithin(1, 12);
  for (const target of targets) {
    expect(await statusOf(target, key)).toBe(402);
    expect(await statusOf(target, key, { stream: true })).toBe(402);
  }
  const spent = entriesOfKey(relay.gateway.dataDir, key.id).reduce((sum, { cost }) => sum + cost, 0n);
  expect(spent).toBe(BigInt(passed) * 18_000n);
  const changed = performance.now();
  expect((await relay.gateway.run('keys', 'set', key.id, '--budget', '1')).code).toBe(0);
  let status = 0;
  while (status !== 200 && performance.now() - changed < 5000) status = await statusOf(targets[0] as Target, key);
  expect(performance.now() - changed).toBeLessThan(5_000);
});

test('H7: nobody asks past the budgets: no key but those that were made here is one, and each has an account that pays', async () => {
  const target = relay.target('openai', answers.openai);
  const before = relay.upstream.requests.length;
  for (const key of ['sk-upstream-secret-0123456789abcdef', 'master', 'admin', '']) {
    expect(await statusOf(target, { id: '', key })).toBe(401);
  }
  expect(relay.upstream.requests).toHaveLength(before);
  // A key for which nobody set anything pays with its account.
  const plain = await relay.gateway.mintKey();
  expect(await statusOf(target, plain)).toBe(200);
  expect((await relay.gateway.run('accounts', 'create', 'default', '--budget', '0')).code).toBe(0);
  try {
    let status = 0;
    for (let tries = 0; tries < 80 && status !== 402; tries++) {
      status = await statusOf(target, plain);
      await Bun.sleep(25);
    }
    expect(status).toBe(402);
  } finally {
    await relay.gateway.run('accounts', 'set', 'default', '--budget', 'none');
  }
});
