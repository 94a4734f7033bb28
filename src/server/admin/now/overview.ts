import type { Static } from '@sinclair/typebox';
import { formatUsd } from '../../../accounts/pricing.ts';
import type { UsageStore } from '../../../accounts/store/ports.ts';
import type { MetricSources } from '../../../telemetry/metrics/sources.ts';
import type { Recorder } from '../../../telemetry/recent/recorder.ts';
import type { GatewayView } from '../../gateway-view.ts';
import { listBreakers, readClocks } from '../breaker-list.ts';
import { Kept } from '../kept.ts';
import type { NowEvent, NowScalars, Now } from './schema.ts';

export interface NowServices {
  readonly view: () => GatewayView;
  readonly sources: MetricSources;
  readonly recorder: Recorder;
  readonly usage: UsageStore;
  /** Whether new requests are welcome. */
  readonly ready: () => Promise<boolean>;
  /** Undefined: the only process. */
  readonly worker: { readonly index: number; readonly count: number } | undefined;
}

const SCALARS_S = 60;
const SERIES_S = 300;
const MOST_BREAKERS = 200;
/** What is asked of the stores is asked this seldom, however many look on. */
const SETTLED_MS = 5000;
const READY_MS = 1000;

/** How the gateway does at this moment. */
export class Overview {
  readonly #services: NowServices;
  readonly #ready: Kept<boolean>;
  readonly #settledToday: Kept<string | null>;

  constructor(services: NowServices) {
    this.#services = services;
    this.#ready = new Kept(READY_MS, services.ready);
    this.#settledToday = new Kept(SETTLED_MS, () => settledToday(services.usage));
  }

  async document(): Promise<Static<typeof Now>> {
    const scalars = await this.#scalars();
    const { recorder } = this.#services;
    const end = recorder.currentSecond(Date.now());
    const points = recorder.seconds.points(end, SERIES_S);
    return {
      ...scalars,
      series: {
        step_s: 1,
        ends_at: new Date(end * 1000).toISOString(),
        requests: points.map(({ requests }) => requests),
        errors: points.map(({ errors }) => errors),
        p50_ms: points.map(({ p50Ms }) => p50Ms),
        p95_ms: points.map(({ p95Ms }) => p95Ms),
        streams: points.map(({ streams }) => streams),
      },
    };
  }

  /** The same with the second before `end` (Unix seconds) alone. */
  async event(end: number): Promise<NowEvent> {
    const scalars = await this.#scalars();
    // Of a second in which nobody counted the streams, those of the one before are told.
    const points = this.#services.recorder.seconds.points(end, 3);
    const { requests, errors, p50Ms, p95Ms, streams } = points[2] as (typeof points)[0];
    const endsAt = new Date(end * 1000).toISOString();
    return { ...scalars, point: { ends_at: endsAt, requests, errors, p50_ms: p50Ms, p95_ms: p95Ms, streams } };
  }

  async #scalars(): Promise<NowScalars> {
    const { view, sources, recorder, worker } = this.#services;
    const [ready, settled] = await Promise.all([this.#ready.get(), this.#settledToday.get()]);
    const { catalogue, isDraining } = view();
    const nowMs = Date.now();
    const end = recorder.currentSecond(nowMs);
    const { requests, errors, p50Ms, p95Ms } = recorder.seconds.sum(end, SCALARS_S);
    const countedS = Math.max(1, Math.min(SCALARS_S, Math.floor(recorder.ageMs / 1000)));
    const { unwritten, open, heldNano, failure } = sources.ledger();
    return {
      at: new Date(nowMs).toISOString(),
      since_at: new Date(recorder.sinceMs).toISOString(),
      ready,
      draining: isDraining,
      workers: worker ?? null,
      requests_per_second: round(requests / countedS),
      errors_per_second: round(errors / countedS),
      error_share: requests === 0 ? null : round(errors / requests),
      first_byte_ms: { p50: p50Ms, p95: p95Ms },
      streams_open: sources.streamsInFlight(),
      upstream_requests: sources.upstreamRequests(),
      ledger: {
        unwritten,
        open_holds: open,
        reserved_usd: formatUsd(heldNano),
        settled_today_usd: settled,
        failure: failure?.message ?? null,
      },
      breakers: listBreakers(catalogue, readClocks(), MOST_BREAKERS),
    };
  }
}

/** Null while the store cannot be asked: what else there is to tell is then needed most. */
async function settledToday(usage: UsageStore): Promise<string | null> {
  const since = new Date().toISOString().slice(0, 10);
  try {
    const [total] = await usage.totals({ by: [], since });
    return formatUsd(total?.costNano ?? 0n);
  } catch {
    return null;
  }
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
