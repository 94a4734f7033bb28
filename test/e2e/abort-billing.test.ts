/** Clients that leave at every point of an answer: the upstream is closed, and what had come is on the bill, once. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { type ClientShape, routeOf } from '../support/clients.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { entriesOfModel, openHolds, type StoredEntry, theEntry } from '../support/ledger-entries.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { modelOf, ScriptedUpstream, SSE_HEADERS, type Exchange } from '../support/scripted-upstream.ts';

setDefaultTimeout(120_000);

const SHAPES = ['openai', 'anthropic'] as const;
const DIRECTIONS = SHAPES.flatMap((client) => SHAPES.map((upstream) => [client, upstream] as const));
const STREAM: Record<ClientShape, readonly string[]> = { openai: openaiStream(), anthropic: anthropicStream() };
const END: Record<ClientShape, string> = { openai: '[DONE]', anthropic: 'message_stop' };
const INPUT = 12;
const OUTPUT = 3;
/** Nano-dollars a token. */
const PRICE = { input: 1000n, output: 2000n };
/** 200 ms is what is wanted, and what the median has to keep; one of many may be late on a busy machine. */
const CLOSED_MS = 200;
const LATE_MS = 2000;
const AT_ONCE = 8;

let upstream: ScriptedUpstream;
let gateway: Gateway;
/** Told of the request for a model, and how to answer it. */
const scripts = new Map<string, (exchange: Exchange) => void>();
beforeAll(async () => {
  upstream = await ScriptedUpstream.start((exchange) => {
    scripts.get(modelOf(exchange.request) ?? '')?.(exchange);
    return exchange.stall();
  });
  const one = (provider: string) => ({ targets: [{ provider, model: '*' }], price: { input: 1, output: 2 } });
  gateway = await startGateway({
    config: {
      retry: { attempts: 1 },
      providers: { openai: providerOf(upstream, 'openai'), anthropic: providerOf(upstream, 'anthropic') },
      models: { 'openai/*': one('openai'), 'anthropic/*': one('anthropic') },
    },
  });
});
afterAll(async () => {
  await gateway?.stop();
  await upstream?.stop();
});

let models = 0;

interface Left {
  readonly entry: StoredEntry;
  /** How long the upstream's connection outlived the client's. */
  readonly closedMs: number;
  /** What the client had got. */
  readonly got: string;
}

/** Asks, has the upstream send `writes`, leaves a moment after the last of them, and looks at what came of it. */
async function leave(
  client: ClientShape,
  target: ClientShape,
  stream: boolean,
  writes: (exchange: Exchange) => Promise<unknown>,
  how: 'close' | 'reset',
): Promise<Left> {
  const name = `m${models++}`;
  const model = `${target}/${name}`;
  const arrived = Promise.withResolvers<Exchange>();
  scripts.set(name, arrived.resolve);
  const socket = await RawClient.connect(gateway.port);
  const body = JSON.stringify({ model, max_tokens: 64, stream, messages: [{ role: 'user', content: 'Say hello.' }] });
  const headers = [
    ['content-type', 'application/json'],
    ['authorization', `Bearer ${gateway.key}`],
  ] as const;
  await socket.send(rawRequest(routeOf(client), { method: 'POST', headers, body }));
  const exchange = await arrived.promise;
  await writes(exchange);
  let before = -1;
  // Until nothing more comes of what was sent, although the gateway had turns enough for it: it answered others meanwhile.
  while (socket.bytesRead !== before) {
    before = socket.bytesRead;
    await Bun.sleep(40);
    for (let turn = 0; turn < 3; turn++) await (await fetch(`${gateway.url}/livez`)).bytes();
  }
  const got = socket.pending;
  const leftMs = performance.now();
  socket[how]();
  const closedMs = (await Promise.race([exchange.peerClosed, Bun.sleep(10_000).then(() => Infinity)])) - leftMs;
  const entry = await theEntry(gateway.dataDir, { model });
  return { entry, closedMs, got };
}

function expectBilled({ entry, got }: Left): void {
  expect(entry.cost).toBe(BigInt(entry.input) * PRICE.input + BigInt(entry.output) * PRICE.output);
  expect(entry.cost).toBeLessThanOrEqual(entry.held);
  // The upstream has read the prompt, whatever came of it.
  expect(entry.input).toBeGreaterThan(0);
  expect(entry.cost).toBeGreaterThan(0n);
  if (got.includes('Hello')) expect(entry.output).toBeGreaterThan(0);
}

async function inTurns<T>(jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < jobs.length) {
      const at = next++;
      results[at] = await (jobs[at] as () => Promise<T>)();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[all.length >> 1] as number;

/** Before the first event, behind each, and in the middle of each. */
const POINTS = (events: readonly string[]) =>
  events.flatMap((event, at) => [
    { whole: at, part: '' },
    { whole: at, part: event.slice(0, event.length >> 1) },
  ]);

describe.each(DIRECTIONS)('a stream, %s client, %s upstream', (client, target) => {
  const events = STREAM[target];
  /** Behind this event nothing of the usage is a guess. */
  const toldAt = events.findIndex((event) => /"completion_tokens":3|"usage":\{"output_tokens":3\}/.test(event));

  test(`G1, G4, G5, G6, G8, fault 16: left at each of ${2 * events.length} points: closed at once, billed once for what had come`, async () => {
    const points = POINTS(events);
    const jobs = points.map(({ whole, part }, at) => async () => {
      const left = await leave(
        client,
        target,
        true,
        async (exchange) => {
          await exchange.head({ headers: SSE_HEADERS, framing: 'chunked' });
          for (const event of events.slice(0, whole)) await exchange.write(event);
          await exchange.write(part);
        },
        at % 2 === 0 ? 'reset' : 'close',
      );
      const { entry } = left;
      const where = `${whole} events and ${part.length} bytes`;
      // An Anthropic client has all of its answer when usage has come, whatever an OpenAI upstream has yet to say.
      const isWhole = left.got.includes(END[client]);
      if (isWhole) expect(whole).toBeGreaterThan(toldAt);
      expect([where, entry.outcome]).toEqual([where, isWhole ? 'answered' : 'client_abort']);
      expect([where, entry.estimated]).toEqual([where, whole <= toldAt]);
      expectBilled(left);
      // What was told at the start of the stream, or at its end, is not guessed.
      if (whole > toldAt || (target === 'anthropic' && whole > 0)) expect(entry.input).toBe(INPUT);
      if (whole > toldAt) expect(entry.output).toBe(OUTPUT);
      return left.closedMs;
    });
    const closed = await inTurns(jobs);
    console.log(
      `${client} client, ${target} upstream: closed after ${median(closed).toFixed(1)} ms in the median, ` +
        `${Math.max(...closed).toFixed(1)} ms at most, of ${closed.length}`,
    );
    expect(Math.max(...closed)).toBeLessThan(LATE_MS);
    expect(median(closed)).toBeLessThan(CLOSED_MS);
    expect(openHolds(gateway.dataDir)).toBe(0);
  });

  test('left when all of it had come: it is answered, and charged as the upstream told', async () => {
    const { entry } = await leave(
      client,
      target,
      true,
      async (exchange) => {
        await exchange.head({ headers: SSE_HEADERS, framing: 'close' });
        for (const event of events) await exchange.write(event);
        await exchange.end();
      },
      'reset',
    );
    expect(entry).toMatchObject({ outcome: 'answered', input: INPUT, output: OUTPUT, estimated: false, cost: 18_000n });
  });

  test('G2: left before the status line: the input is charged, as an estimate', async () => {
    const left = await leave(client, target, true, async () => undefined, 'reset');
    expect(left.entry).toMatchObject({ outcome: 'client_abort', output: 0, estimated: true, attempts: 1 });
    expectBilled(left);
    expect(left.closedMs).toBeLessThan(LATE_MS);
  });
});

describe.each(DIRECTIONS)('a JSON answer, %s client, %s upstream', (client, target) => {
  const text = JSON.stringify(target === 'openai' ? openaiCompletion() : anthropicMessage());

  test('G3: left before it, within it and within its headers: closed at once, the input charged as an estimate', async () => {
    const json = [
      ['content-type', 'application/json'],
      ['content-length', String(text.length)],
    ] as const;
    const cases: readonly ((exchange: Exchange) => Promise<unknown>)[] = [
      async () => undefined,
      (exchange) => exchange.raw('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'),
      async (exchange) => {
        await exchange.head({ headers: json, framing: 'content-length' });
        await exchange.write(text.slice(0, text.length >> 1));
      },
      async (exchange) => {
        await exchange.head({ headers: json.slice(0, 1), framing: 'chunked' });
        await exchange.write(text.slice(0, text.length - 1));
      },
    ];
    const jobs = cases.map((writes, at) => async () => {
      const left = await leave(client, target, false, writes, at % 2 === 0 ? 'reset' : 'close');
      expect(left.entry).toMatchObject({ outcome: 'client_abort', output: 0, estimated: true, attempts: 1 });
      expectBilled(left);
      return left.closedMs;
    });
    const closed = await inTurns(jobs);
    expect(Math.max(...closed)).toBeLessThan(LATE_MS);
    expect(median(closed)).toBeLessThan(CLOSED_MS);
  });
});

test('none of them is on the bill twice, and the books are sound', async () => {
  for (let at = 0; at < models; at++) {
    const all = SHAPES.flatMap((shape) => entriesOfModel(gateway.dataDir, `${shape}/m${at}`));
    expect(all).toHaveLength(1);
  }
  const { code, stdout } = await gateway.run('ledger', 'verify', '--json');
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    { ok: true, entries: models, open_holds: 0, drift_count: 0, drift: [] },
  ]);
});
