import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import type { ClientShape } from '../support/clients.ts';
import { endedWell } from '../support/failed-stream.ts';
import { type FailoverFixture, type FailoverModel, startFailover } from '../support/failover-fixture.ts';
import type { Script } from '../support/scripted-upstream.ts';
import { readStream } from '../support/sse-events.ts';

setDefaultTimeout(60_000);

const SHAPES = ['openai', 'anthropic'] as const;
/** As many as must be known of a target before it is hedged. */
const KNOWN = 20;

const eventsOf = (shape: ClientShape, text: string) =>
  shape === 'openai' ? openaiStream({ pieces: [text] }) : anthropicStream({ pieces: [text] });
/** How many of a stream's events come before its first content. */
const OPENING = { openai: 1, anthropic: 3 } as const;
const answers =
  (shape: ClientShape, text: string): Script =>
  (exchange) =>
    exchange.request.text().includes('"stream":true')
      ? exchange.stream(eventsOf(shape, text))
      : exchange.json(200, shape === 'openai' ? openaiCompletion({ text }) : anthropicMessage({ text }));

/** Two targets of a shape, of which the first answers fast as long as it is learned about, and then does as `scripts` says. */
interface Learned {
  readonly model: FailoverModel;
  scripts(first: Script, second: Script): void;
}

describe('hedge: a target that takes longer than usual', () => {
  let fixture: FailoverFixture;
  let used = 0;
  beforeAll(async () => {
    const pair = (shape: ClientShape, model: object) => ({ places: [{ shape }, { shape }], model });
    const models = SHAPES.flatMap((shape) =>
      Array.from({ length: 24 }, (_, i) => [`${shape}-${i}`, pair(shape, { hedge: true })] as const),
    );
    fixture = await startFailover({
      ...Object.fromEntries(models),
      plain: pair('openai', {}),
      crossing: { places: [{ shape: 'openai' }, { shape: 'anthropic' }], model: { hedge: true } },
    });
  });
  afterAll(() => fixture?.stop());

  /** `usualMs`: what more than a twentieth of the answers take, so what is waited for. */
  async function learn(shape: ClientShape, stream: boolean, usualMs = 0, name?: string): Promise<Learned> {
    const model = fixture.model(name ?? `${shape}-${used++}`);
    let delayed = 2;
    model.script(
      async (exchange) => {
        if (delayed-- > 0) await Bun.sleep(usualMs);
        await answers(shape, 'fast')(exchange);
      },
      answers(shape, 'never asked'),
    );
    for (let i = 0; i < KNOWN; i++) {
      const response = await fixture.ask(shape, model, { stream });
      expect(await response.text()).toContain('fast');
    }
    expect(model.asked()).toEqual([KNOWN, 0]);
    return { model, scripts: (first, second) => void model.script(first, second) };
  }

  for (const shape of SHAPES) {
    for (const stream of [false, true]) {
      const name = `${shape} ${stream ? 'stream' : 'JSON'}`;

      test(`${name}: the next target is asked as well, its answer counts, the first is hung up on and told as lost`, async () => {
        const { model, scripts } = await learn(shape, stream);
        const hungUp = Promise.withResolvers<void>();
        scripts(
          async (exchange) => {
            // A stream that has opened and says nothing is as slow as one that has not.
            if (stream) await exchange.stream(eventsOf(shape, '').slice(0, OPENING[shape]), { ending: 'keep-open' });
            await exchange.peerClosed;
            hungUp.resolve();
          },
          answers(shape, 'from the second'),
        );
        const response = await fixture.ask(shape, model, { stream });
        expect(response.status).toBe(200);
        expect(response.headers.get('x-th-attempts')).toBe('2');
        expect(response.headers.get('x-th-provider')).toBe(`${model.id}-1`);
        if (stream) {
          const answer = await readStream(response);
          expect(endedWell(shape, answer)).toBe(true);
          expect(answer.text).toContain('from the second');
          expect(answer.text.split(shape === 'openai' ? '"role"' : 'event: message_start')).toHaveLength(2);
        } else expect(await response.text()).toContain('from the second');
        await hungUp.promise;
        expect(model.asked()).toEqual([KNOWN + 1, 1]);
        expect(await fixture.line(model, response)).toMatchObject({
          outcome: 'answered',
          attempts: 2,
          provider: `${model.id}-1`,
          input_tokens: 12,
          output_tokens: 3,
          lost: [{ provider: `${model.id}-0`, error: 'hedge_lost', may_cost: true }],
        });
      });

      test(`${name}: the first may still be the first`, async () => {
        const { model, scripts } = await learn(shape, stream);
        const secondAsked = Promise.withResolvers<void>();
        const hungUp = Promise.withResolvers<void>();
        scripts(
          async (exchange) => {
            await secondAsked.promise;
            await answers(shape, 'from the first')(exchange);
          },
          async (exchange) => {
            secondAsked.resolve();
            await exchange.peerClosed;
            hungUp.resolve();
          },
        );
        const response = await fixture.ask(shape, model, { stream });
        expect(await response.text()).toContain('from the first');
        await hungUp.promise;
        expect([response.headers.get('x-th-attempts'), response.headers.get('x-th-provider')]).toEqual([
          '2',
          `${model.id}-0`,
        ]);
        expect(await fixture.line(model, response)).toMatchObject({
          attempts: 2,
          lost: [{ provider: `${model.id}-1`, error: 'hedge_lost', may_cost: true }],
        });
      });
    }

    test(`${shape}: the client pays for one answer of two`, async () => {
      const usage = async () => {
        const response = await fetch(`${fixture.url}/v1/usage`, {
          headers: { authorization: `Bearer ${fixture.key}` },
        });
        return ((await response.json()) as { total: { requests: number; output_tokens: number } }).total;
      };
      const { model, scripts } = await learn(shape, false);
      scripts((exchange) => exchange.stall(), answers(shape, 'x'));
      const before = await usage();
      const response = await fixture.ask(shape, model);
      expect(response.headers.get('x-th-cost-usd')).toBe('0.000018000');
      await response.text();
      const after = await usage();
      expect([after.requests - before.requests, after.output_tokens - before.output_tokens]).toEqual([1, 3]);
    });

    test(`${shape}: once something of the answer was sent, nobody else is asked`, async () => {
      const { model, scripts } = await learn(shape, true, 800);
      scripts(
        async (exchange) => {
          const events = eventsOf(shape, 'slow in the middle');
          await exchange.stream(events.slice(0, OPENING[shape] + 1), { ending: 'keep-open' });
          await Bun.sleep(1600);
          for (const event of events.slice(OPENING[shape] + 1)) await exchange.write(event);
          await exchange.end();
        },
        answers(shape, 'wrong'),
      );
      const response = await fixture.ask(shape, model, { stream: true });
      expect(await response.text()).toContain('slow in the middle');
      expect(response.headers.get('x-th-attempts')).toBe('1');
      expect(model.asked()).toEqual([KNOWN + 1, 0]);
    });

    test(`${shape}: both fail: the client is told, and neither is asked again`, async () => {
      const { model, scripts } = await learn(shape, false);
      const secondAsked = Promise.withResolvers<void>();
      const refuse: Script = (exchange) => exchange.json(503, { error: { message: 'full', type: 'overloaded_error' } });
      scripts(
        async (exchange) => {
          await secondAsked.promise;
          await refuse(exchange);
        },
        async (exchange) => {
          secondAsked.resolve();
          await refuse(exchange);
        },
      );
      const response = await fixture.ask(shape, model);
      expect([response.status, response.headers.get('x-th-attempts')]).toEqual([shape === 'openai' ? 503 : 529, '2']);
      await response.text();
      expect(model.asked()).toEqual([KNOWN + 1, 1]);
      const line = await fixture.line(model, response);
      expect(line['lost']).toHaveLength(2);
      expect(line['cost_usd']).toBeUndefined();
    });
  }

  test('openai: a stream that has opened is not begun before there is content, so that it can still lose', async () => {
    const { model, scripts } = await learn('openai', true, 2200);
    scripts(
      (exchange) => exchange.stream(eventsOf('openai', '').slice(0, 1), { ending: 'stall' }),
      answers('openai', 'x'),
    );
    const response = await fixture.ask('openai', model, { stream: true });
    expect(response.headers.get('x-th-provider')).toBe(`${model.id}-1`);
    await response.text();
  });

  test('what one try is told of is its own: the second one crosses to the other shape', async () => {
    const { model, scripts } = await learn('openai', false, 0, 'crossing');
    const body = { seed: 7 };
    scripts((exchange) => exchange.stall(), answers('anthropic', 'from the second'));
    const second = await fixture.ask('openai', model, body);
    expect(await second.text()).toContain('from the second');
    expect(second.headers.get('x-th-passthrough')).toBeNull();
    expect(second.headers.get('x-th-transcode-warnings')).toContain('seed');
    const secondAsked = Promise.withResolvers<void>();
    scripts(
      async (exchange) => {
        await secondAsked.promise;
        await answers('openai', 'from the first')(exchange);
      },
      async (exchange) => {
        secondAsked.resolve();
        await exchange.stall();
      },
    );
    const first = await fixture.ask('openai', model, body);
    expect(await first.text()).toContain('from the first');
    expect(first.headers.get('x-th-attempts')).toBe('2');
    expect(first.headers.get('x-th-passthrough')).toBe('exact');
    expect(first.headers.get('x-th-transcode-warnings')).toBeNull();
  });

  const slow =
    (shape: ClientShape): Script =>
    async (exchange) => {
      await Bun.sleep(1000);
      await answers(shape, 'from the first')(exchange);
    };

  test('what nobody hedges is waited for', async () => {
    const { model, scripts } = await learn('openai', false, 0, 'plain');
    scripts(slow('openai'), answers('openai', 'wrong'));
    const response = await fixture.ask('openai', model);
    expect(await response.text()).toContain('from the first');
    expect(model.asked()).toEqual([KNOWN + 1, 0]);
  });

  test('a session that waits for its tools is waited for', async () => {
    const { model, scripts } = await learn('openai', false, 300);
    scripts(slow('openai'), answers('openai', 'wrong'));
    const header = { 'x-session-id': 'in a loop' };
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    const messages = [
      { role: 'user', content: 'use the tool' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'done' },
    ];
    model.script(answers('openai', 'begun'));
    await (await fixture.ask('openai', model, { messages: messages.slice(0, 1) }, header)).text();
    model.script(slow('openai'));
    const response = await fixture.ask('openai', model, { messages }, header);
    expect(await response.text()).toContain('from the first');
    expect(model.asked()[1]).toBe(0);
    // The same without a loop is not.
    const hedged = await fixture.ask('openai', model, { messages: [{ role: 'user', content: 'new' }] }, header);
    expect(hedged.headers.get('x-th-attempts')).toBe('2');
    await hedged.text();
  });

  test('a target that is down is not asked as well', async () => {
    const { model, scripts } = await learn('openai', false);
    const secondDown: Script = (exchange) => exchange.json(401, { error: { message: 'no', type: 'x' } });
    scripts((exchange) => exchange.json(503, { error: { message: 'full', type: 'x' } }), secondDown);
    await (await fixture.ask('openai', model)).text();
    expect(model.asked()).toEqual([KNOWN + 1, 1]);
    scripts(slow('openai'), answers('openai', 'wrong'));
    const response = await fixture.ask('openai', model);
    expect(await response.text()).toContain('from the first');
    expect(model.asked()).toEqual([KNOWN + 2, 1]);
  });

  test('a client that goes takes both with it', async () => {
    const { model, scripts } = await learn('openai', false);
    const [firstGone, secondGone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const client = new AbortController();
    scripts(
      async (exchange) => {
        await exchange.peerClosed;
        firstGone.resolve();
      },
      async (exchange) => {
        client.abort();
        await exchange.peerClosed;
        secondGone.resolve();
      },
    );
    const answer = fetch(`${fixture.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${fixture.key}` },
      body: JSON.stringify({ model: model.id, messages: [{ role: 'user', content: 'x' }] }),
      signal: client.signal,
    });
    await expect(answer).rejects.toThrow();
    await Promise.all([firstGone.promise, secondGone.promise]);
    expect(model.asked()).toEqual([KNOWN + 1, 1]);
  });
});
