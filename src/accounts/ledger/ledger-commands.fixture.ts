import { expect } from 'bun:test';
import fc from 'fast-check';
import type { Usage } from '../../protocol/usage.ts';
import type { Stores } from '../store/ports.ts';
import { openLedger } from './ledger.ts';
import type { LedgerModel } from './ledger-model.fixture.ts';
import { BUDGET_PERIODS } from './period.ts';
import type { Budget, Ledger, LedgerEntry, Reservation } from './ports.ts';
import { DAY, makeRequestId, makeReservation, makeSettlement, NOON } from './work.fixture.ts';

/** The real thing, beside the model. */
export interface RealLedger {
  readonly stores: Stores;
  ledger: Ledger;
}

export async function openReal(stores: Stores): Promise<Ledger> {
  return openLedger({
    store: stores.ledger,
    spoolDirectory: undefined,
    onFault: (what, cause) => {
      throw new Error(what, { cause });
    },
    now: () => NOON,
  });
}

type Command = fc.AsyncCommand<LedgerModel, RealLedger>;
/** What differs from one reservation to the next; its id is made when it is used. */
type Terms = Pick<Reservation, 'keyId' | 'account' | 'prepaid' | 'amountNano' | 'atMs' | 'budgets' | 'price'>;

const ACCOUNTS = [
  ['default', false],
  ['acme', true],
] as const;

const amount = fc.bigInt({ min: 0n, max: 40n });
const budget = fc.record<Budget>({
  holder: fc.constantFrom('key', 'account'),
  period: fc.constantFrom(...BUDGET_PERIODS),
  limitNano: fc.bigInt({ min: 20n, max: 200n }),
});
const price = { input: 1_000_000n, output: 2_000_000n, cacheRead: 0n, cacheWrite: 1_500_000n, reasoning: 3_000_000n };
const terms: fc.Arbitrary<Terms> = fc
  .record({
    keyId: fc.constantFrom('key_a', 'key_b', 'key_a', 'key_b', 'key_c', 'key_d'),
    amountNano: amount,
    // Two weeks around a change of month.
    atMs: fc.integer({ min: NOON - 11 * DAY, max: NOON + 3 * DAY }),
    budgets: fc.uniqueArray(budget, { maxLength: 3, selector: ({ holder, period }) => `${holder} ${period}` }),
    price: fc.constantFrom(price, undefined),
  })
  // A key is of one account.
  .map((one) => {
    const [account, prepaid] = ACCOUNTS[one.keyId === 'key_c' ? 1 : 0];
    return { ...one, account, prepaid };
  });
const usage: fc.Arbitrary<Usage> = fc.record({
  inputTokens: fc.nat({ max: 9 }),
  outputTokens: fc.integer({ min: 5, max: 9 }),
  cacheReadTokens: fc.nat({ max: 9 }),
  cacheWriteTokens: fc.nat({ max: 9 }),
  reasoningTokens: fc.nat({ max: 5 }),
});

/** Several at once, so that they share a transaction. */
class Reserve implements Command {
  readonly all: readonly Terms[];
  constructor(all: readonly Terms[]) {
    this.all = all;
  }
  check = () => true;
  async run(model: LedgerModel, { ledger }: RealLedger): Promise<void> {
    const reservations = this.all.map((one) => makeReservation(one));
    const results = await Promise.all(reservations.map((reservation) => ledger.reserve(reservation)));
    for (const [at, reservation] of reservations.entries()) {
      const denied = model.reserve(reservation);
      expect(results[at]).toMatchObject(denied === undefined ? { granted: true } : { granted: false, ...denied });
    }
  }
  toString = () =>
    `reserve(${this.all.map((one) => JSON.stringify(one, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v))).join()})`;
}

/** Of any request there ever was, or of none; also twice at once. */
class Settle implements Command {
  readonly pick: number;
  readonly cost: bigint;
  readonly times: number;
  constructor(pick: number, cost: bigint, times: number) {
    this.pick = pick;
    this.cost = cost;
    this.times = times;
  }
  check = () => true;
  async run(model: LedgerModel, { ledger }: RealLedger): Promise<void> {
    const requestId = pickRequest(model, this.pick);
    const settlements = Array.from({ length: this.times }, (_, i) =>
      makeSettlement(requestId, { costNano: this.cost + BigInt(i) }),
    );
    const entries = await Promise.all(settlements.map((settlement) => ledger.settle(settlement)));
    for (const [at, settlement] of settlements.entries()) {
      expectEntry(entries[at], model.settle(settlement));
    }
  }
  toString = () => `settle(${this.pick}, ${this.cost}, ${this.times})`;
}

class Journal implements Command {
  readonly pick: number;
  readonly usage: Usage;
  constructor(pick: number, counted: Usage) {
    this.pick = pick;
    this.usage = counted;
  }
  check = () => true;
  async run(model: LedgerModel, { ledger }: RealLedger): Promise<void> {
    const requestId = pickRequest(model, this.pick);
    const kept = await ledger.journal({ requestId, usage: this.usage, atMs: NOON });
    expect(kept).toBe(model.journal(requestId, this.usage));
  }
  toString = () => `journal(${this.pick}, ${JSON.stringify(this.usage)})`;
}

class Credit implements Command {
  readonly amount: bigint;
  constructor(paid: bigint) {
    this.amount = paid;
  }
  check = () => true;
  async run(model: LedgerModel, { stores }: RealLedger): Promise<void> {
    await stores.accounts.credit({ account: 'acme', amountNano: this.amount, note: '', atMs: NOON });
    model.credits.set('acme', (model.credits.get('acme') ?? 0n) + this.amount);
  }
  toString = () => `credit(${this.amount})`;
}

/** The process ends with all it holds, and another one takes over. */
class Crash implements Command {
  check = () => true;
  async run(model: LedgerModel, real: RealLedger): Promise<void> {
    await real.ledger.close();
    real.ledger = await openReal(real.stores);
    expect(await real.ledger.recover()).toEqual({ replayed: 0, killed: model.crash() });
  }
  toString = () => 'crash()';
}

class Verify implements Command {
  check = () => true;
  async run(model: LedgerModel, { stores }: RealLedger): Promise<void> {
    const settled = [...model.requests.values()].filter((request) => request.settled !== undefined);
    const openHolds = model.requests.size - settled.length;
    expect(await stores.ledger.verify()).toMatchObject({ entries: settled.length, openHolds });
  }
  toString = () => 'verify()';
}

const reserve = fc.array(terms, { minLength: 1, maxLength: 6, size: 'max' }).map((all) => new Reserve(all));
const settle = fc
  .tuple(fc.nat(), amount, fc.integer({ min: 1, max: 3 }))
  .map(([pick, cost, times]) => new Settle(pick, cost, times));

export const ledgerCommands = fc.commands<LedgerModel, RealLedger, false>(
  [
    // What there is most of comes more often.
    reserve,
    reserve,
    reserve,
    settle,
    settle,
    settle,
    fc.tuple(fc.nat(), usage).map(([pick, counted]) => new Journal(pick, counted)),
    fc.bigInt({ min: 1n, max: 60n }).map((paid) => new Credit(paid)),
    fc.constant(new Crash()),
    fc.constant(new Verify()),
  ],
  { maxCommands: 25, size: 'max' },
);

/** One of the requests there are, and now and then one there is not. */
function pickRequest(model: LedgerModel, pick: number): string {
  const ids = [...model.requests.keys()];
  return ids[pick % (ids.length + 1)] ?? makeRequestId();
}

export function expectEntry(entry: LedgerEntry | undefined, settled: object | undefined): void {
  if (settled === undefined) expect(entry).toBeUndefined();
  else expect(entry).toMatchObject(settled);
}
