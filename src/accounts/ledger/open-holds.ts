import type { LedgerResult, LedgerWork } from './ports.ts';

/** What this process holds, as the store has it. */
export class OpenHolds {
  /** Nano-dollars. */
  amountNano = 0n;
  readonly #amounts = new Map<string, bigint>();

  get count(): number {
    return this.#amounts.size;
  }

  /** What became of one item of a batch that was written. */
  note(work: LedgerWork, result: LedgerResult): void {
    if (work.kind === 'reserve') {
      if (typeof result !== 'object' || !('granted' in result) || !result.granted) return;
      this.#remove(result.requestId);
      this.#amounts.set(result.requestId, result.amountNano);
      this.amountNano += result.amountNano;
    } else if (work.kind === 'settle' && !(result instanceof Error)) this.#remove(work.settlement.requestId);
  }

  #remove(requestId: string): void {
    const amountNano = this.#amounts.get(requestId);
    if (amountNano === undefined) return;
    this.#amounts.delete(requestId);
    this.amountNano -= amountNano;
  }
}
