/** Each way a request can end, and the entry it leaves. `gateway/outcome.ts` has the table. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import {
  anthropicEvent,
  anthropicMessage,
  anthropicStream,
  openaiCompletion,
  openaiEvent,
  openaiStream,
} from '../support/answers.ts';
import { type ClientShape, post, requestBody, routeOf } from '../support/clients.ts';
import { allEntries, entriesOfModel, openHolds, type StoredEntry, theEntry } from '../support/ledger-entries.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { startRelay, type RelayFixture, type Target } from '../support/relay-fixture.ts';
import type { Script } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const SHAPES = ['openai', 'anthropic'] as const;
const STREAM: Record<ClientShape, readonly string[]> = { openai: openaiStream(), anthropic: anthropicStream() };
/** Up to the first piece of text, and two more. */
const BEGUN: Record<ClientShape, number> = { openai: 4, anthropic: 6 };
const json = (shape: ClientShape) => (shape === 'openai' ? openaiCompletion() : anthropicMessage());
/** What 12 tokens in and 3 out cost at 1 and 2 USD a million. */
const COST = 18_000n;
const FREE = { input: 0, output: 0, cost: 0n, estimated: false, steering: 0 };

let relay: RelayFixture;
beforeAll(async () => {
  relay = await startRelay({ targets: 80, provider: { timeouts: { first_byte: '1s', idle: '1s' } } });
});
afterAll(() => relay?.stop());

const ask = (client: ClientShape, target: Target, extra: object = {}, headers: Record<string, string> = {}) =>
  post(relay, client, requestBody(client, target.id, { max_tokens: 64, ...extra }), { headers });

/** Asks, reads whatever comes, and gives back the one entry. */
async function entryAfter(client: ClientShape, target: Target, extra: object = {}): Promise<StoredEntry> {
  await (await ask(client, target, extra)).text();
  return theEntry(relay.gateway.dataDir, { model: target.id });
}

const costOf = ({ input, output }: StoredEntry) => BigInt(input) * 1000n + BigInt(output) * 2000n;

describe.each(SHAPES)('an upstream of the shape %s', (shape) => {
  const other = shape === 'openai' ? 'anthropic' : 'openai';

  test.each(SHAPES)('answered, %s client: what the upstream told, at its price', async (client) => {
    for (const stream of [false, true]) {
      const target = relay.target(shape, (exchange) =>
        stream ? exchange.stream(STREAM[shape]) : exchange.json(200, json(shape)),
      );
      const entry = await entryAfter(client, target, { stream });
      expect(entry).toMatchObject({
        key: relay.gateway.keyId,
        account: 'default',
        outcome: 'answered',
        input: 12,
        output: 3,
        cost: COST,
        estimated: false,
        provider: target.id.replace('test/', ''),
        upstreamModel: target.upstreamModel,
        attempts: 1,
        lost: [],
        steering: 0,
      });
      expect(entry.held).toBeGreaterThan(entry.cost);
      expect(entry.settledAt).toBeGreaterThanOrEqual(entry.heldAt);
    }
  });

  test('answered without usage: an estimate, and flagged', async () => {
    const target = relay.target(shape, (exchange) => exchange.json(200, { ...json(shape), usage: undefined }));
    const entry = await entryAfter(shape, target);
    expect(entry).toMatchObject({ outcome: 'answered', estimated: true });
    expect(entry.input * entry.output).toBeGreaterThan(0);
    expect(entry.cost).toBe(costOf(entry));
  });

  test('answered with nothing in it: on the books, for nothing', async () => {
    const empty = shape === 'openai' ? openaiCompletion({ text: '' }) : { ...anthropicMessage(), content: [] };
    const target = relay.target(shape, (exchange) => exchange.json(200, empty));
    expect(await entryAfter(shape, target)).toMatchObject({ outcome: 'answered', input: 12, cost: 0n });
  });

  test('fault 42: usage that cannot be, is not on the bill as it stands', async () => {
    const odd: readonly unknown[] = [null, 'many', [], -5, 1.5, 1e300, true, { input_tokens: 3 }];
    for (const count of odd) {
      const usage = { prompt_tokens: count, completion_tokens: count, input_tokens: count, output_tokens: count };
      const target = relay.target(shape, (exchange) => exchange.json(200, { ...json(shape), usage }));
      const entry = await entryAfter(shape, target);
      expect([count, entry.outcome]).toEqual([count, 'answered']);
      expect(Number.isSafeInteger(entry.input) && Number.isSafeInteger(entry.output)).toBe(true);
      expect(entry.input).toBeGreaterThanOrEqual(0);
      expect(entry.cost).toBeGreaterThan(0n);
      // Nobody pays for a count nobody believes.
      expect([count, entry.cost <= entry.held]).toEqual([count, true]);
    }
  });

  test('refused before anything is held for: no entry', async () => {
    const target = relay.target(shape, (exchange) => exchange.json(200, json(shape)));
    const before = allEntries(relay.gateway.dataDir).length;
    const key = await relay.gateway.mintKey('--budget', '0', '--models', 'test/*');
    const limited = await relay.gateway.mintKey('--tpm', '1');
    const asking = async (apiKey: string, body: object) => {
      const response = await post({ url: relay.url, key: apiKey }, shape, body);
      await response.text();
      return response.status;
    };
    const good = requestBody(shape, target.id);
    expect(await asking('thk_live_nothing', good)).toBe(401);
    expect(await asking(relay.key, { ...good, messages: 5 })).toBe(400);
    expect(await asking(relay.key, { ...good, model: 'no/such' })).toBe(404);
    expect(await asking(key.key, { ...good, model: 'no/such' })).toBe(404);
    expect(await asking(key.key, good)).toBe(402);
    // One is let through: the bucket is full. It is the one entry of all these.
    expect(await asking(limited.key, good)).toBe(200);
    expect(await asking(limited.key, good)).toBe(429);
    expect(allEntries(relay.gateway.dataDir)).toHaveLength(before + 1);
    expect(openHolds(relay.gateway.dataDir)).toBe(0);
  });

  test('upstream_error: whatever it was, it costs nothing, and the lost try says whether it may have cost the operator', async () => {
    const broken: readonly (readonly [what: string, script: Script, mayCost: boolean])[] = [
      ['400', (exchange) => exchange.json(400, { error: { message: 'no' } }), false],
      ['401', (exchange) => exchange.json(401, { error: { message: 'no' } }), false],
      ['429', (exchange) => exchange.json(429, { error: { message: 'no' } }, [['retry-after', '60']]), false],
      ['500', (exchange) => exchange.json(500, { error: { message: 'no' } }), false],
      ['reset', (exchange) => exchange.reset(), true],
      ['no answer in time', (exchange) => exchange.stall(), true],
      ['no JSON', (exchange) => exchange.answer(200, 'hello', [['content-type', 'application/json']]), false],
      [
        'JSON that is cut',
        async (exchange) => {
          await exchange.head({ headers: [['content-length', '9999']], framing: 'content-length' });
          await exchange.write('{"id":');
          exchange.cut();
        },
        true,
      ],
    ];
    for (const [what, script, mayCost] of broken) {
      const entry = await entryAfter(shape, relay.target(shape, script));
      expect([what, entry]).toMatchObject([what, { ...FREE, outcome: 'upstream_error', attempts: 1 }]);
      expect([what, entry.lost.map((lost) => lost.mayCost)]).toEqual([what, [mayCost]]);
    }
  });

  test.each(SHAPES)(
    'upstream_cut, %s client: what had come, as an estimate, and no more than was held',
    async (client) => {
      const error =
        shape === 'openai'
          ? openaiEvent({ error: { message: 'overloaded', type: 'server_error', code: null } })
          : anthropicEvent({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
      const some = STREAM[shape].slice(0, BEGUN[shape]);
      // With pauses: what is cut before any of it has gone to the client is no answer, and may be asked for elsewhere.
      const cuts: readonly (readonly [string, Script])[] = [
        ['closed', (exchange) => exchange.stream(some, { ending: 'cut', delayMs: 20 })],
        ['reset', (exchange) => exchange.stream(some, { ending: 'reset', delayMs: 20 })],
        ['silent', (exchange) => exchange.stream(some, { ending: 'stall', delayMs: 20 })],
        ['an error within', (exchange) => exchange.stream([...some, error], { delayMs: 20 })],
      ];
      for (const [what, script] of cuts) {
        const entry = await entryAfter(client, relay.target(shape, script), { stream: true });
        expect([what, entry.outcome, entry.estimated]).toEqual([what, 'upstream_cut', true]);
        expect(entry.output).toBeGreaterThan(0);
        expect(entry.cost).toBe(costOf(entry));
        expect(entry.cost).toBeLessThanOrEqual(entry.held);
      }
    },
  );

  test('upstream_cut by an upstream that puts out more than was asked for: no more than was held', async () => {
    const flood = Array.from({ length: 400 }, () => STREAM[shape][BEGUN[shape] - 1] as string);
    const target = relay.target(shape, (exchange) =>
      exchange.stream([...STREAM[shape].slice(0, BEGUN[shape]), ...flood], { ending: 'cut', delayMs: 1 }),
    );
    const entry = await entryAfter(shape, target, { stream: true, max_tokens: 5 });
    expect(entry).toMatchObject({ outcome: 'upstream_cut', estimated: true });
    expect(costOf(entry)).toBeGreaterThan(entry.held);
    expect(entry.cost).toBe(entry.held);
  });

  test('an answer that was never begun, behind a status line that was, is not charged', async () => {
    // The status line does not wait for content for ever: 1.5 s.
    const target = relay.target(shape, async (exchange) => {
      await exchange.stream(STREAM[shape].slice(0, shape === 'openai' ? 1 : 2), { ending: 'keep-open' });
      for (let i = 0; i < 5; i++) {
        await Bun.sleep(500);
        await exchange.write(': still there\n\n');
      }
      exchange.cut();
    });
    const response = await ask(shape, target, { stream: true });
    expect(response.status).toBe(200);
    await response.text();
    const entry = await theEntry(relay.gateway.dataDir, { model: target.id });
    expect(entry).toMatchObject({ outcome: 'upstream_cut', cost: 0n });
  });

  test('client_abort: what had come (every point of an answer is in abort-billing)', async () => {
    const target = relay.target(shape, (exchange) =>
      exchange.stream(STREAM[shape].slice(0, BEGUN[shape]), { ending: 'stall' }),
    );
    const leaving = new AbortController();
    const response = await post(relay, shape, requestBody(shape, target.id, { stream: true, max_tokens: 64 }), {
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    leaving.abort();
    const entry = await theEntry(relay.gateway.dataDir, { model: target.id });
    expect(entry).toMatchObject({ outcome: 'client_abort', estimated: true });
    expect(entry.cost).toBe(costOf(entry));
    expect(entry.output).toBeGreaterThan(0);
  });

  test('G8: clients that leave at once, a hundred times: what reached the upstream is on the books, and nothing is held', async () => {
    const target = relay.target(shape, (exchange) => exchange.stall());
    const body = JSON.stringify(requestBody(other, target.id, { max_tokens: 64 }));
    const headers = [
      ['content-type', 'application/json'],
      ['authorization', `Bearer ${relay.key}`],
    ] as const;
    const bytes = rawRequest(routeOf(other), { method: 'POST', headers, body });
    for (let i = 0; i < 100; i++) {
      const client = await RawClient.connect(relay.gateway.port);
      await client.send(bytes);
      if (i % 3 > 0) await Bun.sleep(Math.random() * 5);
      client.reset();
    }
    for (let tries = 0; tries < 100 && openHolds(relay.gateway.dataDir) > 0; tries++) await Bun.sleep(20);
    expect(openHolds(relay.gateway.dataDir)).toBe(0);
    await Bun.sleep(200);
    const entries = entriesOfModel(relay.gateway.dataDir, target.id);
    expect(entries.length).toBeGreaterThanOrEqual(relay.upstream.requestsFor(target.upstreamModel).length);
    for (const { outcome, attempts, cost } of entries) {
      expect([outcome, attempts, cost > 0n]).toEqual(['client_abort', attempts, attempts > 0]);
    }
    expect(entries.reduce((sum, { attempts }) => sum + attempts, 0)).toBeGreaterThanOrEqual(
      relay.upstream.requestsFor(target.upstreamModel).length,
    );
  });

  test('replayed: an answer that is given again is charged once', async () => {
    const target = relay.target(shape, (exchange) => exchange.json(200, json(shape)));
    for (let i = 0; i < 3; i++) {
      const response = await ask(shape, target, {}, { 'idempotency-key': `again-${shape}` });
      expect([response.status, response.headers.get('idempotent-replayed')]).toEqual([200, i > 0 ? 'true' : null]);
      await response.text();
    }
    expect(await theEntry(relay.gateway.dataDir, { model: target.id })).toMatchObject({
      outcome: 'answered',
      cost: COST,
    });
  });
});

test('refused by the gateway after it was held for: on the books, for nothing', async () => {
  // No model of the Anthropic shape gives several answers at once.
  const target = relay.target('anthropic', (exchange) => exchange.json(200, anthropicMessage()));
  const response = await ask('openai', target, { n: 2 });
  expect(response.status).toBe(400);
  await response.text();
  const entry = await theEntry(relay.gateway.dataDir, { model: target.id });
  expect(entry).toMatchObject({ ...FREE, outcome: 'refused', attempts: 0, lost: [] });
  expect(entry.held).toBeGreaterThan(0n);
  expect(relay.upstream.requestsFor(target.upstreamModel)).toHaveLength(0);
});
