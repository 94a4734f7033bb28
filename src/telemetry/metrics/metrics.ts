import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Events } from '../events.ts';
import { BUCKETS, LABEL, METRIC } from '../names.ts';
import { measureEventLoopLag } from './event-loop-lag.ts';
import { registerProcess } from './process-metrics.ts';
import { type ModelLabel, RequestMetrics } from './request-metrics.ts';
import { type MetricSources, registerSources } from './sources.ts';

export interface MetricsOptions {
  readonly build: { readonly version: string; readonly commit: string; readonly bun: string | null };
  /** Requests to upstreams that the runtime has under way at a time. */
  readonly fetchLimit: number;
}

/** What the process counts, as Prometheus reads it. */
export class Metrics implements Events {
  readonly #registry = new Registry();
  readonly #options: MetricsOptions;
  readonly #requests: RequestMetrics;
  readonly #settle: Histogram;
  readonly #drift: Gauge;
  readonly #verified: Gauge;
  readonly #faults: Counter;
  readonly #configInfo: Gauge<'hash'>;
  readonly #reloadSuccessful: Gauge;
  readonly #reloadTime: Gauge;
  readonly #otlpSent: Counter<'signal'>;
  readonly #otlpDropped: Counter<'signal'>;
  readonly #endLag: () => void;
  #modelLabel: ModelLabel = () => undefined;

  constructor(options: MetricsOptions) {
    this.#options = options;
    const registers = [this.#registry];
    const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
    this.#requests = new RequestMetrics(this.#registry, (model) => this.#modelLabel(model));
    this.#settle = new Histogram({
      name: METRIC.ledgerSettle,
      help: 'How long a commit of the ledger takes, of however many entries.',
      registers,
      buckets: [...BUCKETS.ledgerSettle],
    });
    this.#drift = gauge(
      METRIC.ledgerDrift,
      'What the last verification of the ledger found not to be as it should be.',
    );
    this.#verified = gauge(METRIC.ledgerVerified, 'When the ledger was last verified, Unix time; 0: not yet.');
    this.#faults = new Counter({ name: METRIC.faults, help: 'Failures that the log tells as errors.', registers });
    const labelNames = [LABEL.hash];
    this.#configInfo = new Gauge({
      name: METRIC.configInfo,
      help: 'The configuration in use, by what is shown of it.',
      labelNames,
      registers,
    });
    this.#reloadSuccessful = gauge(
      METRIC.configReloadSuccessful,
      '1 if the last configuration read is in use, else 0.',
    );
    this.#reloadTime = gauge(METRIC.configReloadTime, 'When the configuration in use was read, Unix time.');
    const signal = [LABEL.signal];
    this.#otlpSent = new Counter({
      name: METRIC.otlpSent,
      help: 'Spans and exports of metrics that a collector took.',
      labelNames: signal,
      registers,
    });
    this.#otlpDropped = new Counter({
      name: METRIC.otlpDropped,
      help: 'Spans and exports of metrics that no collector took.',
      labelNames: signal,
      registers,
    });
    const { version, commit, bun } = options.build;
    new Gauge({
      name: METRIC.buildInfo,
      help: 'What is running; always 1.',
      labelNames: [LABEL.version, LABEL.commit, LABEL.bun],
      registers,
    }).set({ version, commit, bun: bun ?? 'none' }, 1);
    registerProcess(this.#registry);
    this.#endLag = measureEventLoopLag(this.#registry);
  }

  /** Once, when there is something to look at. `modelLabel` follows changes of the configuration. */
  watch(sources: MetricSources, modelLabel: ModelLabel): void {
    this.#modelLabel = modelLabel;
    registerSources(this.#registry, sources, this.#options.fetchLimit);
  }

  readonly requestFinished: Events['requestFinished'] = (event) => this.#requests.observe(event);

  readonly fault = (): void => this.#faults.inc();

  readonly notice = (): void => undefined;

  /** The ledger has been written. */
  ledgerCommitted(tookMs: number): void {
    this.#settle.observe(tookMs / 1000);
  }

  /** The whole ledger has been verified. */
  ledgerVerified(driftCount: number): void {
    this.#drift.set(driftCount);
    this.#verified.set(Math.floor(Date.now() / 1000));
  }

  /** A configuration is in use, known by a digest of what is shown of it. */
  configLoaded(hash: string): void {
    this.#configInfo.reset();
    this.#configInfo.set({ hash }, 1);
    this.#reloadSuccessful.set(1);
    this.#reloadTime.set(Math.floor(Date.now() / 1000));
  }

  /** One was read, and has errors. */
  configRefused(): void {
    this.#reloadSuccessful.set(0);
  }

  otlpSent(signal: 'traces' | 'metrics', count: number): void {
    this.#otlpSent.inc({ signal }, count);
  }

  otlpDropped(signal: 'traces' | 'metrics', count: number): void {
    this.#otlpDropped.inc({ signal }, count);
  }

  /** All of it in Prometheus' text format. */
  text(): Promise<string> {
    this.#requests.flush();
    return this.#registry.metrics();
  }

  close(): void {
    this.#endLag();
  }
}
