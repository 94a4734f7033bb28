/** When another target is asked, and when not. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { openaiCompletion } from '../support/answers.ts';
import { endedWell, expectFailure } from '../support/failed-stream.ts';
import { type FailoverFixture, startFailover } from '../support/failover-fixture.ts';
import { readStream } from '../support/sse-events.ts';
import {
  ERROR_EVENTS,
  OPENINGS,
  STREAMS,
  answers,
  both,
  freshModels,
  numbered,
  refuses,
} from '../support/failover-scripts.ts';

setDefaultTimeout(30_000);

const SHAPES = ['openai', 'anthropic'] as const;

describe('a failing provider', () => {
  let fixture: FailoverFixture;
  const fresh = freshModels(() => fixture);
  beforeAll(async () => {
    fixture = await startFailover({
      ...numbered('openai-', 40, both('openai')),
      ...numbered('anthropic-', 40, both('anthropic')),
      ...numbered('to-openai-', 40, [{ shape: 'anthropic' }, { shape: 'openai' }]),
      ...numbered('to-anthropic-', 40, [{ shape: 'openai' }, { shape: 'anthropic' }]),
      keys: { places: [{ shape: 'openai', provider: { api_key: undefined, api_keys: ['sk-bad', 'sk-good'] } }] },
    });
  });
  afterAll(async () => {
    await fixture?.stop();
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
});
