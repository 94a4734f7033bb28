/** Resolves at the first SIGTERM or SIGINT; `again` is called for each further one, to cut the stop short. */
export function catchStopSignals(again: () => void): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let signals = 0;
  const onSignal = () => (++signals === 1 ? resolve(undefined) : again());
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return promise;
}
