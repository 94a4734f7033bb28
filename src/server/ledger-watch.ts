/** What a verification of the whole ledger came to. */
export interface LedgerVerdict {
  readonly entries: number;
  /** How much is stored that is not what the entries come to. */
  readonly driftCount: number;
}

export interface LedgerWatchOptions {
  readonly everyMs: number;
  /** Rejects when it could not be done. Ended by the signal. */
  readonly verify: (signal: AbortSignal) => Promise<LedgerVerdict>;
  readonly onVerified: (verdict: LedgerVerdict) => void;
  readonly onFailed: (cause: unknown) => void;
}

/** Soon enough to tell after a start on a database that something happened to, and not while there is much to do. */
const FIRST_MS = 5 * 60_000;

/** Has the ledger verified from time to time, never twice at once. Returns what ends that. */
export function watchLedger({ everyMs, verify, onVerified, onFailed }: LedgerWatchOptions): () => void {
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout>;
  const plan = (inMs: number) => {
    timer = setTimeout(() => void run(), inMs);
    timer.unref();
  };
  const run = async () => {
    try {
      onVerified(await verify(abort.signal));
    } catch (cause) {
      if (!abort.signal.aborted) onFailed(cause);
    }
    if (!abort.signal.aborted) plan(everyMs);
  };
  plan(Math.min(everyMs, FIRST_MS));
  return () => {
    clearTimeout(timer);
    abort.abort();
  };
}
