/** Requests that are sent again under the same `Idempotency-Key`. */
import { expect } from 'bun:test';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from './answers.ts';
import { post, requestBody, type ClientShape } from './clients.ts';
import { expectHouseHeaders } from './house-headers.ts';
import type { RelayFixture, Target } from './relay-fixture.ts';
import type { Exchange, Script } from './scripted-upstream.ts';

export const SHAPES = ['openai', 'anthropic'] as const;
export const FORMS = ['json', 'stream'] as const;
export const KINDS = SHAPES.flatMap((shape) => FORMS.map((form) => [shape, form] as const));
export const STREAM: Record<ClientShape, readonly string[]> = { openai: openaiStream(), anthropic: anthropicStream() };
export const other = (shape: ClientShape): ClientShape => (shape === 'openai' ? 'anthropic' : 'openai');

interface Asking {
  readonly key?: string;
  readonly apiKey?: string;
  readonly headers?: Record<string, string>;
  readonly extra?: object;
  readonly signal?: AbortSignal;
}

/** A whole answer that is another each time it is made. */
export function answering(
  shape: ClientShape,
  form: 'json' | 'stream',
  before?: (exchange: Exchange) => Promise<unknown>,
): Script {
  let made = 0;
  return async (exchange) => {
    const id = `made-${++made}`;
    await before?.(exchange);
    if (form === 'stream')
      await exchange.stream(STREAM[shape].map((event) => event.replaceAll('Hello', `Hello ${id}`)));
    else await exchange.json(200, shape === 'openai' ? openaiCompletion({ id }) : anthropicMessage({ id }));
  };
}

export function expectReplay(replay: Response, first: Response): void {
  expect(replay.status).toBe(first.status);
  expect(replay.headers.get('idempotent-replayed')).toBe('true');
  expect(first.headers.get('idempotent-replayed')).toBeNull();
  const ids = [first, replay].map(({ headers }) => expectHouseHeaders(headers));
  expect(ids[0]).not.toBe(ids[1]!);
  expect(replay.headers.get('x-th-original-request-id')).toBe(ids[0]!);
  expect(replay.headers.get('x-th-cost-usd')).toBe('0.000000000');
  for (const name of [
    'content-type',
    'x-th-provider',
    'x-th-upstream-model',
    'x-th-attempts',
    'x-th-usage',
    'x-th-passthrough',
    'cache-control',
    'x-should-retry',
    'retry-after',
  ]) {
    expect([name, replay.headers.get(name)]).toEqual([name, first.headers.get(name)]);
  }
}

/** Ways to ask one relay, and to see what came of it. */
export function askAgainAt(relay: () => RelayFixture) {
  function ask(target: Target, form: 'json' | 'stream', asking: Asking = {}): Promise<Response> {
    const { key, apiKey = relay().key, headers = {}, extra = {}, signal } = asking;
    const body = requestBody(target.shape, target.id, { ...(form === 'stream' ? { stream: true } : {}), ...extra });
    return post({ url: relay().url, key: apiKey }, target.shape, body, {
      headers: { ...headers, ...(key === undefined ? {} : { 'idempotency-key': key }) },
      ...(signal === undefined ? {} : { signal }),
    });
  }

  const asked = (target: Target) => relay().upstream.requestsFor(target.upstreamModel).length;

  async function lines(target: Target, count: number): Promise<Record<string, unknown>[]> {
    for (let tries = 0; ; tries++) {
      const found = relay()
        .gateway.logs()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ model }) => model === target.id);
      if (found.length >= count || tries > 250) return found;
      await Bun.sleep(20);
    }
  }

  async function requestsOf(key: string): Promise<{ requests: number; output_tokens: number }> {
    const usage = await fetch(`${relay().url}/v1/usage`, { headers: { authorization: `Bearer ${key}` } });
    return ((await usage.json()) as { total: { requests: number; output_tokens: number } }).total;
  }

  return { ask, asked, lines, requestsOf };
}
