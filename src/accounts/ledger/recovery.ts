import { NO_USAGE } from '../../protocol/usage.ts';
import { costNano } from '../pricing.ts';
import type { DeadBoot, LedgerStore, OpenHold, Recovery, Settlement } from './ports.ts';
import { readSpool, removeSpool } from './spool.ts';

export interface RecoveryOptions {
  readonly store: LedgerStore;
  readonly spoolDirectory: string | undefined;
  readonly settle: (settlement: Settlement) => Promise<unknown>;
  readonly now: () => number;
}

/**
 * Settles what dead processes have left: what they could not write any more as they had it, and what they were at as
 * far as it was journalled. Rejects with what failed of the first that could not be cleared; the others are.
 */
export async function recoverAll(options: RecoveryOptions): Promise<Recovery> {
  let [replayed, killed] = [0, 0];
  let failure: unknown;
  for (const boot of await options.store.deadBoots()) {
    try {
      const recovered = await recover(boot, options);
      replayed += recovered.replayed;
      killed += recovered.killed;
      await boot.release(true);
    } catch (error) {
      failure ??= error;
      await boot.release(false).catch(() => undefined);
    }
  }
  if (failure !== undefined) throw failure;
  return { replayed, killed };
}

async function recover(boot: DeadBoot, { store, spoolDirectory, settle, now }: RecoveryOptions): Promise<Recovery> {
  const left = spoolDirectory === undefined ? [] : readSpool(spoolDirectory, boot.name);
  await Promise.all(left.map(settle));
  const holds = await store.openHolds(boot.id);
  await Promise.all(holds.map((hold) => settle(killed(hold, now()))));
  if (spoolDirectory !== undefined) removeSpool(spoolDirectory, boot.name);
  return { replayed: left.length, killed: holds.length };
}

/** Nobody counted to the end, so what is charged is what was counted, and never more than was held. */
function killed({ requestId, price, amountNano, journal }: OpenHold, atMs: number): Settlement {
  const usage = journal?.usage ?? NO_USAGE;
  const cost = price === undefined || journal === undefined ? 0n : costNano(usage, price);
  return {
    requestId,
    outcome: 'killed',
    usage,
    costNano: cost < amountNano ? cost : amountNano,
    estimated: journal !== undefined,
    provider: undefined,
    upstreamModel: undefined,
    attempts: 0,
    lost: [],
    steeringTokens: 0,
    settledAtMs: atMs,
  };
}
