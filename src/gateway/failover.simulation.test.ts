/** Random worlds on a simulated clock. `TH_SEED` runs one schedule again, `TH_RUNS` says how many there are. */
import { expect, setDefaultTimeout, test } from 'bun:test';
import { OPENAI_CAPABILITIES } from '../protocol/transcode/capabilities.ts';
import type { RequestFinished } from '../telemetry/events.ts';
import { Crossings } from './crossings.ts';
import { Exchange } from './exchange.ts';
import { InputEstimates } from './input-estimate.ts';
import { Relay } from './relay.ts';
import { Catalogue, type ConnectedProvider } from './routing/catalogue.ts';
import type { TargetHealth } from './routing/health.ts';
import { Health } from './routing/health-registry.ts';
import { Orchestra } from './orchestra/orchestra.ts';
import { Planner } from './routing/plan.ts';
import { Sessions } from './routing/session-memory.ts';
import { type Behaviour, behave, mayHaveCost, seeded, settle, SimClock, USAGE } from './sim-world.fixture.ts';
import { KeyTurns } from './upstream/key-turns.ts';

setDefaultTimeout(600_000);

const RUNS = Number(process.env.TH_RUNS ?? 300);
const SEED = Number(process.env.TH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const ONLY = process.env.TH_SEED !== undefined;

interface Asked {
  readonly request: string;
  readonly provider: string;
  readonly behaviour: Behaviour;
  readonly atMs: number;
}

/** What one client saw. */
interface Client {
  readonly id: string;
  readonly exchange: Exchange;
  leftMs: number;
  /** When it had something of an answer. */
  answeredMs: number;
  response: Response | undefined;
  text: string;
}

const STATUSES = [400, 401, 404, 408, 429, 429, 500, 500, 503];

async function runSchedule(seed: number): Promise<void> {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const clock = new SimClock();
  clock.now = 1_000_000;
  const health = new Health();
  const healths: TargetHealth[] = [];
  const log: Asked[] = [];
  const finished: RequestFinished[] = [];
  const faults: string[] = [];
  const targets = 1 + Math.floor(random() * 3);
  const retry = { attempts: 1 + Math.floor(random() * 4), budget: pick([0, 0.05, 0.2, 0.2, 1]) };
  /** Each place fails as often as it does, until all are healed. */
  const failing = Array.from({ length: targets }, () => pick([0, 0.3, 0.9, 1]));
  let isHealed = false;

  const draw = (place: number, stream: boolean): Behaviour => {
    const fine = isHealed || random() >= (failing[place] ?? 0);
    if (!stream && fine) return { kind: 'json', afterMs: pick([5, 200, 3000]) };
    if (fine) return { kind: 'stream', opensMs: pick([5, 300]), contentMs: pick([5, 100, 2500]) };
    const kind = pick([
      'status',
      'status',
      'refuse',
      'reset',
      'hang',
      stream ? 'early' : 'status',
      stream ? 'late' : 'reset',
    ] as const);
    if (kind === 'status') return { kind, status: pick(STATUSES), retryAfter: pick(['0', '1', '3', '60', 'x']) };
    if (kind === 'early' || kind === 'late') return { kind, ends: pick(['error', 'cut']) };
    return { kind };
  };

  const providers = Array.from({ length: targets }, (_, place): ConnectedProvider => ({
    name: `p${place}`,
    shapes: ['openai'],
    dialect: { usageInStream: true, eofWithoutDone: 'error', auth: 'bearer' },
    timeouts: { connectMs: 1000, firstByteMs: 5000, idleMs: 4000, totalMs: 60_000 },
    keys: new KeyTurns(pick([1, 1, 2])),
    redactorFor: () => (text) => text,
    upstream: {
      send: (request) => {
        const body = JSON.parse(new TextDecoder().decode(request.body)) as {
          messages: { content: string }[];
          stream?: boolean;
        };
        const behaviour = draw(place, body.stream === true);
        log.push({ request: body.messages[0]?.content ?? '', provider: `p${place}`, behaviour, atMs: clock.now });
        return behave(behaviour, request, clock);
      },
    },
  }));
  const catalogue = new Catalogue([
    {
      id: 'm',
      policy: pick(['weight', 'latency', 'cost']),
      price: { input: 1n, output: 1n, cacheRead: 1n, cacheWrite: 1n },
      context: undefined,
      maxOutput: undefined,
      targets: providers
        .map((provider) => ({
          provider,
          model: 'up',
          priority: pick([0, 0, 1]),
          weight: 1 + random(),
          hasWeight: random() < 0.5,
          price: undefined,
          capabilitiesOf: () => OPENAI_CAPABILITIES,
          healthOf: (model: string) => {
            const one = health.of(provider.name, model);
            healths.push(one);
            return one;
          },
        }))
        .sort((a, b) => a.priority - b.priority),
    },
  ]);
  const estimates = new InputEstimates();
  const orchestra = new Orchestra({ id: 'routed', pools: new Map(), quality: 0.5 });
  const relay = new Relay({
    keys: { authenticate: () => ({ keyId: 'k', account: 'a', models: null }) as never },
    graph: () => ({
      catalogue,
      orchestra,
      limits: { maxBodyBytes: 1e6, bodyTimeoutMs: 1e6 },
      heartbeatMs: 1000,
      retry,
    }),
    ticker: clock.ticker,
    crossings: new Crossings({ signer: {} as never, turns: {} as never, estimates }),
    planner: new Planner({ sessions: new Sessions(), estimates, now: () => clock.now, random }),
    random,
    events: {
      requestFinished: (event) => finished.push(event),
      fault: (what, cause) => faults.push(`${what}: ${String((cause as Error)?.stack ?? cause)}`),
    },
    via: '1.1 sim',
    holdOpen: () => undefined,
  });

  const clients: Client[] = [];
  const ask = (id: string, mayLeave: boolean): void => {
    const controller = new AbortController();
    const client: Client = {
      id,
      exchange: new Exchange('POST', '/v1/chat/completions', 'openai'),
      leftMs: Number.POSITIVE_INFINITY,
      answeredMs: Number.POSITIVE_INFINITY,
      response: undefined,
      text: '',
    };
    clients.push(client);
    const body = JSON.stringify({
      model: 'm',
      messages: [{ role: 'user', content: id }],
      ...(random() < 0.6 ? { stream: true, stream_options: { include_usage: true } } : {}),
    });
    const request = new Request('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': String(body.length) },
      body,
      signal: controller.signal,
    });
    void relay.handle(request, client.exchange).then(async (response) => {
      client.response = response;
      client.answeredMs = clock.now;
      const decoder = new TextDecoder();
      try {
        for await (const part of response.body ?? []) client.text += decoder.decode(part as Uint8Array);
      } catch {
        // The client left, or was made to.
      }
    });
    if (!mayLeave) return;
    clock.at(pick([1, 30, 500, 4000]), () => {
      client.leftMs = clock.now;
      controller.abort();
      void client.response?.body?.cancel().catch(() => undefined);
    });
  };

  const requests = 3 + Math.floor(random() * 8);
  for (let i = 0; i < requests; i++) {
    const mayLeave = random() < 0.2;
    clock.at(Math.floor(random() * 20_000), () => ask(`r${i}`, mayLeave));
  }
  const startMs = clock.now;
  await clock.runUntil(startMs + 120_000);

  // Everything is mended: each breaker has come to the end of its pause, and lets a request prove it.
  isHealed = true;
  await clock.runUntil(clock.now + 125_000);
  const mended = targets + 1;
  for (let i = 0; i < mended; i++) {
    ask(`mended${i}`, false);
    await clock.runUntil(clock.now + 10_000);
  }
  await settle();

  expect(faults).toEqual([]);
  expect(finished).toHaveLength(clients.length);
  expect(clock.watching).toBe(0);
  for (const one of healths) expect(one.pending).toBe(0);
  for (const client of clients) checkClient(client);
  for (const { status } of clients.slice(-mended).map(({ exchange }) => exchange)) expect(status).toBe(200);
  for (const one of healths) expect(one.isUp(clock.now)).toBe(true);
  const again = log.length - new Set(log.map(({ request }) => request)).size;
  const elapsedS = (clock.now - startMs) / 1000;
  expect(again).toBeLessThanOrEqual(
    retry.budget === 0 ? 0 : targets * (100 + elapsedS * 10) + retry.budget * log.length,
  );

  function checkClient({ id, exchange, response, leftMs, answeredMs, text }: Client): void {
    const asked = log.filter(({ request }) => request === id);
    const events = finished.filter((event) => event.requestId === exchange.requestId);
    expect(events).toHaveLength(1);
    const [event] = events as [RequestFinished];
    expect(event.attempts).toBe(asked.length);
    expect(asked.length).toBeLessThanOrEqual(retry.attempts);
    expect(event.settled).toBe(asked.length > 0);
    // A client that has gone is not asked for, and one that has an answer not again.
    for (const { atMs } of asked) expect(atMs).toBeLessThanOrEqual(Math.min(leftMs, answeredMs));
    for (const [i, { behaviour }] of asked.entries()) {
      if (behaviour.kind === 'status' && behaviour.status === 400) expect(i).toBe(asked.length - 1);
      if (behaviour.kind === 'late') expect(i).toBe(asked.length - 1);
      if (mayHaveCost(behaviour)) expect(asked.length - 1 - i).toBeLessThanOrEqual(1);
    }
    if (response === undefined) throw new Error('a request was never answered');
    if (response.status === 499) return;
    expect(response.headers.get('x-th-attempts')).toBe(asked.length === 0 ? null : String(asked.length));
    if (response.status === 200) expect(response.headers.get('x-th-provider')).toBe(asked.at(-1)?.provider ?? '');
    if (event.outcome !== 'answered') {
      if (leftMs === Number.POSITIVE_INFINITY) expect(text).not.toContain('[DONE]');
      if (response.status !== 200) expect(event.usage).toBeUndefined();
      return;
    }
    expect(event.usage).toMatchObject({ inputTokens: USAGE.inputTokens, outputTokens: USAGE.outputTokens });
    expect(event.lost).toHaveLength(asked.length - 1);
    if (leftMs === Number.POSITIVE_INFINITY) expect(text).toContain('word');
  }
}

test(`fault 80: ${RUNS} random schedules, from TH_SEED=${SEED}: nothing is sent twice that was answered, everything is settled once`, async () => {
  for (let i = 0; i < (ONLY ? 1 : RUNS); i++) {
    try {
      await runSchedule(SEED + i);
    } catch (cause) {
      console.error(`\nrun it again with TH_SEED=${SEED + i}\n`);
      throw cause;
    }
  }
});
