import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import {
  anthropicEvent,
  anthropicMessage,
  anthropicStream,
  openaiCompletion,
  openaiEvent,
  openaiStream,
} from '../support/answers.ts';
import { post, requestBody, type ClientShape } from '../support/clients.ts';
import { endedWell, expectFailure } from '../support/failed-stream.ts';
import { type FailoverFixture, type Place, startFailover } from '../support/failover-fixture.ts';
import { freePorts } from '../support/free-ports.ts';
import { ScriptedUpstream, type Script } from '../support/scripted-upstream.ts';
import { readStream } from '../support/sse-events.ts';

setDefaultTimeout(30_000);

const SHAPES = ['openai', 'anthropic'] as const;
const STREAMS: Readonly<Record<ClientShape, (text: string) => string[]>> = {
  openai: (text) => openaiStream({ pieces: [text] }),
  anthropic: (text) => anthropicStream({ pieces: [text] }),
};
/** A role or a start, and nothing said yet. */
const OPENINGS: Readonly<Record<ClientShape, string[]>> = {
  openai: openaiStream().slice(0, 1),
  anthropic: anthropicStream().slice(0, 3),
};
const ERROR_EVENTS: Readonly<Record<ClientShape, string>> = {
  openai: openaiEvent({ error: { message: 'Provider returned error', code: 502 } }),
  anthropic: anthropicEvent({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
};
const answers = (shape: ClientShape, text: string): Script => {
  const body = shape === 'openai' ? openaiCompletion({ text }) : anthropicMessage({ text });
  return (exchange) =>
    exchange.request.text().includes('"stream":true')
      ? exchange.stream(STREAMS[shape](text))
      : exchange.json(200, body);
};
const refuses =
  (status: number, retryAfter?: string): Script =>
  (exchange) =>
    exchange.json(
      status,
      { error: { message: 'The upstream says no.', type: 'some_error', code: null } },
      retryAfter === undefined ? [] : [['retry-after', retryAfter]],
    );
const both = (shape: ClientShape): Place[] => [{ shape }, { shape }];

/** Models of one fixture are many, so that no breaker is shared between tests. */
function numbered(prefix: string, count: number, places: readonly Place[]) {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, { places }]));
}

describe('a failing provider', () => {
  let fixture: FailoverFixture;
  let elsewhere: ScriptedUpstream;
  const used = new Map<string, number>();
  /** A model nobody used yet. */
  const fresh = (prefix: string) => {
    const next = used.get(prefix) ?? 0;
    used.set(prefix, next + 1);
    return fixture.model(`${prefix}${next}`);
  };
  beforeAll(async () => {
    elsewhere = await ScriptedUpstream.start((exchange) => exchange.json(200, openaiCompletion({ text: 'wrong' })));
    const [closed] = await freePorts(1);
    const quick = { timeouts: { first_byte: '1s', idle: '1s' } };
    fixture = await startFailover({
      ...numbered('openai-', 40, both('openai')),
      ...numbered('anthropic-', 40, both('anthropic')),
      ...numbered('to-openai-', 40, [{ shape: 'anthropic' }, { shape: 'openai' }]),
      ...numbered('to-anthropic-', 40, [{ shape: 'openai' }, { shape: 'anthropic' }]),
      ...numbered('three-', 40, [
        { shape: 'openai', provider: quick },
        { shape: 'openai', provider: quick },
        { shape: 'openai', provider: quick },
      ]),
      ...numbered('lone-', 40, [{ shape: 'openai' }]),
      refused: { places: [{ shape: 'openai', url: `http://127.0.0.1:${closed}` }, { shape: 'openai' }] },
      nowhere: { places: [{ shape: 'openai', url: 'http://no-such-host.invalid' }, { shape: 'openai' }] },
      'not-tls': {
        places: [
          { shape: 'openai', url: elsewhere.url.replace('http:', 'https:'), provider: quick },
          { shape: 'openai' },
        ],
      },
      keys: { places: [{ shape: 'openai', provider: { api_key: undefined, api_keys: ['sk-bad', 'sk-good'] } }] },
      prices: {
        places: [{ shape: 'openai' }, { shape: 'openai', target: { price: { input: 10, output: 20 } } }],
      },
      schema: { places: [{ shape: 'openai' }, { shape: 'openai', target: { dialect: { structured: 'none' } } }] },
      blind: {
        places: [
          { shape: 'openai', target: { dialect: { images: 'none' } } },
          { shape: 'anthropic', target: { dialect: { images: 'none', structured: 'none' } } },
        ],
      },
      seeing: { places: [{ shape: 'openai', target: { dialect: { images: 'none' } } }, { shape: 'anthropic' }] },
    });
  });
  afterAll(async () => {
    await fixture?.stop();
    await elsewhere?.stop();
  });

  for (const shape of SHAPES) {
    for (const to of SHAPES) {
      const prefix = shape === to ? `${shape}-` : `to-${to}-`;
      const name = `${shape} client, from ${shape === to ? to : shape} to ${to}`;

      test(`C4, C5, C8: ${name}: an error within a 200 stream, before any content, is asked for elsewhere`, async () => {
        for (const before of [[], OPENINGS[shape]]) {
          const model = fresh(prefix).script(
            (exchange) => exchange.stream([...before, ERROR_EVENTS[shape]]),
            answers(to, 'from the second'),
          );
          const response = await fixture.ask(shape, model, { stream: true });
          expect(response.status).toBe(200);
          expect(response.headers.get('x-th-attempts')).toBe('2');
          expect(response.headers.get('x-th-provider')).toBe(`${model.id}-1`);
          expect(response.headers.get('x-th-upstream-model')).toBe(`${model.id}-1`);
          const answer = await readStream(response);
          expect(endedWell(shape, answer)).toBe(true);
          expect(answer.text).toContain('from the second');
          // One beginning: nothing of the first try went out.
          expect(answer.text.split(shape === 'openai' ? '"role"' : 'event: message_start')).toHaveLength(2);
          expect(model.asked()).toEqual([1, 1]);
        }
      });

      test(`C9, fault 35: ${name}: a plain error is asked for elsewhere, JSON or stream`, async () => {
        for (const stream of [false, true]) {
          const model = fresh(prefix).script(refuses(503), answers(to, 'from the second'));
          const response = await fixture.ask(shape, model, { stream });
          expect(response.headers.get('x-th-attempts')).toBe('2');
          expect(await response.text()).toContain('from the second');
          expect(model.asked()).toEqual([1, 1]);
        }
      });
    }

    test(`C6, faults 30 and 31: ${shape}: after the first content there is no second upstream`, async () => {
      for (const ending of ['cut', 'end', 'reset'] as const) {
        const model = fresh(`${shape}-`).script(
          (exchange) =>
            exchange.stream(STREAMS[shape]('Hello').slice(0, shape === 'openai' ? 2 : 4), { ending, delayMs: 50 }),
          answers(shape, 'from the second'),
        );
        await expectFailure(shape, await fixture.ask(shape, model, { stream: true }));
        expect(model.asked()).toEqual([1, 0]);
      }
    });

    test(`faults 30 and 31: ${shape}: a stream cut before its first content is asked for elsewhere`, async () => {
      for (const ending of ['cut', 'end', 'reset'] as const) {
        const model = fresh(`${shape}-`).script(
          (exchange) => exchange.stream(OPENINGS[shape], { ending }),
          answers(shape, 'from the second'),
        );
        const answer = await readStream(await fixture.ask(shape, model, { stream: true }));
        expect(answer.text).toContain('from the second');
        expect(model.asked()).toEqual([1, 1]);
      }
    });

    test(`${shape}: a stream that says nothing for long is handed out, and is then nobody else's`, async () => {
      const model = fresh(`${shape}-`).script(
        async (exchange) => {
          await exchange.stream(OPENINGS[shape], { ending: 'keep-open' });
          await Bun.sleep(2500);
          await exchange.write(ERROR_EVENTS[shape]);
          await exchange.end();
        },
        answers(shape, 'from the second'),
      );
      const askedAt = performance.now();
      const response = await fixture.ask(shape, model, { stream: true });
      expect(performance.now() - askedAt).toBeLessThan(10_000);
      await expectFailure(shape, response);
      expect(model.asked()).toEqual([1, 0]);
    });
  }

  test('fault 35: by status, whether another target is asked', async () => {
    const rows: [status: number, asked: number][] = [
      [400, 0],
      [401, 1],
      [403, 1],
      [404, 1],
      [408, 1],
      [413, 0],
      [422, 0],
      [429, 1],
      [500, 1],
      [502, 1],
      [503, 1],
      [529, 1],
    ];
    for (const [status, asked] of rows) {
      const model = fresh('openai-').script(refuses(status), answers('openai', 'from the second'));
      const response = await fixture.ask('openai', model);
      await response.text();
      expect([status, ...model.asked(), response.ok]).toEqual([status, 1, asked, asked === 1]);
      expect(response.headers.get('x-th-attempts')).toBe(String(1 + asked));
    }
  });

  test('a context that is too long, and a refusal by policy, are the same everywhere', async () => {
    for (const message of ['maximum context length is 8192 tokens', 'content_policy_violation']) {
      const model = fresh('openai-').script(
        (exchange) => exchange.json(400, { error: { message, type: 'invalid_request_error' } }),
        answers('openai', 'from the second'),
      );
      expect((await fixture.ask('openai', model)).status).toBe(400);
      expect(model.asked()).toEqual([1, 0]);
    }
  });

  test('fault 33: what may have been done already has one further try, whatever comes of it', async () => {
    const model = fresh('three-').script(
      (exchange) => exchange.reset(),
      (exchange) => exchange.reset(),
      answers('openai', 'from the third'),
    );
    const response = await fixture.ask('openai', model);
    expect(response.status).toBe(502);
    expect(response.headers.get('x-th-attempts')).toBe('2');
    // Deno's own client sends a request once more when its connection breaks, and tells nobody.
    if (process.env.TH_RUNTIME !== 'deno') expect(model.asked()[0]).toBe(1);
    expect(model.asked()[2]).toBe(0);
    const line = await fixture.line(model);
    expect(line).toMatchObject({ attempts: 2, lost: [{ may_cost: true }, { may_cost: true }] });
  });

  test('fault 33: a lone target that resets is asked once more', async () => {
    let asked = 0;
    const model = fresh('lone-').script((exchange) =>
      asked++ === 0 ? exchange.reset() : exchange.json(200, openaiCompletion()),
    );
    const response = await fixture.ask('openai', model);
    expect([response.status, response.headers.get('x-th-attempts')]).toEqual([200, '2']);
  });

  test('fault 38: an upstream that never answers has one further try', async () => {
    const model = fresh('three-').script(
      (exchange) => exchange.stall(),
      answers('openai', 'from the second'),
      answers('openai', 'from the third'),
    );
    expect(await (await fixture.ask('openai', model)).text()).toContain('from the second');
    const silent = fresh('three-').script(
      (exchange) => exchange.stall(),
      (exchange) => exchange.stall(),
      answers('openai', 'from the third'),
    );
    expect((await fixture.ask('openai', silent)).status).toBe(504);
    expect(silent.asked()).toEqual([1, 1, 0]);
  });

  test('fault 34: a provider that cannot be reached costs nothing but the next one', async () => {
    for (const name of ['refused', 'nowhere', 'not-tls']) {
      const model = fixture.model(name).script(() => undefined, answers('openai', 'from the second'));
      const response = await fixture.ask('openai', model);
      expect(await response.text()).toContain('from the second');
      expect([name, response.headers.get('x-th-attempts')]).toEqual([name, '2']);
    }
    expect(elsewhere.requests).toEqual([]);
  });

  test('fault 37: a redirect is not followed; another target is asked', async () => {
    const model = fresh('openai-').script(
      (exchange) => exchange.answer(307, '', [['location', `${elsewhere.url}/v1/chat/completions`]]),
      answers('openai', 'from the second'),
    );
    expect(await (await fixture.ask('openai', model)).text()).toContain('from the second');
    expect(elsewhere.requests).toEqual([]);
  });

  test('fault 36: a lone target is waited for as long as it asks, up to ten seconds, and not longer', async () => {
    const rows: [retryAfter: string, tries: number, leastMs: number][] = [
      ['1', 2, 1000],
      ['garbage', 2, 900],
      ['-3', 2, 900],
      ['0', 2, 100],
      [new Date(0).toUTCString(), 2, 100],
      ['30', 1, 0],
      ['315360000', 1, 0],
      [new Date(Date.now() + 3_600_000).toUTCString(), 1, 0],
    ];
    const waited = rows.map(async ([retryAfter, tries, leastMs]) => {
      let asked = 0;
      const model = fresh('lone-').script((exchange) =>
        asked++ === 0 ? refuses(429, retryAfter)(exchange) : exchange.json(200, openaiCompletion()),
      );
      const askedAt = performance.now();
      const response = await fixture.ask('openai', model);
      await response.text();
      expect([retryAfter, model.asked()[0], response.ok]).toEqual([retryAfter, tries, tries === 2]);
      expect(response.headers.get('x-th-attempts')).toBe(String(tries));
      expect(performance.now() - askedAt).toBeGreaterThanOrEqual(leastMs);
      if (tries === 1) expect(performance.now() - askedAt).toBeLessThan(10_000);
    });
    await Promise.all(waited);
  });

  test('retry.attempts: a lone target is asked three times, no more', async () => {
    const model = fresh('lone-').script(refuses(500));
    const response = await fixture.ask('openai', model);
    expect([response.status, response.headers.get('x-th-attempts')]).toEqual([502, '3']);
    expect(model.asked()).toEqual([3]);
  });

  test('C12: a client that has gone is not asked for anywhere else', async () => {
    const model = fresh('openai-').script(
      async (exchange) => {
        await exchange.peerClosed;
      },
      answers('openai', 'from the second'),
    );
    const client = new AbortController();
    const answer = post(fixture, 'openai', requestBody('openai', model.id), { signal: client.signal });
    await fixture.upstream.received(1, model.upstreamModels[0]);
    client.abort();
    await expect(answer).rejects.toThrow();
    await Bun.sleep(300);
    expect(model.asked()).toEqual([1, 0]);
  });

  test('C13: a client that goes while the gateway waits ends the wait', async () => {
    const model = fresh('lone-').script(refuses(429, '1'));
    const client = new AbortController();
    const answer = post(fixture, 'openai', requestBody('openai', model.id), { signal: client.signal });
    await fixture.upstream.received(1, model.upstreamModels[0]);
    await Bun.sleep(200);
    client.abort();
    await expect(answer).rejects.toThrow();
    await Bun.sleep(1500);
    expect(model.asked()).toEqual([1]);
    const line = await fixture.line(model);
    expect(line).toMatchObject({ outcome: 'client_abort', attempts: 1 });
    expect(line.duration_ms as number).toBeLessThan(1000);
  });

  const schema = { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } } };

  test('C14: a failover never loses what the request needs', async () => {
    const model = fixture.model('schema').script(refuses(503), answers('openai', 'prose'));
    const response = await fixture.ask('openai', model, schema);
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('prose');
    expect(model.asked()[1]).toBe(0);
    // Without the need the same failover happens.
    expect(await (await fixture.ask('openai', model)).text()).toContain('prose');
  });

  const image = {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
        ],
      },
    ],
  };

  test('C14: the target that can is asked first, whatever its priority', async () => {
    const model = fixture.model('seeing').script(answers('openai', 'blind'), answers('anthropic', 'an image'));
    const response = await fixture.ask('openai', model, image);
    expect(await response.text()).toContain('an image');
    expect(response.headers.get('x-th-attempts')).toBe('1');
    expect(await (await fixture.ask('openai', model)).text()).toContain('blind');
  });

  test('C14: where none can, the 400 says who lacks what, and nothing is sent', async () => {
    const model = fixture.model('blind').script(answers('openai', 'x'), answers('anthropic', 'x'));
    const response = await fixture.ask('openai', model, { ...image, ...schema });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        code: 'unsupported_value',
        param: 'messages',
        message:
          'No place that serves blind can honour this request: blind-0 reads no images; ' +
          'blind-1 reads no images and cannot be held to a JSON schema',
      },
    });
    expect(model.asked()).toEqual([0, 0]);
    expect(response.headers.get('x-th-attempts')).toBeNull();
  });

  test('C7, C11: what a lost try used is told in the log and paid by nobody', async () => {
    const usage = async () => {
      const response = await fetch(`${fixture.url}/v1/usage`, { headers: { authorization: `Bearer ${fixture.key}` } });
      const { total } = (await response.json()) as { total: { input_tokens: number; requests: number } };
      return total;
    };
    const model = fresh('anthropic-').script(
      (exchange) => exchange.stream([...OPENINGS.anthropic, ERROR_EVENTS.anthropic]),
      answers('anthropic', 'from the second'),
    );
    const before = await usage();
    await readStream(await fixture.ask('anthropic', model, { stream: true }));
    const after = await usage();
    expect([after.requests - before.requests, after.input_tokens - before.input_tokens]).toEqual([1, 12]);
    const line = await fixture.line(model);
    expect(line).toMatchObject({
      attempts: 2,
      provider: `${model.id}-1`,
      outcome: 'answered',
      input_tokens: 12,
      lost: [
        { provider: `${model.id}-0`, error: 'upstream_overloaded', input_tokens: 12, own_cost_usd: '0.000014000' },
      ],
    });

    const failed = fresh('anthropic-').script(
      (exchange) => exchange.stream([...OPENINGS.anthropic, ERROR_EVENTS.anthropic]),
      (exchange) => exchange.stream([...OPENINGS.anthropic, ERROR_EVENTS.anthropic]),
    );
    const response = await fixture.ask('anthropic', failed, { stream: true });
    expect(response.status).toBe(529);
    expect(response.headers.get('x-should-retry')).toBe('true');
    expect((await usage()).input_tokens).toBe(after.input_tokens);
  });

  test('a target with a price of its own is billed at it', async () => {
    const model = fixture.model('prices').script(refuses(503), answers('openai', 'x'));
    const response = await fixture.ask('openai', model);
    expect(response.headers.get('x-th-cost-usd')).toBe('0.000180000');
    await response.text();
  });

  test('a key that is refused is followed by the next one, and left alone for a while', async () => {
    const keys: (string | undefined)[] = [];
    const model = fixture.model('keys').script((exchange) => {
      keys.push(exchange.request.header('authorization'));
      return keys.at(-1) === 'Bearer sk-bad' ? refuses(401)(exchange) : exchange.json(200, openaiCompletion());
    });
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      const response = await fixture.ask('openai', model, { messages: [{ role: 'user', content: `${i}` }] });
      statuses.push(response.status);
      await response.text();
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200]);
    expect(keys.filter((key) => key === 'Bearer sk-bad')).toHaveLength(1);
    expect(keys.filter((key) => key === 'Bearer sk-good')).toHaveLength(6);
  });

  test('I4: the target that would serve a request counts its tokens, not another one', async () => {
    const counted = async (model: { readonly id: string }) => {
      const response = await fetch(`${fixture.url}/v1/messages/count_tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': fixture.key },
        body: JSON.stringify(requestBody('anthropic', model.id)),
      });
      await response.text();
      return response.headers.get('x-th-usage');
    };
    const counts: Script = (exchange) => exchange.json(200, { input_tokens: 42 });
    const first = fresh('to-anthropic-').script(counts, counts);
    expect([await counted(first), first.asked()]).toEqual(['estimated', [0, 0]]);
    const second = fresh('to-openai-').script(counts, counts);
    expect([await counted(second), second.asked()]).toEqual(['reported', [1, 0]]);
  });

  test('E9: every try is made anew from the client’s own bytes', async () => {
    const bodies: string[] = [];
    const note =
      (then: Script): Script =>
      (exchange) => {
        bodies.push(exchange.request.text());
        return then(exchange);
      };
    const model = fresh('openai-').script(note(refuses(500)), note(answers('openai', 'x')));
    const body = `{ "messages":[{"role":"user","content":"1.0 \\u00e9 <é>"}],"th_x":1, "seed": 12345678901234567890,"model":"${model.id}"}`;
    await (await post(fixture, 'openai', body)).text();
    const expected = (i: number) =>
      body.replace('"th_x":1, ', '').replace(`"${model.id}"`, `"${model.upstreamModels[i]}"`);
    expect(bodies).toEqual([expected(0), expected(1)]);
  });
});
