export interface StopSignals {
  /** Called for each signal after the first, to cut the stop short. */
  readonly again: () => void;
  /** Called for each SIGQUIT, before it is taken for a stop. */
  readonly dump: () => void;
}

/** Resolves at the first SIGTERM, SIGINT or SIGQUIT. */
export function catchStopSignals({ again, dump }: StopSignals): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let signals = 0;
  const onSignal = () => (++signals === 1 ? resolve(undefined) : again());
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  // Windows has no such signal to listen for.
  if (process.platform !== 'win32') {
    process.on('SIGQUIT', () => {
      dump();
      onSignal();
    });
  }
  return promise;
}
