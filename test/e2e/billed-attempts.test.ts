/** Who pays for what, where a request took several tries. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import {
  anthropicEvent,
  anthropicMessage,
  anthropicStream,
  openaiCompletion,
  openaiEvent,
  openaiStream,
} from '../support/answers.ts';
import { type ClientShape, post, requestBody } from '../support/clients.ts';
import { type FailoverFixture, type FailoverModel, startFailover } from '../support/failover-fixture.ts';
import { entriesOfModel, openHolds, theEntry } from '../support/ledger-entries.ts';
import type { Script } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const SHAPES = ['openai', 'anthropic'] as const;
const json = (shape: ClientShape) => (shape === 'openai' ? openaiCompletion() : anthropicMessage());
const events = (shape: ClientShape) => (shape === 'openai' ? openaiStream() : anthropicStream());
const answers =
  (shape: ClientShape): Script =>
  (exchange) =>
    exchange.request.text().includes('"stream":true')
      ? exchange.stream(events(shape))
      : exchange.json(200, json(shape));
const stalls: Script = (exchange) => exchange.stall();
/** Up to the first piece of text. */
const BEGUN: Record<ClientShape, number> = { openai: 2, anthropic: 4 };
/** What 12 tokens in and 3 out cost at the first target, and at the second, which is ten times as dear. */
const AT_FIRST = 18_000n;
const AT_SECOND = 180_000n;

describe.each(SHAPES)('tries at two targets, %s client', (client) => {
  let fixture: FailoverFixture;
  let used = 0;
  beforeAll(async () => {
    const shapes = (at: number): ClientShape => (at % 2 === 0 ? client : client === 'openai' ? 'anthropic' : 'openai');
    const models = Array.from({ length: 12 }, (_, at) => {
      const places = [{ shape: shapes(at) }, { shape: shapes(at), target: { price: { input: 10, output: 20 } } }];
      return [`m${at}`, { places }] as const;
    });
    const hedged = Array.from({ length: 4 }, (_, at) => {
      const places = [{ shape: client }, { shape: client, target: { price: { input: 10, output: 20 } } }];
      return [`hedged${at}`, { places, model: { hedge: true } }] as const;
    });
    const single = ['alone', { places: [{ shape: client }] }] as const;
    fixture = await startFailover(Object.fromEntries([...models, ...hedged, single]), { retry: { attempts: 3 } });
  });
  afterAll(() => fixture?.stop());

  /** The next model, of which the upstream speaks the one shape or the other. */
  function next(): { model: FailoverModel; shape: ClientShape } {
    const at = used++;
    return {
      model: fixture.model(`m${at}`),
      shape: at % 2 === 0 ? client : client === 'openai' ? 'anthropic' : 'openai',
    };
  }
  const ask = (model: FailoverModel, stream: boolean, signal?: AbortSignal) =>
    post(
      fixture,
      client,
      requestBody(client, model.id, { stream, max_tokens: 64 }),
      signal === undefined ? {} : { signal },
    );
  const entryOf = (model: FailoverModel) => theEntry(fixture.gateway.dataDir, { model: model.id });

  test.each([false, true])(
    'failover to a target at another price is charged at that one (stream: %s)',
    async (stream) => {
      const { model, shape } = next();
      model.script((exchange) => exchange.json(500, { error: { message: 'no' } }), answers(shape));
      const response = await ask(model, stream);
      await response.text();
      if (!stream) expect(response.headers.get('x-th-cost-usd')).toBe('0.000180000');
      const entry = await entryOf(model);
      expect(entry).toMatchObject({
        outcome: 'answered',
        cost: AT_SECOND,
        estimated: false,
        provider: `${model.id}-1`,
        upstreamModel: `${model.id}-1`,
        attempts: 2,
        price: { input: '10000000000', output: '20000000000' },
        lost: [
          { provider: `${model.id}-0`, upstreamModel: `${model.id}-0`, errorCode: 'upstream_error', mayCost: false },
        ],
      });
      // Held for at the dearest of those it may go to.
      expect(entry.held).toBeGreaterThan(64n * 20_000n);
      const { code } = await fixture.gateway.run('ledger', 'verify');
      expect(code).toBe(0);
    },
  );

  test('what the first target answers is charged at its own price, though the dearest was held for', async () => {
    const { model, shape } = next();
    model.script(answers(shape), stalls);
    await (await ask(model, false)).text();
    const entry = await entryOf(model);
    expect(entry).toMatchObject({ outcome: 'answered', cost: AT_FIRST, attempts: 1, lost: [] });
    expect(entry.held).toBeGreaterThan(64n * 20_000n);
  });

  test('a try that may have been done all the same is lost, says so, and is not what the client pays', async () => {
    const { model, shape } = next();
    model.script((exchange) => exchange.reset(), answers(shape));
    await (await ask(model, false)).text();
    expect(await entryOf(model)).toMatchObject({
      outcome: 'answered',
      cost: AT_SECOND,
      attempts: 2,
      lost: [{ provider: `${model.id}-0`, errorCode: 'upstream_unavailable', mayCost: true }],
    });
  });

  test('a stream that fails before its first content is lost with the usage it told', async () => {
    const { model, shape } = next();
    const opening = shape === 'openai' ? events(shape).slice(0, 1) : events(shape).slice(0, 3);
    const usage = openaiEvent({
      id: 'c',
      choices: [],
      usage: { prompt_tokens: 12, completion_tokens: 0, total_tokens: 12 },
    });
    const failure =
      shape === 'openai'
        ? usage + openaiEvent({ error: { message: 'Provider returned error', code: 502 } })
        : anthropicEvent({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
    model.script((exchange) => exchange.stream([...opening, failure]), answers(shape));
    await (await ask(model, true)).text();
    const entry = await entryOf(model);
    expect(entry).toMatchObject({ outcome: 'answered', cost: AT_SECOND, attempts: 2 });
    expect(entry.lost).toHaveLength(1);
    expect(BigInt(entry.lost[0]?.costNano ?? 0)).toBeGreaterThanOrEqual(12_000n);
  });

  test('G7: leaving within the second try closes that one, and is charged at its price', async () => {
    const { model, shape } = next();
    const closed = Promise.withResolvers<number>();
    model.script(
      (exchange) => exchange.json(500, {}),
      async (exchange) => {
        void exchange.peerClosed.then(closed.resolve);
        await exchange.stream(events(shape).slice(0, BEGUN[shape]), { ending: 'stall' });
      },
    );
    const leaving = new AbortController();
    const response = await ask(model, true, leaving.signal);
    await response.body?.getReader().read();
    const leftMs = performance.now();
    leaving.abort();
    expect((await closed.promise) - leftMs).toBeLessThan(2000);
    const entry = await entryOf(model);
    expect(entry).toMatchObject({ outcome: 'client_abort', provider: `${model.id}-1`, attempts: 2, estimated: true });
    expect(entry.cost).toBe(BigInt(entry.input) * 10_000n + BigInt(entry.output) * 20_000n);
    expect(entry.lost).toHaveLength(1);
  });

  test('leaving while all that was tried had failed is not charged for the tries that failed', async () => {
    const model = fixture.model('alone');
    // Asked again after two seconds.
    model.script((exchange) => exchange.json(429, { error: { message: 'no' } }, [['retry-after', '2']]));
    const leaving = new AbortController();
    const asked = ask(model, false, leaving.signal).catch(() => undefined);
    await fixture.upstream.received(1, 'alone-0');
    await Bun.sleep(200);
    leaving.abort();
    await asked;
    expect(await entryOf(model)).toMatchObject({
      outcome: 'client_abort',
      attempts: 1,
      input: 0,
      output: 0,
      cost: 0n,
      estimated: false,
      lost: [{ provider: 'alone-0', errorCode: 'upstream_rate_limited', mayCost: false }],
    });
    await Bun.sleep(2200);
    expect(model.asked()).toEqual([1]);
  });

  /** A model whose first target was fast twenty times, so that it is known how long it takes. */
  async function hedged(at: number): Promise<{ model: FailoverModel; before: number }> {
    const model = fixture.model(`hedged${at}`);
    model.script(answers(client), answers(client));
    for (const stream of [false, true]) for (let i = 0; i < 20; i++) await (await ask(model, stream)).text();
    expect(model.asked()).toEqual([40, 0]);
    return { model, before: entriesOfModel(fixture.gateway.dataDir, model.id).length };
  }
  const lastOf = async (model: FailoverModel, before: number) => {
    const { dataDir } = fixture.gateway;
    for (let tries = 0; tries < 200 && openHolds(dataDir) > 0; tries++) await Bun.sleep(20);
    const fresh = entriesOfModel(dataDir, model.id).slice(before);
    expect(fresh).toHaveLength(1);
    return fresh[0];
  };

  test.each([false, true])(
    'of two that race the one that answers is charged, the other is ours (stream: %p)',
    async (stream) => {
      const { model, before } = await hedged(stream ? 1 : 0);
      model.script(stalls, answers(client));
      const response = await ask(model, stream);
      await response.text();
      expect(response.headers.get('x-th-provider')).toBe(`${model.id}-1`);
      expect(await lastOf(model, before)).toMatchObject({
        outcome: 'answered',
        cost: AT_SECOND,
        attempts: 2,
        provider: `${model.id}-1`,
        lost: [{ provider: `${model.id}-0`, errorCode: 'hedge_lost', mayCost: true }],
      });
    },
  );

  test('leaving while two race is charged for one, and both are closed', async () => {
    const { model, before } = await hedged(2);
    const closed: Promise<number>[] = [];
    const both = Promise.withResolvers<void>();
    const watched: Script = (exchange) => {
      closed.push(exchange.peerClosed);
      if (closed.length === 2) both.resolve();
      return exchange.stall();
    };
    model.script(watched, watched);
    const leaving = new AbortController();
    const asked = ask(model, false, leaving.signal).catch(() => undefined);
    await both.promise;
    leaving.abort();
    await asked;
    await Promise.all(closed);
    const entry = await lastOf(model, before);
    expect(entry).toMatchObject({ outcome: 'client_abort', output: 0, estimated: true, attempts: 2 });
    expect(entry?.cost).toBe(BigInt(entry?.input ?? 0) * (entry?.provider === `${model.id}-0` ? 1000n : 10_000n));
    expect(entry?.lost).toMatchObject([{ errorCode: 'hedge_lost', mayCost: true }]);
  });
});
