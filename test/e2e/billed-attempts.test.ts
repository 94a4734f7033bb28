/** Who pays for what, where a request took several tries, was steered, or outlived a price. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
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
import { freePorts } from '../support/gateway.ts';
import { entriesOfModel, openHolds, theEntry } from '../support/ledger-entries.ts';
import { startOrchestra, type OrchestraFixture } from '../support/orchestra-fixture.ts';
import { runProgram, scratchDirectory, startProgram, type RunningProgram } from '../support/program.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { ScriptedUpstream, type Script } from '../support/scripted-upstream.ts';

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

describe.each(SHAPES)('th-orchestra, upstreams of the shape %s', (shape) => {
  let th: OrchestraFixture;
  beforeAll(async () => {
    th = await startOrchestra(shape, { retry: { attempts: 3 } });
  });
  afterAll(() => th?.stop());

  const REVIEW = 'Please review this pull request and tell me what is wrong with it.';

  test.each(SHAPES)('what it adds to the prompt is told, and not charged, %s client', async (client) => {
    for (const stream of [false, true]) {
      const { id, key } = await th.gateway.mintKey();
      const told = 5000;
      const swap = (text: string) =>
        text
          .replaceAll('"prompt_tokens":12', `"prompt_tokens":${told}`)
          .replaceAll('"input_tokens":12', `"input_tokens":${told}`);
      th.upstream.on('private-reviewer', (exchange) =>
        stream
          ? exchange.stream([swap(events(shape).join(''))])
          : exchange.answer(200, swap(JSON.stringify(json(shape))), [['content-type', 'application/json']]),
      );
      const body = requestBody(client, 'th-orchestra', {
        stream,
        max_tokens: 64,
        messages: [{ role: 'user', content: REVIEW }],
      });
      const response = await post({ url: th.url, key }, client, body);
      await response.text();
      expect(response.headers.get('x-th-steering-applied')).toBe('role:reviewer');
      const entry = await theEntry(th.gateway.dataDir, { key: id });
      expect(entry).toMatchObject({ outcome: 'answered', model: 'pool/reviewer', output: 3, estimated: false });
      expect(entry.steering).toBeGreaterThan(10);
      expect(entry.input).toBe(told - entry.steering);
      expect(entry.cost).toBe(BigInt(entry.input) * 1000n + 3n * 2000n);
      if (!stream) expect(Number(response.headers.get('x-th-cost-usd')) * 1e9).toBeCloseTo(Number(entry.cost), 3);

      // The same, not steered: it pays for all it sent.
      const plain = await th.gateway.mintKey();
      const off = await post({ url: th.url, key: plain.key }, client, { ...body, th_steering: 'off' });
      await off.text();
      expect(await theEntry(th.gateway.dataDir, { key: plain.id })).toMatchObject({ input: told, steering: 0 });
    }
  });

  test('leaving before the answer is charged for the prompt as the client sent it, whatever was added', async () => {
    const inputs: number[] = [];
    const lengths: number[] = [];
    for (const steering of [{}, { th_steering: 'off' }]) {
      const { id, key } = await th.gateway.mintKey();
      th.upstream.on('private-reviewer', stalls);
      const leaving = new AbortController();
      const before = th.upstream.requests.length;
      const messages = [{ role: 'user', content: REVIEW }];
      const body = requestBody('openai', 'th-orchestra', { max_tokens: 64, messages, ...steering });
      const asked = post({ url: th.url, key }, 'openai', body, { signal: leaving.signal }).catch(() => undefined);
      await th.upstream.received(before + 1);
      lengths.push(th.lastBody().length);
      leaving.abort();
      await asked;
      const entry = await theEntry(th.gateway.dataDir, { key: id });
      expect(entry).toMatchObject({ outcome: 'client_abort', estimated: true, output: 0, steering: 0 });
      expect(entry.cost).toBe(BigInt(entry.input) * 1000n);
      inputs.push(entry.input);
    }
    expect(lengths[0]).toBeGreaterThan(lengths[1] as number);
    expect(inputs[0]).toBeGreaterThan(0);
    expect(inputs[0]).toBe(inputs[1] as number);
  });

  test('where another model stands in, the request counts for that one', async () => {
    const { id, key } = await th.gateway.mintKey();
    const names = ['planner', 'coder', 'summarizer', 'reviewer', 'chat', 'vision'];
    const failed: string[] = [];
    for (const name of names) {
      th.upstream.on(`private-${name}`, (exchange) => {
        if (failed.length > 0) return answers(shape)(exchange);
        failed.push(name);
        return exchange.json(500, { error: { message: 'no' } });
      });
    }
    const body = requestBody('openai', 'th-orchestra', {
      max_tokens: 64,
      messages: [{ role: 'user', content: REVIEW }],
    });
    const response = await post({ url: th.url, key }, 'openai', body);
    expect(response.status).toBe(200);
    await response.text();
    const { model } = JSON.parse(response.headers.get('x-th-route-decision') ?? '{}') as { model?: string };
    expect(model).not.toBe(`pool/${failed[0]}`);
    const entry = await theEntry(th.gateway.dataDir, { key: id });
    expect(entry).toMatchObject({ outcome: 'answered', model, attempts: 2 });
    expect(entry.lost).toMatchObject([{ upstreamModel: `private-${failed[0]}` }]);
    const { rows } = JSON.parse((await th.gateway.run('usage', '--by', 'model', '--key', id, '--json')).stdout) as {
      rows: readonly { model: string }[];
    };
    expect(rows.map((row) => row.model)).toEqual([model as string]);
    expect((await th.gateway.run('ledger', 'verify')).code).toBe(0);
  });
});

describe('fault 57: a configuration that is read anew while requests run', () => {
  const scratch = scratchDirectory();
  const config = scratch.file('config.json');
  const dataDir = scratch.file('data');
  const flags = ['--config', config, '--data-dir', dataDir];
  let upstream: ScriptedUpstream;
  let program: RunningProgram;
  let url: string;
  let key: string;
  let gate = Promise.withResolvers<void>();

  function write(models: object): void {
    const providers = { openai: providerOf(upstream, 'openai'), anthropic: providerOf(upstream, 'anthropic') };
    writeFileSync(config, JSON.stringify({ providers, models }), { mode: 0o600 });
  }
  const priced = (input: number, output: number) =>
    Object.fromEntries(
      SHAPES.map((shape) => [`${shape}/m`, { targets: [{ provider: shape, model: shape }], price: { input, output } }]),
    );

  beforeAll(async () => {
    upstream = await ScriptedUpstream.start();
    for (const shape of SHAPES) {
      upstream.on(shape, async (exchange) => {
        const stream = exchange.request.text().includes('"stream":true');
        if (stream) await exchange.stream(events(shape).slice(0, BEGUN[shape]), { ending: 'keep-open' });
        await gate.promise;
        if (!stream) await exchange.json(200, json(shape));
        else {
          await exchange.write(events(shape).slice(BEGUN[shape]).join(''));
          await exchange.end();
        }
      });
    }
    write(priced(1, 2));
    const [port = 0, admin = 0] = await freePorts(2);
    program = startProgram(['serve', ...flags, '--listen', `127.0.0.1:${port}`], {
      env: { TOKENHARBOR_ADMIN_LISTEN: `127.0.0.1:${admin}` },
    });
    url = await program.listening();
    const made = await runProgram(['keys', 'create', '--name', 'k', '--json', ...flags]);
    key = (JSON.parse(made.stdout) as { key: string }).key;
  });
  afterAll(async () => {
    await program?.close();
    await upstream?.stop();
    scratch.remove();
  });

  let reloads = 0;
  async function reload(models: object): Promise<void> {
    write(models);
    program.signal('SIGHUP');
    await program.said(new RegExp(`(?:configuration reloaded[\\s\\S]*){${++reloads}}`));
  }

  const askAll = (): Promise<number>[] =>
    SHAPES.flatMap((shape) =>
      [false, true].map(async (stream) => {
        const response = await post({ url, key }, shape, requestBody(shape, `${shape}/m`, { stream, max_tokens: 64 }));
        await response.text();
        return response.status;
      }),
    );

  const costs = (shape: ClientShape) => entriesOfModel(dataDir, `${shape}/m`).map(({ cost }) => cost);

  test('the price a request was held for at is the one it is charged at; the next pays the new one', async () => {
    const first = askAll();
    await upstream.received(4);
    await reload(priced(100, 200));
    gate.resolve();
    expect(await Promise.all(first)).toEqual([200, 200, 200, 200]);
    for (const shape of SHAPES) expect(costs(shape)).toEqual([AT_FIRST, AT_FIRST]);
    expect(await Promise.all(askAll())).toEqual([200, 200, 200, 200]);
    const dear = 100n * AT_FIRST;
    for (const shape of SHAPES) expect(costs(shape)).toEqual([AT_FIRST, AT_FIRST, dear, dear]);
  });

  test('a request whose model is taken away meanwhile is answered, and charged', async () => {
    gate = Promise.withResolvers<void>();
    const before = upstream.requests.length;
    const asked = askAll();
    await upstream.received(before + 4);
    await reload({ 'openai/other': { targets: [{ provider: 'openai', model: 'openai' }] } });
    gate.resolve();
    expect(await Promise.all(asked)).toEqual([200, 200, 200, 200]);
    for (const shape of SHAPES) expect(costs(shape).slice(4)).toEqual([100n * AT_FIRST, 100n * AT_FIRST]);
    expect(await Promise.all(askAll())).toEqual([404, 404, 404, 404]);
    const verified = await runProgram(['ledger', 'verify', ...flags]);
    expect(verified.code).toBe(0);
    expect(openHolds(dataDir)).toBe(0);
  });
});
