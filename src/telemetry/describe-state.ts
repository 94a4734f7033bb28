import { countOpenFiles } from './metrics/process-metrics.ts';
import type { MetricSources } from './metrics/sources.ts';

const MIB = 2 ** 20;

/** What a process is at, for one line of the log: counts and standings, and nothing of any request. */
export function describeState(sources: MetricSources): Readonly<Record<string, unknown>> {
  const { unwritten, open, heldNano, failure } = sources.ledger();
  const { rss, heapUsed } = process.memoryUsage();
  return {
    uptime_s: Math.round(process.uptime()),
    streams: sources.streamsInFlight(),
    upstream_requests: sources.upstreamRequests(),
    breakers_open: sources.breakers().flatMap(({ provider, target, state }) => {
      return state === 0 ? [] : [`${provider} ${target}`];
    }),
    ledger: {
      open_holds: open,
      held_microusd: Number(heldNano / 1000n),
      unwritten,
      failure: failure?.message,
    },
    resident_mib: Math.round(rss / MIB),
    heap_mib: Math.round(heapUsed / MIB),
    open_files: countOpenFiles(),
  };
}
