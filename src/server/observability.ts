import type { Config } from '../config/config.ts';
import type { Events } from '../telemetry/events.ts';
import { fanOut } from '../telemetry/fan-out.ts';
import { Metrics, type MetricsOptions } from '../telemetry/metrics/metrics.ts';
import type { ModelLabel } from '../telemetry/metrics/request-metrics.ts';
import type { MetricSources } from '../telemetry/metrics/sources.ts';
import { Recorder } from '../telemetry/recent/recorder.ts';
import { Otlp } from '../telemetry/otlp/otlp.ts';
import type { BeginTrace } from './data.ts';
import { fetchLimit } from './runtime/fetch-limit.ts';

export interface ObservabilityOptions {
  readonly config: Pick<Config, 'otlp'>;
  /** Where all is told in words. */
  readonly log: Events;
  readonly build: MetricsOptions['build'];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** All that is told of the gateway: the log, `/metrics`, and what is sent to a collector where one is configured. */
export class Observability {
  readonly events: Events;
  readonly metrics: Metrics;
  /** What came lately. */
  readonly recorder = new Recorder();
  readonly #otlp: Otlp | undefined;
  #modelLabel: ModelLabel = () => undefined;

  constructor({ config: { otlp }, log, build, env }: ObservabilityOptions) {
    this.metrics = new Metrics({ build, fetchLimit: fetchLimit(env) });
    const told = fanOut(log, this.metrics, this.recorder);
    if (otlp !== undefined) {
      this.#otlp = new Otlp({
        ...otlp,
        version: build.version,
        events: told,
        modelLabel: (model) => this.#modelLabel(model),
        onSent: (signal, count) => this.metrics.otlpSent(signal, count),
        onDropped: (signal, count) => this.metrics.otlpDropped(signal, count),
      });
    }
    this.events = this.#otlp === undefined ? told : fanOut(told, this.#otlp);
  }

  /** Undefined where no traces are sent. */
  get beginTrace(): BeginTrace | undefined {
    return this.#otlp?.beginTrace;
  }

  /** The gateway is there to be looked at. */
  watch(gateway: { readonly sources: MetricSources; configuredModel(model: string): string | undefined }): void {
    this.#modelLabel = (model) => gateway.configuredModel(model);
    this.metrics.watch(gateway.sources, this.#modelLabel);
    this.recorder.watch(gateway.sources);
  }

  async close(): Promise<void> {
    await this.#otlp?.close();
    this.metrics.close();
    this.recorder.close();
  }
}
