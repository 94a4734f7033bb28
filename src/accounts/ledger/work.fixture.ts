import { NO_USAGE } from '../../protocol/usage.ts';
import type { JournalEntry, LedgerStore, LedgerWork, Reservation, Settlement } from './ports.ts';

/** 2026-03-04, a Wednesday, at noon UTC. */
export const NOON = Date.UTC(2026, 2, 4, 12);
export const DAY = 86_400_000;
export const PRICE = {
  input: 1_200_000_000n,
  output: 6_000_000_000n,
  cacheRead: 240_000_000n,
  cacheWrite: 1_500_000_000n,
};
/** What `makeSettlement` charges: 12 tokens in and 200 out. */
export const COST = 1_214_400n;

let requests = 0;

export function makeRequestId(): string {
  return `req_th_${(++requests).toString(16).padStart(32, '0')}`;
}

/** As the gateway mints them: the first 48 bits are milliseconds. */
export function requestIdAt(ms: number): string {
  return `req_th_${ms.toString(16).padStart(12, '0')}${(++requests).toString(16).padStart(20, '0')}`;
}

export function makeReservation(changes: Partial<Reservation> = {}): Reservation {
  return {
    requestId: makeRequestId(),
    keyId: 'key_a',
    account: 'default',
    model: 'tokenharbor/qwen3-max',
    price: PRICE,
    amountNano: 5_000_000n,
    budgets: [],
    prepaid: false,
    atMs: NOON,
    ...changes,
  };
}

export function makeSettlement(requestId: string, changes: Partial<Settlement> = {}): Settlement {
  return {
    requestId,
    outcome: 'answered',
    usage: { ...NO_USAGE, inputTokens: 12, outputTokens: 200 },
    costNano: COST,
    estimated: false,
    provider: 'dashscope',
    upstreamModel: 'qwen3-max',
    attempts: 1,
    lost: [],
    steeringTokens: 0,
    settledAtMs: NOON + 1000,
    ...changes,
  };
}

/** One item a call, for tests that look at what each does. */
export function oneByOne(store: LedgerStore, bootId: number) {
  const apply = async (work: LedgerWork) => (await store.apply([work]))[0];
  return {
    reserve: (reservation: Reservation) => apply({ kind: 'reserve', bootId, reservation }),
    settle: (settlement: Settlement) => apply({ kind: 'settle', settlement }),
    journal: (entry: JournalEntry) => apply({ kind: 'journal', entry }),
  };
}
