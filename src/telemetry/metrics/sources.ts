import { Gauge, type Registry } from 'prom-client';
import { LABEL, METRIC } from '../names.ts';

/** 0: requests pass; 1: one is let through to see; 2: none. */
export type BreakerState = 0 | 1 | 2;

export interface BreakerStanding {
  readonly provider: string;
  /** The target's model as it is configured, with its `*`. */
  readonly target: string;
  readonly state: BreakerState;
}

/** What is looked at when the metrics are asked for, and costs nothing before. */
export interface MetricSources {
  /** Streams that are being given to clients. */
  streamsInFlight(): number;
  /** Requests to upstreams whose answer is not over. */
  upstreamRequests(): number;
  breakers(): readonly BreakerStanding[];
  ledger(): {
    readonly unwritten: number;
    readonly open: number;
    readonly heldNano: bigint;
    readonly failure: Error | undefined;
  };
}

/** `fetchLimit`: requests to upstreams that the runtime has under way at a time; what is beyond waits in it. */
export function registerSources(registry: Registry, sources: MetricSources, fetchLimit: number): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge(METRIC.streamsInFlight, 'Streams that are being given to clients.', () => sources.streamsInFlight());
  gauge(METRIC.upstreamInFlight, 'Requests to upstreams whose answer is not over.', () => sources.upstreamRequests());
  gauge(METRIC.upstreamQueueDepth, 'Of them, those the runtime has no place for yet.', () =>
    Math.max(0, sources.upstreamRequests() - fetchLimit),
  );
  gauge(METRIC.ledgerUnsettled, 'Requests that are held for and not settled.', () => sources.ledger().open);
  gauge(METRIC.ledgerReserved, 'What is held for them, in millionths of a US dollar.', () =>
    Number(sources.ledger().heldNano / 1000n),
  );
  gauge(METRIC.ledgerUnwritten, 'Settlements that the store could not take yet.', () => sources.ledger().unwritten);
  gauge(METRIC.ledgerWritable, '1 while the ledger can be written, else 0.', () =>
    sources.ledger().failure === undefined ? 1 : 0,
  );
  new Gauge({
    name: METRIC.breakerState,
    help: 'Whether requests are sent there: 0 they are, 1 one is to see whether they can be, 2 they are not.',
    labelNames: [LABEL.provider, LABEL.target],
    registers: [registry],
    collect() {
      // What a change of the configuration took away must not stay.
      this.reset();
      for (const { provider, target, state } of sources.breakers()) this.set({ provider, target }, state);
    },
  });
}
