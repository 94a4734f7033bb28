import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  COST,
  DAY,
  makeReservation,
  makeSettlement,
  NOON,
  PRICE,
  requestIdAt,
} from '../../../accounts/ledger/work.fixture.ts';
import type { Reservation, Settlement } from '../../../accounts/ledger/ports.ts';
import { makeRecord } from '../../../accounts/store/temporary-stores.fixture.ts';
import { NO_USAGE } from '../../../protocol/usage.ts';
import type { RequestFinished } from '../../../telemetry/events.ts';
import { finished, lost, TRACE } from '../../../telemetry/request-finished.fixture.ts';
import { errorOf } from '../app.fixture.ts';
import { checkValue } from '../check-value.ts';
import { openReadings } from '../readings.fixture.ts';
import { RequestDetail, Requests } from './schema.ts';

let readings: ReturnType<typeof openReadings>;
beforeEach(async () => {
  readings = openReadings();
  await readings.stores.keys.insert(makeRecord({ id: 'key_a', name: 'the first' }));
});
afterEach(() => readings.close());

/** Puts a request into the ledger. */
async function settle(
  atMs: number,
  reserved: Partial<Reservation> = {},
  settled: Partial<Settlement> = {},
): Promise<string> {
  const { ledger } = readings.stores;
  const requestId = requestIdAt(atMs);
  const boot = await ledger.openBoot(NOON);
  const results = await ledger.apply([
    { kind: 'reserve', bootId: boot.id, reservation: makeReservation({ requestId, atMs, ...reserved }) },
    { kind: 'settle', settlement: makeSettlement(requestId, { settledAtMs: atMs + 1500, ...settled }) },
  ]);
  await boot.close();
  for (const result of results) if (result instanceof Error) throw result;
  return requestId;
}

/** Has a request be remembered. */
function remember(requestId: string, changes: Partial<RequestFinished> = {}): string {
  const at = Number.parseInt(requestId.slice(7, 19), 16) + 1500;
  readings.recorder.requestFinished(finished({ requestId, at, model: 'tokenharbor/qwen3-max', ...changes }));
  return requestId;
}

const REFUSED = {
  settled: false,
  outcome: 'refused',
  status: 429,
  provider: undefined,
  upstreamModel: undefined,
  usage: undefined,
  costNano: undefined,
  attempts: 0,
  firstByteMs: undefined,
  tryStartedMs: undefined,
  errorCode: 'rate_limit_exceeded',
} as const;

describe('/api/requests', () => {
  const list = async (query = '') => checkValue(Requests, await readings.get(`/api/requests${query}`)) as Requests;
  const idsOf = ({ rows }: Requests) => rows.map(({ id }) => id);

  async function all(query: string): Promise<string[]> {
    const found: string[] = [];
    for (let page = await list(query); ; page = await list(`${query}&before=${page.next}`)) {
      found.push(...idsOf(page));
      if (page.next === null) return found;
    }
  }

  test('has what the ledger keeps and what is remembered as one row', async () => {
    const id = remember(await settle(NOON), { steering: 'role:coder', shape: 'anthropic', stream: true });
    const { rows, next, searched_to: searchedTo } = await list();
    expect(rows).toEqual([
      {
        id,
        at: '2026-03-04T12:00:00.000Z',
        settled: true,
        account: 'default',
        key: 'key_a',
        key_name: 'the first',
        model: 'tokenharbor/qwen3-max',
        provider: 'dashscope',
        upstream_model: 'qwen3-max',
        shape: 'anthropic',
        stream: true,
        status: 200,
        outcome: 'answered',
        attempts: 1,
        input_tokens: 12,
        output_tokens: 200,
        cost_usd: '0.001214400',
        estimated: false,
        duration_ms: 1500,
        first_byte_ms: 400,
        steering: 'role:coder',
        error_code: null,
      },
    ]);
    expect([next, searchedTo]).toEqual([null, null]);
  });

  test('has what another process served, and what was never held for', async () => {
    const served = await settle(NOON, { keyId: 'key_gone' });
    const refused = remember(requestIdAt(NOON + 1000), REFUSED);
    remember(requestIdAt(NOON + 2000), { ...REFUSED, route: '/v1/models' });
    const { rows } = await list();
    expect(rows.map(({ id }) => id)).toEqual([refused, served]);
    expect(rows[0]).toMatchObject({
      settled: false,
      outcome: 'refused',
      cost_usd: null,
      error_code: 'rate_limit_exceeded',
    });
    expect(rows[1]).toMatchObject({
      settled: true,
      key: 'key_gone',
      key_name: null,
      shape: null,
      status: null,
      duration_ms: 1500,
    });
  });

  test('goes through the pages of both without losing or repeating any', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 30; at++) {
      if (at % 3 === 0) ids.push(remember(requestIdAt(NOON + at), REFUSED));
      else if (at % 3 === 1) ids.push(await settle(NOON + at));
      else ids.push(remember(await settle(NOON + at)));
    }
    const newest = ids.toReversed();
    for (const limit of [1, 4, 30, 200]) expect(await all(`?limit=${limit}`)).toEqual(newest);
    expect((await list('?limit=4')).next).toBe(newest[3] as string);
  });

  test('is narrowed in the same way in the ledger and in memory', async () => {
    const plain = remember(await settle(NOON));
    const acme = await settle(NOON + 1, { account: 'acme', keyId: 'key_b', model: 'm' }, { provider: 'up' });
    const cut = remember(await settle(NOON + 2, {}, { outcome: 'upstream_cut' }), { outcome: 'upstream_cut' });
    const refused = remember(requestIdAt(NOON + 3), { ...REFUSED, account: 'acme', keyId: 'key_b', model: 'm' });
    const replayed = remember(requestIdAt(NOON + 4), { ...REFUSED, outcome: 'replayed', status: 200 });
    const replayedError = remember(requestIdAt(NOON + 5), { ...REFUSED, outcome: 'replayed', status: 502 });
    const later = await settle(NOON + DAY);
    const found = async (query: string) => all(`?limit=2&${query}`);
    expect(await found('account=acme')).toEqual([refused, acme]);
    expect(await found('key=key_b')).toEqual([refused, acme]);
    expect(await found('model=m')).toEqual([refused, acme]);
    expect(await found('provider=up')).toEqual([acme]);
    expect(await found('outcome=upstream_cut')).toEqual([cut]);
    expect(await found('outcome=refused')).toEqual([refused]);
    expect(await found('outcome=killed')).toEqual([]);
    expect(await found('state=failed')).toEqual([replayedError, refused, cut]);
    expect(await found('state=ok')).toEqual([later, replayed, acme, plain]);
    expect(await found('state=ok&outcome=upstream_cut')).toEqual([]);
    expect(await found('since=2026-03-05')).toEqual([later]);
    expect(await found('until=2026-03-05T00:00:00Z&state=failed')).toEqual([replayedError, refused, cut]);
    expect(await found(`id=${cut}`)).toEqual([cut]);
    expect(await found(`id=${refused}`)).toEqual([refused]);
    expect(await found(`id=${cut}&state=ok`)).toEqual([]);
    expect(await found(`id=${plain}&model=m`)).toEqual([]);
    expect(await found(`id=${requestIdAt(NOON)}`)).toEqual([]);
  });

  test('says which parameter is none', async () => {
    const refused = async (query: string) => errorOf(await readings.asPage('GET', `/api/requests?${query}`));
    for (const [name, value] of [
      ['limit', '0'],
      ['limit', '1000'],
      ['before', 'req_1'],
      ['outcome', 'fine'],
      ['state', 'maybe'],
      ['since', '2026-13-01'],
      ['since', '2026-02-30'],
      ['until', '2026-06-31T10:00:00Z'],
      ['until', 'now'],
    ]) {
      expect(await refused(`${name}=${value}`)).toEqual([400, 'invalid_value', name]);
    }
  });
});

describe('/api/requests/{id}', () => {
  const read = async (id: string) =>
    checkValue(RequestDetail, await readings.get(`/api/requests/${id}`)) as RequestDetail;

  test('tells the tries, and the cost line by line', async () => {
    const usage = { ...NO_USAGE, inputTokens: 13, outputTokens: 200, cacheReadTokens: 7, reasoningTokens: 50 };
    const price = { ...PRICE, input: 1_234_567_890n };
    const costNano = 1_217_729n;
    const decision = {
      model: 'm',
      pool: 'coder',
      role: 'coder',
      reason: 'tools',
      confidence: 0.75,
      score: 0.5,
    } as const;
    const id = await settle(NOON, { price }, { usage, costNano, attempts: 2, steeringTokens: 40 });
    remember(id, {
      usage,
      costNano,
      decision,
      attempts: 2,
      lost: [lost({ usage: { ...NO_USAGE, inputTokens: 3 }, price: PRICE, startedMs: 1.04, mayCost: true })],
      tryStartedMs: 102,
      warnings: ['dropped.seed'],
      oddities: { repaired_end: 2 },
      trace: TRACE,
      steering: 'role:coder',
    });
    expect(await read(id)).toMatchObject({
      id,
      detail: 'full',
      timeline: [
        {
          kind: 'attempt',
          provider: 'p',
          started_ms: 1,
          took_ms: 100,
          result: 'upstream_error',
          may_cost: true,
          usage: { input_tokens: 3 },
          cost_usd: '0.000003600',
        },
        { provider: 'p', started_ms: 102, took_ms: 1398, result: 'answered', cost_usd: '0.001217729' },
      ],
      held_usd: '0.005000000',
      charged_usd: '0.001217729',
      cost_lines: [
        { kind: 'input', tokens: 13, usd_per_million: '1.234567890', nano_exact: '16049.38257' },
        {
          kind: 'output',
          tokens: 200,
          usd_per_million: '6.000000000',
          nano_exact: '1200000',
          note: expect.any(String),
        },
        { kind: 'cache_read', tokens: 7, usd_per_million: '0.240000000', nano_exact: '1680' },
      ],
      rounding: { exact_usd: '0.001217729382570', rounded_usd: '0.001217729', capped_by_hold: false, waived: false },
      price_version: expect.stringMatching(/^[0-9a-f]{12}$/),
      usage: {
        input_tokens: 13,
        output_tokens: 200,
        cache_read_tokens: 7,
        cache_write_tokens: 0,
        reasoning_tokens: 50,
      },
      steering: { applied: 'role:coder', tokens: 40 },
      decision: { model: 'm', pool: 'coder', role: 'coder', reason: 'tools', confidence: 0.75 },
      warnings: ['dropped.seed'],
      oddities: { repaired_end: 2 },
      finish_reason: 'stop',
      trace_id: TRACE.context.traceId,
    });
  });

  test('tells what the ledger keeps when the process that served it is gone', async () => {
    const lostAttempt = {
      provider: 'a',
      upstreamModel: 'b',
      errorCode: 'upstream_timeout',
      mayCost: true,
      costNano: 7n,
    };
    const id = await settle(NOON, {}, { attempts: 2, lost: [lostAttempt] });
    expect(await read(id)).toMatchObject({
      detail: 'ledger',
      timeline: [
        {
          provider: 'a',
          upstream_model: 'b',
          started_ms: null,
          took_ms: null,
          result: 'upstream_timeout',
          cost_usd: '0.000000007',
        },
        { provider: 'dashscope', upstream_model: 'qwen3-max', result: 'answered', cost_usd: '0.001214400' },
      ],
      rounding: { exact_usd: '0.001214400000000', rounded_usd: '0.001214400', capped_by_hold: false, waived: false },
      steering: { applied: null, tokens: 0 },
      decision: null,
      finish_reason: null,
    });
  });

  test('says why less is charged than the lines come to', async () => {
    const capped = await settle(NOON, { amountNano: 1000n }, { outcome: 'upstream_cut', costNano: 1000n });
    expect((await read(capped)).rounding).toMatchObject({ capped_by_hold: true, waived: false });
    const waived = await settle(NOON, {}, { outcome: 'upstream_error', costNano: 0n });
    expect((await read(waived)).rounding).toMatchObject({
      rounded_usd: '0.001214400',
      capped_by_hold: false,
      waived: true,
    });
    const free = await settle(NOON, { price: undefined }, { costNano: 0n });
    expect(await read(free)).toMatchObject({
      cost_lines: [],
      rounding: null,
      price_version: null,
      charged_usd: '0.000000000',
    });
  });

  test('the lines come to what was charged', async () => {
    const price = { ...PRICE, reasoning: 7_000_000_003n, request: 5n, serverToolUse: 10_000_000n };
    const usage = { ...NO_USAGE, inputTokens: 1, outputTokens: 9, reasoningTokens: 4, serverToolUses: 2 };
    const costNano = 1200n + 5n * 6000n + 28_000n + 20_000_000n + 5n;
    const {
      cost_lines: lines,
      charged_usd: charged,
      rounding,
    } = await read(await settle(NOON, { price, amountNano: COST * 100n }, { usage, costNano }));
    expect(lines.map(({ kind, tokens, count, nano_exact: nano }) => [kind, tokens ?? count, nano])).toEqual([
      ['reasoning', 4, '28000.000012'],
      ['input', 1, '1200'],
      ['output', 5, '30000'],
      ['server_tool_use', 2, '20000000'],
      ['request', 1, '5'],
    ]);
    expect(rounding?.rounded_usd).toBe(charged as string);
  });

  test('tells of a refused one what is remembered, and no cost', async () => {
    const id = remember(requestIdAt(NOON), { ...REFUSED, price: PRICE });
    expect(await read(id)).toMatchObject({
      settled: false,
      timeline: [],
      held_usd: null,
      charged_usd: null,
      cost_lines: [],
      rounding: null,
      usage: null,
      error_code: 'rate_limit_exceeded',
    });
  });

  test('there is none of another id', async () => {
    const code = async (id: string) => (await errorOf(await readings.asPage('GET', `/api/requests/${id}`))).slice(0, 2);
    expect(await code(requestIdAt(NOON))).toEqual([404, 'not_found']);
    expect(await code('req_th_%27')).toEqual([404, 'not_found']);
  });
});
