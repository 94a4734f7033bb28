import type { Command } from 'commander';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { watchLedger } from '../server/ledger-watch.ts';
import type { Observability } from '../server/observability.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { verifyAside } from './verify-aside.ts';

/** Has the ledger verified as often as the configuration says, and tells what is found. Returns what ends that. */
export function watchBooks(
  { dataDir, ledger }: Config,
  command: Command,
  context: CliContext,
  { metrics, events }: Observability,
  logger: Logger,
): () => void {
  if (ledger.verifyEveryMs === 0) return () => undefined;
  return watchLedger({
    everyMs: ledger.verifyEveryMs,
    verify: (signal) => verifyAside(command.optsWithGlobals<GlobalOptions>(), dataDir, context, signal),
    onVerified({ entries, driftCount }) {
      metrics.ledgerVerified(driftCount);
      if (driftCount === 0) logger.debug({ entries }, 'the ledger is as it should be');
      else
        events.fault(
          `the ledger is not as it should be in ${driftCount} places: see tokenharbor ledger verify`,
          undefined,
        );
    },
    onFailed: (cause) => events.fault(`the ledger could not be verified: ${(cause as Error).message}`, cause),
  });
}
