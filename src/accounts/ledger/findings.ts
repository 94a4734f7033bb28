import { MAX_COST_NANO, MAX_COUNT } from './bounds.ts';
import type { Drift, LedgerEntry } from './ports.ts';

const MAX_TOLD = 1000;

/** What a verification finds. */
export class Findings {
  readonly list: Drift[] = [];
  count = 0;

  add(what: Drift['what'], where: string, stored: unknown, recomputed: unknown): void {
    this.count++;
    if (this.list.length < MAX_TOLD)
      this.list.push({ what, where, stored: String(stored), recomputed: String(recomputed) });
  }
}

/** Nothing is charged, or the usage at the price, or what was held where that is less; or it was cut to what can be. */
export function isExplained(entry: LedgerEntry, computed: bigint): boolean {
  const { costNano: cost, heldNano, usage } = entry;
  if (cost === 0n || cost === computed || (cost === heldNano && heldNano < computed)) return true;
  return entry.estimated && (cost === MAX_COST_NANO || Object.values(usage).includes(MAX_COUNT));
}
