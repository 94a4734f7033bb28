/** Requests that race for what a budget has left: held for at once what each costs, so that just as many pass as it pays for. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anthropicMessage, openaiCompletion } from '../support/answers.ts';
import { type ClientShape, routeOf } from '../support/clients.ts';
import { freePorts } from '../support/free-ports.ts';
import { type MintedKey } from '../support/gateway.ts';
import { allEntries, type StoredEntry } from '../support/ledger-entries.ts';
import { postgresEntries } from '../support/postgres-entries.ts';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { runProgram, scratchDirectory, startProgram, type RunningProgram } from '../support/program.ts';
import { RawClient, rawRequest, type RawResponse } from '../support/raw.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';

/** `TH_ROUNDS=50` is the long form. */
const ROUNDS = Number(process.env.TH_ROUNDS ?? 1);
const REQUESTS = 500;
const PAID_FOR = 100;
const TOKENS = 10;
/** Input is free, so that what is held is what it costs: a thousandth of a dollar a token. */
const PRICE = { input: '0', output: '1000' };
const LIMIT = '1';

/** Where the books are, and how they are read without the program. */
interface Books {
  /** The configuration's `database`; without one the servers share a data directory. */
  readonly database?: string;
  entries(dataDir: string): StoredEntry[] | Promise<StoredEntry[]>;
}

const onSqlite = (): Books => ({ entries: allEntries });
const hasWorkers = (process.env.TH_RUNTIME ?? 'binary') !== 'deno';

describe('fault 48, H1: one process', () => race(1, 1, onSqlite));
describe('fault 48, H1: two processes on one data directory', () => race(2, 1, onSqlite));
describe.skipIf(!hasWorkers)('fault 48, H1: one server of four workers', () => race(1, 4, onSqlite));

const isSkipped = skipWithoutPostgres('the race for a budget on PostgreSQL');
describe.skipIf(isSkipped)('on PostgreSQL', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres?.remove());

  const onPostgres = async (): Promise<Books> => {
    const name = await postgres.takeDatabase();
    return { database: postgres.urlOf(name), entries: () => postgresEntries(postgres, name) };
  };
  describe('fault 48, H1: one process', () => race(1, 1, onPostgres));
  describe('fault 48, H1: two nodes', () => race(2, 1, onPostgres));
  describe.skipIf(!hasWorkers)('fault 48, H1: one server of four workers', () => race(1, 4, onPostgres));
  describe.skipIf(!hasWorkers)('fault 48, H1: two nodes of four workers each', () => race(2, 4, onPostgres));
});

/** The tests of so many servers that share their books, each of so many processes. */
function race(nodes: number, workers: number, open: () => Books | Promise<Books>): void {
  const scratch = scratchDirectory();
  let upstream: ScriptedUpstream;
  let servers: RunningProgram[];
  let ports: number[];
  let flags: string[];
  let books: Books;
  let dataDirs: string[];

  beforeAll(async () => {
    books = await open();
    const { database } = books;
    dataDirs = Array.from({ length: nodes }, (_, at) => scratch.file(database === undefined ? 'data' : `data-${at}`));
    upstream = await ScriptedUpstream.start();
    for (const shape of ['openai', 'anthropic'] as const) {
      upstream.on(shape, async (exchange) => {
        // So that some are settled while others still ask.
        await Bun.sleep(Math.random() * 50);
        const answer =
          shape === 'openai'
            ? { ...openaiCompletion(), usage: { prompt_tokens: 12, completion_tokens: TOKENS, total_tokens: 22 } }
            : { ...anthropicMessage(), usage: { input_tokens: 12, output_tokens: TOKENS } };
        await exchange.json(200, answer);
      });
    }
    const one = (shape: ClientShape) => ({ targets: [{ provider: shape, model: shape }], price: PRICE });
    const config = scratch.file('config.json');
    writeFileSync(
      config,
      JSON.stringify({
        ...(database === undefined ? {} : { database }),
        // Which worker answered what is told there alone.
        ...(workers === 1 ? {} : { log: { level: 'debug' } }),
        retry: { attempts: 1 },
        providers: { openai: providerOf(upstream, 'openai'), anthropic: providerOf(upstream, 'anthropic') },
        models: { 'race/openai': one('openai'), 'race/anthropic': one('anthropic') },
      }),
      { mode: 0o600 },
    );
    flags = ['--config', config, '--data-dir', dataDirs[0] as string];
    ports = await freePorts(2 * nodes);
    servers = dataDirs.map((dataDir, at) => {
      const listen = ['--listen', `127.0.0.1:${ports[at]}`];
      const more = workers === 1 ? listen : [...listen, '--workers', String(workers)];
      return startProgram(['serve', '--config', config, '--data-dir', dataDir, ...more], {
        env: { TOKENHARBOR_ADMIN_LISTEN: workers === 1 ? `127.0.0.1:${ports[nodes + at]}` : 'off' },
      });
    });
    for (const server of servers) {
      if (workers === 1) await server.listening();
      else await server.said(/all workers listen/);
    }
    if (database !== undefined && existsSync(join(dataDirs[0] as string, 'tokenharbor.db'))) {
      throw new Error('this program takes no notice of `database`');
    }
  }, 60_000);

  afterAll(async () => {
    for (const server of servers ?? []) await server.close();
    await upstream?.stop();
    scratch.remove();
  });

  async function verb(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runProgram([...args, ...flags]);
    if (code !== 0) throw new Error(`${args.join(' ')}: exit ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  const mint = async (...more: string[]) =>
    JSON.parse(await verb('keys', 'create', '--name', 'race', '--json', ...more)) as MintedKey;
  const newName = () => `racers-${Math.random().toString(36).slice(2)}`;

  /** Connects first, so that what is measured is a race of requests. */
  async function ask(keys: readonly MintedKey[]): Promise<Map<ClientShape, RawResponse[]>> {
    const clients = await Promise.all(
      Array.from({ length: REQUESTS }, (_, at) => RawClient.connect(ports[at % nodes] as number)),
    );
    const answers = new Map<ClientShape, RawResponse[]>([
      ['openai', []],
      ['anthropic', []],
    ]);
    await Promise.all(
      clients.map(async (client, at) => {
        // Beyond the servers, so that each gets both shapes and all keys.
        const turn = Math.floor(at / nodes);
        const shape = turn % 2 === 0 ? 'openai' : 'anthropic';
        const upstreamShape = turn % 3 === 0 ? 'openai' : 'anthropic';
        const body = JSON.stringify({
          model: `race/${upstreamShape}`,
          max_tokens: TOKENS,
          messages: [{ role: 'user', content: 'Go!' }],
        });
        const headers = [
          ['content-type', 'application/json'],
          ['authorization', `Bearer ${(keys[turn % keys.length] as MintedKey).key}`],
        ] as const;
        await client.send(rawRequest(routeOf(shape), { method: 'POST', headers, body }));
        const response = await client.response({ timeoutMs: 60_000 });
        if (response !== undefined) answers.get(shape)?.push(response);
        client.close();
      }),
    );
    return answers;
  }

  async function expectExact(keys: readonly MintedKey[]): Promise<void> {
    const before = upstream.requests.length;
    const answers = await ask(keys);
    const answered = [...answers.values()].flat();
    const count = (status: number) => answered.filter((one) => one.status === status).length;
    expect([answered.length, count(200), count(402)]).toEqual([REQUESTS, PAID_FOR, REQUESTS - PAID_FOR]);
    expect(upstream.requests.length - before).toBe(PAID_FOR);
    for (const answer of answers.get('openai')?.filter(({ status }) => status === 402) ?? []) {
      expect(JSON.parse(answer.text())).toMatchObject({
        error: { type: 'insufficient_quota', code: 'insufficient_quota', message: expect.stringContaining('USD') },
      });
      expect(answer.header('x-should-retry')).toBe('false');
    }
    for (const answer of answers.get('anthropic')?.filter(({ status }) => status === 402) ?? []) {
      expect(JSON.parse(answer.text())).toMatchObject({
        type: 'error',
        error: { type: 'billing_error', message: expect.stringContaining('USD') },
        request_id: answer.header('request-id'),
      });
    }
    const ids = new Set(keys.map(({ id }) => id));
    const all = await books.entries(dataDirs[0] as string);
    const entries = all.filter(({ key }) => ids.has(key));
    // What was refused left none, and what passed is charged as it was held for.
    expect(entries).toHaveLength(PAID_FOR);
    for (const { outcome, cost, held } of entries) {
      expect([outcome, cost, held]).toEqual(['answered', 10_000_000n, 10_000_000n]);
    }
  }

  const timeoutMs = ROUNDS * 60_000;

  test(
    `${REQUESTS} requests at once against a key's budget for ${PAID_FOR}: exactly ${PAID_FOR} pass, ${ROUNDS} times`,
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await expectExact([await mint('--budget', LIMIT, '--budget-period', 'total')]);
      }
    },
    timeoutMs,
  );

  test(
    `the same against an account's budget, with three keys, ${ROUNDS} times`,
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const account = newName();
        await verb('accounts', 'create', account, '--budget', LIMIT, '--budget-period', 'month');
        const own = () => mint('--account', account);
        await expectExact([await own(), await own(), await own()]);
      }
    },
    timeoutMs,
  );

  test(
    `the same against what was paid in, ${ROUNDS} times`,
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const account = newName();
        await verb('accounts', 'create', account, '--prepaid');
        await verb('accounts', 'credit', account, LIMIT);
        await expectExact([await mint('--account', account), await mint('--account', account)]);
      }
    },
    timeoutMs,
  );

  if (workers > 1) {
    test('every worker of every server answered some of it', () => {
      for (const server of servers) {
        const requests = server.logLines().filter(({ msg }) => msg === 'request');
        expect(new Set(requests.map(({ worker }) => worker)).size).toBe(workers);
      }
    });
  }

  test('the books of all of it are sound', async () => {
    expect(JSON.parse(await verb('ledger', 'verify', '--json'))).toMatchObject({ ok: true, open_holds: 0 });
  });
}
