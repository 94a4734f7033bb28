/** Random worlds on a simulated clock. `TH_SEED` runs one schedule again, `TH_RUNS` says how many there are. */
import { expect, setDefaultTimeout, test } from 'bun:test';
import type { Principal } from '../../accounts/keys/keyring.ts';
import { MemoryLimiter } from '../../accounts/limits/memory.ts';
import { NO_LIMITS } from '../../accounts/limits/ports.ts';
import { OPENAI_CAPABILITIES } from '../../protocol/transcode/capabilities.ts';
import type { RequestFinished } from '../../telemetry/events.ts';
import { Crossings } from '../crossings.ts';
import { Exchange } from '../exchange.ts';
import { HedgeLost } from './hedge.ts';
import { Admissions } from '../billing/admissions.ts';
import { Books } from '../billing/books.fixture.ts';
import { InputEstimates } from '../input-estimate.ts';
import { Relay } from '../relay.ts';
import { Catalogue, type ConnectedProvider } from '../routing/catalogue.ts';
import type { TargetHealth } from '../routing/health.ts';
import { Health } from '../routing/health-registry.ts';
import { Orchestra } from '../orchestra/orchestra.ts';
import { Planner } from '../routing/plan.ts';
import { Sessions } from '../routing/session-memory.ts';
import { checkBooks } from './settled-once.fixture.ts';
import {
  type Behaviour,
  behave,
  failsAfterMs,
  mayHaveCost,
  seeded,
  settle,
  SimClock,
  USAGE,
  wordsOf,
} from './sim-world.fixture.ts';
import { KeyTurns } from '../upstream/key-turns.ts';

setDefaultTimeout(600_000);

const RUNS = Number(process.env.TH_RUNS ?? 300);
const SEED = Number(process.env.TH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const ONLY = process.env.TH_SEED !== undefined;

interface Asked {
  readonly request: string;
  readonly provider: string;
  readonly behaviour: Behaviour;
  readonly atMs: number;
  readonly signal: AbortSignal;
  /** Whether its target was up. */
  readonly wasUp: boolean;
  /** When it was known that nothing comes of it, or will come: it failed, or was given up. */
  failedMs: number;
  /** Its place, and that of its end, in the order of what the gateway did: much happens at one time. */
  readonly turn: number;
  endTurn: number;
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

const PRINCIPAL: Principal = {
  keyId: 'k',
  budgetId: 'k',
  account: 'a',
  name: 'k',
  models: null,
  limits: { ...NO_LIMITS, concurrency: 1000 },
  budget: null,
  payer: { account: 'a', prepaid: false, budget: null, limits: NO_LIMITS },
};

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
  const wasUp = new Map<string, boolean>();
  const targets = 1 + Math.floor(random() * 4);
  const hedge = random() < 0.5;
  const retry = { attempts: 1 + Math.floor(random() * 5), budget: pick([0, 0.05, 0.2, 0.2, 1]) };
  /** Each place fails as often as it does, until all are healed. */
  const failing = Array.from({ length: targets }, () => pick([0, 0.3, 0.9, 1]));
  let isHealed = false;
  let turn = 0;
  const heartbeatMs = pick([1000, 10_000]);

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
        const { signal } = request;
        const failedMs = clock.now + (failsAfterMs(behaviour) ?? Number.POSITIVE_INFINITY);
        const asked: Asked = {
          request: body.messages[0]?.content ?? '',
          provider: `p${place}`,
          behaviour,
          atMs: clock.now,
          signal,
          wasUp: wasUp.get(`p${place}`) === true,
          failedMs,
          turn: turn++,
          endTurn: Number.POSITIVE_INFINITY,
        };
        log.push(asked);
        // What fails is aborted, so that nothing of it stays open.
        signal.addEventListener('abort', () => {
          asked.failedMs = Math.min(asked.failedMs, clock.now);
          asked.endTurn = turn++;
        });
        return behave(behaviour, asked.provider, request, clock);
      },
    },
  }));
  const catalogue = new Catalogue([
    {
      id: 'm',
      policy: pick(['weight', 'latency', 'cost']),
      hedge,
      price: undefined,
      context: undefined,
      maxOutput: undefined,
      targets: providers
        .map((provider) => ({
          provider,
          model: 'up',
          priority: pick([0, 0, 1]),
          weight: 1 + random(),
          hasWeight: random() < 0.5,
          capabilitiesOf: () => OPENAI_CAPABILITIES,
          priceOf: () => ({ input: 10n ** 9n, output: 10n ** 10n, cacheRead: 10n ** 9n, cacheWrite: 10n ** 9n }),
          healthOf: (model: string) => {
            const one = health.of(provider.name, model);
            healths.push(one);
            // Called just before the request is sent.
            const enter = one.enter.bind(one);
            one.enter = (now) => {
              wasUp.set(provider.name, one.isUp(now));
              return enter(now);
            };
            // As if it had answered before; what a hedge waits for.
            for (const times of Object.values(one.firstByte)) {
              const usualMs = pick([0, 5, 15, 50, 400, 2600]);
              if (random() < 0.8) for (let i = 0; i < 20; i++) times.observe(usualMs);
            }
            return one;
          },
        }))
        .sort((a, b) => a.priority - b.priority),
    },
  ]);
  const estimates = new InputEstimates();
  const orchestra = new Orchestra({ id: 'routed', pools: new Map(), quality: 0.5 });
  const books = new Books();
  const limiter = new MemoryLimiter({ now: () => clock.now });
  const relay = new Relay({
    keys: { authenticate: () => PRINCIPAL },
    admissions: new Admissions({
      limiter,
      ledger: books,
      estimates,
      onFault: (what, cause) => faults.push(`${what}: ${String(cause)}`),
    }),
    graph: () => ({
      catalogue,
      orchestra,
      limits: { maxBodyBytes: 1e6, bodyTimeoutMs: 1e6 },
      heartbeatMs,
      retry,
      replay: { ttlMs: 0, totalBytes: 0 },
    }),
    ticker: clock.ticker,
    crossings: new Crossings({ signer: {} as never, turns: {} as never, estimates }),
    planner: new Planner({ sessions: new Sessions(), estimates, now: () => clock.now, random }),
    idempotency: {} as never,
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
  checkBooks(books, finished);
  const place = await limiter.admit({
    keyId: 'k',
    account: 'a',
    keyLimits: PRINCIPAL.limits,
    accountLimits: NO_LIMITS,
    tokens: 1,
  });
  // This one alone holds a place.
  expect(place).toMatchObject({ outcome: 'admitted', states: [{ kind: 'concurrency', remaining: 999 }] });
  expect(clock.watching).toBe(0);
  for (const one of healths) expect(one.pending).toBe(0);
  for (const client of clients) checkClient(client);
  for (const { status } of clients.slice(-mended).map(({ exchange }) => exchange)) expect(status).toBe(200);
  for (const one of healths) expect(one.isUp(clock.now)).toBe(true);
  for (const { behaviour, signal } of log) if (behaviour.kind === 'hang') expect(signal.aborted).toBe(true);
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
    for (const [i, { behaviour, atMs, failedMs, turn, endTurn }] of asked.entries()) {
      const later = asked.slice(i + 1);
      if (behaviour.kind === 'status' && behaviour.status === 400) expectNone(later, ({ atMs: at }) => at > failedMs);
      if (behaviour.kind === 'late') expectNone(later, ({ atMs: at }) => at > atMs + 20);
      // The one further try may have begun before.
      const further = asked.filter((one) => one.turn !== turn && (one.endTurn > endTurn || one.turn > endTurn));
      if (mayHaveCost(behaviour)) expect(further.length).toBeLessThanOrEqual(1);
    }
    // A hedge is a try that begins while another one may still be answered.
    const hedges = asked.filter(({ atMs }, i) => i > 0 && atMs < (asked[i - 1] as Asked).failedMs);
    const most = hedge && targets > 1 && retry.budget > 0 ? 1 : 0;
    expect(hedges.length).toBeLessThanOrEqual(most);
    expectNone(hedges, (one) => !one.wasUp);
    const lost = asked.filter(({ signal }) => signal.reason instanceof HedgeLost);
    expect(lost.length).toBeLessThanOrEqual(most);
    // One that failed when the other one won is told as given up, too.
    const told = event.lost.filter(({ errorCode, mayCost }) => errorCode === 'hedge_lost' && mayCost);
    expect(told.length).toBeWithin(lost.length, most + 1);
    expect(event.lost.length).toBeLessThanOrEqual(asked.length);
    seen.hedges += hedges.length;
    seen.lost += lost.length;
    if (response === undefined) throw new Error('a request was never answered');
    if (response.status === 499) return;
    expect(response.headers.get('x-th-attempts')).toBe(asked.length === 0 ? null : String(asked.length));
    if (response.status === 200) {
      const provider = response.headers.get('x-th-provider') ?? '';
      // When the client has something of the answer, nobody works on another one.
      const others = asked.filter((one) => one.provider !== provider);
      expectNone(others, ({ failedMs }) => failedMs > answeredMs);
      expectNone(others, (one) => text.includes(wordsOf(one.provider)));
      if (hedges.some((one) => one.provider === provider)) seen.won++;
    }
    if (event.outcome !== 'answered') {
      if (leftMs === Number.POSITIVE_INFINITY) expect(text).not.toContain('[DONE]');
      if (response.status !== 200) expect(event.usage).toBeUndefined();
      return;
    }
    expect(event.usage).toMatchObject({ inputTokens: USAGE.inputTokens, outputTokens: USAGE.outputTokens });
    expect(event.lost).toHaveLength(asked.length - 1);
    if (leftMs === Number.POSITIVE_INFINITY)
      expect(text).toContain(wordsOf(response.headers.get('x-th-provider') ?? ''));
  }
}

/** What the schedules came to; a simulation that never gets there proves nothing. */
const seen = { hedges: 0, lost: 0, won: 0 };

function expectNone(asked: readonly Asked[], isWrong: (one: Asked) => boolean): void {
  expect(asked.filter(isWrong)).toEqual([]);
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
  if (ONLY || RUNS < 100) return;
  const least = RUNS / 100;
  expect(Math.min(seen.hedges, seen.lost, seen.won)).toBeGreaterThan(least);
});
