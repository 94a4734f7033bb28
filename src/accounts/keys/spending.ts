import { type BudgetPeriod, dayAt, dayText, spansAt } from '../ledger/period.ts';
import type { KeyRecord, UsageStore } from '../store/ports.ts';

/** What was spent long ago, which is summed up once a day. */
interface Before {
  readonly madeOn: number;
  /** `YYYY-MM-DD`: the first day that is not in it. */
  readonly until: string;
  readonly byKey: ReadonlyMap<string, bigint>;
}

/** Older days do not change any more: whatever was recovered after a crash has long been settled. */
const SETTLED_DAYS = 31;

/** So many are asked for one by one: an index leads to the rows of a key. */
const FEW = 16;

/**
 * What each key has spent in the period that its budget is for, or in all where it has none; by the first key of its
 * chain, in nano-dollars. Of many keys from one sum for each period: asked for one by one, 2,000 would take seconds.
 */
export class KeySpending {
  readonly #usage: UsageStore;
  #before: Before | undefined;

  constructor(usage: UsageStore) {
    this.#usage = usage;
  }

  /** Of whole chains of rotations. `now` is Unix milliseconds. */
  async of(keys: readonly KeyRecord[], now: number): Promise<ReadonlyMap<string, bigint>> {
    const spent = new Map<string, bigint>();
    if (keys.length <= FEW) {
      for (const key of keys) {
        const nano = await this.#sumOf(key, now);
        spent.set(key.budgetId, (spent.get(key.budgetId) ?? 0n) + nano);
      }
      return spent;
    }
    for (const period of new Set(keys.map(countedIn))) {
      const counted = new Map(
        keys.filter((key) => countedIn(key) === period).map(({ id, budgetId }) => [id, budgetId]),
      );
      for (const byKey of await this.#sums(period, now)) {
        for (const [keyId, nano] of byKey) {
          const chain = counted.get(keyId);
          if (chain !== undefined) spent.set(chain, (spent.get(chain) ?? 0n) + nano);
        }
      }
    }
    return spent;
  }

  async #sumOf(key: KeyRecord, now: number): Promise<bigint> {
    const { firstDay, endDay } = spansAt(now)[countedIn(key)];
    const until = endDay === Infinity ? {} : { until: dayText(endDay) };
    const [total] = await this.#usage.totals({ by: [], keyId: key.id, since: dayText(firstDay), ...until });
    return total?.costNano ?? 0n;
  }

  async #sums(period: BudgetPeriod, now: number): Promise<readonly ReadonlyMap<string, bigint>[]> {
    const span = spansAt(now)[period];
    if (span.endDay !== Infinity) return [await this.#sum(dayText(span.firstDay), dayText(span.endDay))];
    const today = dayAt(now);
    if (this.#before?.madeOn !== today) {
      const until = dayText(today - SETTLED_DAYS);
      this.#before = { madeOn: today, until, byKey: await this.#sum(undefined, until) };
    }
    return [this.#before.byKey, await this.#sum(this.#before.until, undefined)];
  }

  async #sum(since: string | undefined, until: string | undefined): Promise<ReadonlyMap<string, bigint>> {
    const totals = await this.#usage.totals({
      by: ['key'],
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
    });
    return new Map(totals.map(({ keyId, costNano }) => [keyId ?? '', costNano]));
  }
}

function countedIn({ budget }: KeyRecord): BudgetPeriod {
  return budget?.period ?? 'total';
}
