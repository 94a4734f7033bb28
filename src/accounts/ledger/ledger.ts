import { GroupCommit } from './group-commit.ts';
import type { Boot, Denied, Held, Ledger, LedgerEntry, LedgerStore, Reservation } from './ports.ts';
import { recoverAll } from './recovery.ts';
import { openSpool, type Spool } from './spool.ts';

export interface LedgerOptions {
  readonly store: LedgerStore;
  /** Where what the store cannot take is kept, on a disk of this machine; undefined: in memory alone. */
  readonly spoolDirectory: string | undefined;
  /** Told what the operator has to know; must not throw. */
  readonly onFault: (what: string, cause: unknown) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** How long a store that is locked by another process is waited for. */
  readonly busyMs?: number;
  /** Told how long a commit took. Must not throw. */
  readonly onCommit?: (tookMs: number) => void;
  /** Pause between the tries of `close`. */
  readonly retryMs?: number;
}

const CLOSE_ATTEMPTS = 5;

/** The ledger of this process. `recover` is the caller's to call. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { store, spoolDirectory, onFault, now, busyMs, onCommit, retryMs = 200 } = options;
  const boot = await store.openBoot(now());
  const spool = trySpool(spoolDirectory, boot, onFault);
  const commits = new GroupCommit({
    store,
    spool,
    onFault,
    ...(busyMs === undefined ? {} : { busyMs }),
    ...(onCommit === undefined ? {} : { onCommit }),
  });
  let closing: Promise<void> | undefined;

  const settle: Ledger['settle'] = (settlement) =>
    commits.add({ kind: 'settle', settlement }) as Promise<LedgerEntry | undefined>;

  return {
    reserve: (reservation: Reservation) =>
      commits.add({ kind: 'reserve', bootId: boot.id, reservation }) as Promise<Held | Denied>,
    settle,
    journal: (entry) =>
      commits.add({ kind: 'journal', entry }).then(
        (kept) => kept === true,
        () => false,
      ),
    recover: () => recoverAll({ store, spoolDirectory, settle, now }),
    state: () => commits.state(),
    close: () => (closing ??= close(commits, boot, spool, retryMs)),
  };
}

/** Without a spool file all works as long as the store does: no reason not to start. */
function trySpool(directory: string | undefined, boot: Boot, onFault: LedgerOptions['onFault']): Spool | undefined {
  if (directory === undefined) return undefined;
  try {
    return openSpool(directory, boot.name);
  } catch (error) {
    onFault('there is no spool file: while the ledger cannot be written, settlements are in memory alone', error);
    return undefined;
  }
}

async function close(commits: GroupCommit, boot: Boot, spool: Spool | undefined, retryMs: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await commits.flush();
      commits.stop();
      // Before the process is said to be done: nobody looks for a file of one that is.
      spool?.remove();
      await boot.close();
      return;
    } catch (error) {
      if (attempt < CLOSE_ATTEMPTS) {
        await new Promise((resolve) => setTimeout(resolve, retryMs));
        continue;
      }
      commits.stop();
      spool?.close();
      await boot.close().catch(() => undefined);
      throw error;
    }
  }
}
