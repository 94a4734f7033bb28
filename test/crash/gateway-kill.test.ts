/**
 * The program is killed under load and started again on what it left. What the upstream saw is the judge of what has to
 * stand in the ledger.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../support/free-ports.ts';
import { allEntries, openHolds, type StoredEntry } from '../support/ledger-entries.ts';
import { postgresEntries, postgresOpenHolds } from '../support/postgres-entries.ts';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { runProgram, scratchDirectory, startProgram, type RunningProgram } from '../support/program.ts';
import { type Asked, costOf, PIECE, publicModel, type Seen, ServedLoad, usageOf } from '../support/served-load.ts';

/** `TH_ROUNDS=200` is the long form. */
const ROUNDS = Number(process.env.TH_ROUNDS ?? 4);
/** Every so many rounds one lasts until streams are journalled. */
const LONG_EVERY = 4;
const CLIENTS = 24;
/** A stream is journalled after 5 s and a tick, and written a moment later. */
const JOURNALLED_MS = 6500;
/** What is certainly in that journal: pieces that left so long before it. */
const BY_THEN_MS = 4000;

let load: ServedLoad;
let next = 0;

beforeAll(async () => {
  load = await ServedLoad.start();
});
afterAll(() => load?.stop());

const pick = <T>(...from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;

function makeAsked(long: boolean): Asked {
  const stream = long || Math.random() < 0.6;
  return {
    number: next++,
    shape: pick('openai', 'anthropic'),
    upstream: pick('openai', 'anthropic'),
    stream,
    pieces: long ? 400 : pick(3, 10, 40),
    delayMs: long ? 50 : pick(0, 2, 10, stream ? 20 : 100),
    leavesMs: !long && Math.random() < 0.1 ? 1 + Math.random() * 200 : 0,
  };
}

/** Clients ask one request after the other until the program is gone. */
async function killUnderLoad(
  program: RunningProgram,
  keys: readonly string[],
  long: boolean,
  afterMs: number,
): Promise<number> {
  const url = await program.listening();
  let isOver = false;
  const client = async (at: number) => {
    // Half of the clients of a long round go on with short requests.
    while (!isOver) await load.ask(url, keys[at % keys.length] as string, makeAsked(long && at % 2 === 0));
  };
  const clients = Array.from({ length: CLIENTS }, (_, at) => client(at));
  await Bun.sleep(afterMs);
  // Some are told to stop first, and killed while they do.
  if (Math.random() < 0.15) {
    program.signal('SIGTERM');
    await Bun.sleep(Math.random() * 150);
  }
  const killedMs = performance.now();
  isOver = true;
  program.signal('SIGKILL');
  await program.exited;
  await Promise.all(clients);
  return killedMs;
}

interface Account {
  readonly killed: number;
  readonly journalled: number;
  readonly whole: number;
}

/** Holds the ledger's entries of this round against what the upstream and the clients saw. */
function judge(fresh: readonly StoredEntry[], killedMs: number): Account {
  const entries = new Map(fresh.map((entry) => [entry.model, entry]));
  // None twice: two entries of one request would be of one model.
  expect(entries.size).toBe(fresh.length);
  let journalled = 0;
  for (const seen of load.seen) {
    const entry = entries.get(publicModel(seen.asked));
    const served = load.served.get(seen.asked.number);
    expect(served?.received ?? 0).toBeLessThanOrEqual(1);
    // Nothing went to an upstream that was not held for: served, or only received, it is on the bill.
    if (served !== undefined && entry === undefined) throw new Error(`request ${tell(seen)} is not in the ledger`);
    if (seen.whole && entry === undefined) throw new Error(`answered request ${tell(seen)} is not in the ledger`);
    if (entry === undefined) continue;
    expect(entry.cost).toBeLessThanOrEqual(entry.held);
    if (seen.whole) expectWhole(seen, entry);
    else expectBroken(seen, entry);
    if (isJournalled(seen, killedMs) && entry.outcome === 'killed') {
      expectJournalled(seen, entry);
      journalled++;
    }
  }
  // Nothing but what was asked.
  const asked = new Set(load.seen.map((seen) => publicModel(seen.asked)));
  expect(fresh.filter(({ model }) => !asked.has(model))).toEqual([]);
  const killed = fresh.filter(({ outcome }) => outcome === 'killed').length;
  return { killed, journalled, whole: load.seen.filter(({ whole }) => whole).length };
}

const tell = (seen: Seen) => JSON.stringify({ ...seen, ...load.served.get(seen.asked.number) });

/** Who has the whole answer has it on the bill, to the token. */
function expectWhole({ asked, requestId }: Seen, entry: StoredEntry): void {
  const usage = usageOf(asked.number);
  expect(entry).toMatchObject({ requestId, outcome: 'answered', ...usage, cost: costOf(usage), estimated: false });
}

/** What ended otherwise is charged no more than its answer, or than what of it was counted. */
function expectBroken(seen: Seen, entry: StoredEntry): void {
  expect(['answered', 'killed', 'client_abort', 'interrupted', 'upstream_error', 'refused']).toContain(entry.outcome);
  if (entry.outcome === 'client_abort') expect(seen.asked.leavesMs).toBeGreaterThan(0);
  if (entry.outcome === 'answered') {
    // The upstream has told its usage, so it had sent all that counts, whether or not it saw the end of its sending.
    const usage = usageOf(seen.asked.number);
    expect(entry).toMatchObject({ ...usage, cost: costOf(usage) });
    expect(load.served.get(seen.asked.number)?.received).toBe(1);
  } else if (entry.outcome === 'killed' && !entry.estimated) {
    expect(entry).toMatchObject({ input: 0, output: 0, cost: 0n });
  } else {
    expect(entry.cost).toBe(min(entry.held, costOf(entry)));
  }
}

function isJournalled({ asked, whole }: Seen, killedMs: number): boolean {
  const began = load.served.get(asked.number)?.sentMs[0];
  return asked.stream && !whole && began !== undefined && killedMs - began > JOURNALLED_MS;
}

/** A stream that was cut by the kill is charged what was counted of it last, by the bytes that had come. */
function expectJournalled({ asked }: Seen, entry: StoredEntry): void {
  const sent = load.served.get(asked.number)?.sentMs ?? [];
  const began = sent[0] as number;
  const atLeast = sent.filter((ms) => ms < began + BY_THEN_MS).length;
  expect(entry.estimated).toBe(true);
  // Four bytes a token, more or less: a piece has from one token to as many as bytes.
  expect(entry.output).toBeGreaterThanOrEqual(atLeast);
  expect(entry.output).toBeLessThanOrEqual(sent.length * PIECE.length);
  expect(entry.input).toBeGreaterThan(0);
  // What the upstream has told already is not guessed.
  if (asked.upstream === 'anthropic') expect(entry.input).toBe(usageOf(asked.number).input);
  expect(entry.cost).toBe(min(entry.held, costOf(entry)));
}

const min = (a: bigint, b: bigint) => (a < b ? a : b);

/** Where the books are, and how they are read without the program. */
interface Books {
  readonly database?: string;
  entries(dataDir: string): StoredEntry[] | Promise<StoredEntry[]>;
  openHolds(dataDir: string): number | Promise<number>;
}

describe('on SQLite', () => killed(() => ({ entries: allEntries, openHolds })));

const isSkipped = skipWithoutPostgres('the program killed under load on PostgreSQL');
describe.skipIf(isSkipped)('on PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server?.remove());
  killed(async () => {
    const name = await server.takeDatabase();
    return {
      database: server.urlOf(name),
      entries: () => postgresEntries(server, name),
      openHolds: () => postgresOpenHolds(server, name),
    };
  });
});

function killed(open: () => Books | Promise<Books>): void {
  const scratch = scratchDirectory();
  const dataDir = scratch.file('data');
  const config = scratch.file('config.json');
  let books: Books;
  let keys: string[];

  beforeAll(async () => {
    books = await open();
    const { database } = books;
    const all = { ...load.config, ...(database === undefined ? {} : { database }) };
    writeFileSync(config, JSON.stringify(all), { mode: 0o600 });
    await verb('accounts', 'create', 'paid-before', '--prepaid');
    await verb('accounts', 'credit', 'paid-before', '1000000');
    keys = [
      await mint(),
      await mint('--budget', '1000000', '--budget-period', 'day'),
      await mint('--account', 'paid-before', '--budget', '1000000'),
    ];
    expect(existsSync(join(dataDir, 'tokenharbor.db'))).toBe(database === undefined);
  }, 60_000);
  afterAll(() => scratch.remove());

  async function verb(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runProgram([...args, '--config', config, '--data-dir', dataDir]);
    if (code !== 0) throw new Error(`${args.join(' ')}: exit ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  async function mint(...flags: string[]): Promise<string> {
    const made = await verb('keys', 'create', '--name', 'load', '--json', ...flags);
    return (JSON.parse(made) as { key: string }).key;
  }

  async function start(): Promise<RunningProgram> {
    const [port = 0, adminPort = 0] = await freePorts(2);
    return startProgram(['serve', '--config', config, '--data-dir', dataDir, '--listen', `127.0.0.1:${port}`], {
      env: { TOKENHARBOR_ADMIN_LISTEN: `127.0.0.1:${adminPort}` },
    });
  }

  test(
    `fault 50: the program killed under load, ${ROUNDS} times: what the upstream served is billed once, and no hold survives`,
    async () => {
      let known = 0;
      const first = next;
      const sum = { killed: 0, journalled: 0, whole: 0, served: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        const long = round % LONG_EVERY === LONG_EVERY - 1;
        load.clear();
        // A start that is itself killed, on its way through what the last one left.
        if (Math.random() < 0.3) {
          const half = await start();
          await Bun.sleep(Math.random() * 200);
          half.signal('SIGKILL');
          await half.exited;
        }
        const afterMs = long ? JOURNALLED_MS + 1000 + Math.random() * 2000 : Math.random() * 1500;
        const killedMs = await killUnderLoad(await start(), keys, long, afterMs);

        const again = await start();
        await again.listening();
        // It has cleared up before it listens.
        expect(await books.openHolds(dataDir)).toBe(0);
        const entries = await books.entries(dataDir);
        expect(JSON.parse(await verb('ledger', 'verify', '--json'))).toEqual({
          ok: true,
          entries: entries.length,
          open_holds: 0,
          drift_count: 0,
          drift: [],
        });
        const { killed, journalled, whole } = judge(entries.slice(known), killedMs);
        if (long) expect(journalled).toBeGreaterThan(0);
        known = entries.length;
        sum.killed += killed;
        sum.journalled += journalled;
        sum.whole += whole;
        sum.served += [...load.served.values()].filter(({ finished }) => finished).length;
        again.signal('SIGKILL');
        await again.exited;
      }
      expect(sum.killed).toBeGreaterThan(0);
      expect(sum.whole).toBeGreaterThan(0);
      console.log(
        `${ROUNDS} kills: ${next - first} requests, ${sum.served} served, ${sum.whole} answered whole, ${known} in the ledger, ` +
          `${sum.killed} of them killed, ${sum.journalled} of these charged as journalled`,
      );
      const { total } = JSON.parse(await verb('usage', '--json')) as { total: { requests: number } };
      expect(total.requests).toBe(known);
    },
    ROUNDS * 60_000,
  );
}
