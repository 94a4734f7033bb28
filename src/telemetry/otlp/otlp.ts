import type { Events, RequestFinished, TraceContext } from '../events.ts';
import { GenAiMetrics } from '../metrics/gen-ai-metrics.ts';
import type { ModelLabel } from '../metrics/request-metrics.ts';
import { isFailed } from '../failed.ts';
import { spansOf } from '../traces/spans.ts';
import { beginTrace } from '../traces/trace-context.ts';
import { TraceExporter } from '../traces/trace-exporter.ts';
import { Delivery, type Signal } from './delivery.ts';
import { resourceOf, scopeOf, type Sender } from './resource.ts';

export interface OtlpOptions extends Sender {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly traces: boolean;
  readonly metrics: boolean;
  /** The share of traces that is sent, from 0 to 1. */
  readonly sample: number;
  /** How often metrics are sent. */
  readonly intervalMs: number;
  /** Told of collectors that do not take what is sent. */
  readonly events: Pick<Events, 'fault' | 'notice'>;
  readonly modelLabel: ModelLabel;
  /** What became of what was to be sent: spans, and exports of metrics. */
  readonly onSent: (signal: Signal, count: number) => void;
  readonly onDropped: (signal: Signal, count: number) => void;
}

/** How long the end of the process waits for a collector. */
const CLOSE_MS = 3000;

/**
 * Sends traces and metrics to a collector, as OTLP over HTTP in JSON. Written here and not taken from OpenTelemetry's
 * packages: spans are made of what is known of a request when it is over, so there is no tracer to be had, and what is
 * left is the form of a JSON text. Their exporters would be 330 kB of program and 3 µs a span on top.
 */
export class Otlp implements Events {
  readonly #options: OtlpOptions;
  readonly #traces: TraceExporter | undefined;
  readonly #metrics: GenAiMetrics | undefined;
  readonly #deliverMetrics: Delivery;
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #sending: Promise<void> | undefined;

  constructor(options: OtlpOptions) {
    this.#options = options;
    const { endpoint, headers, events, intervalMs, onSent, onDropped } = options;
    const delivery = (signal: Signal) => new Delivery({ signal, endpoint, headers, events });
    const traces = delivery('traces');
    this.#deliverMetrics = delivery('metrics');
    if (options.traces) {
      this.#traces = new TraceExporter({
        deliver: (body) => traces.deliver(body),
        encode: (requests) => this.#encodeTraces(requests),
        onSent: (count) => onSent('traces', count),
        onDropped: (count) => onDropped('traces', count),
      });
    }
    if (options.metrics) {
      this.#metrics = new GenAiMetrics(options.modelLabel, Date.now());
      this.#timer = setInterval(() => void this.#sendMetrics(), intervalMs);
      this.#timer.unref();
    }
  }

  /** Undefined where no traces are sent. */
  get beginTrace(): ((headers: Headers) => TraceContext) | undefined {
    if (this.#traces === undefined) return undefined;
    return (headers) => beginTrace(headers, this.#options.sample, Math.random);
  }

  readonly requestFinished = (event: RequestFinished): void => {
    this.#metrics?.observe(event);
    // Whose key was refused is nobody, and must not write into other people's traces.
    if (event.trace === undefined || event.keyId === undefined) return;
    if (event.trace.context.isSampled || isFailed(event)) this.#traces?.add(event);
  };

  readonly fault = (): void => undefined;

  readonly notice = (): void => undefined;

  /** Sends what there is, as far as that takes no long time. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSE_MS);
    await Promise.all([this.#traces?.close(CLOSE_MS), Promise.race([this.#sendLastMetrics(), late])]);
    clearTimeout(timer);
  }

  async #sendLastMetrics(): Promise<void> {
    await this.#sending;
    await this.#sendMetrics();
  }

  #sendMetrics(): Promise<void> {
    this.#sending ??= this.#deliverAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  /** What is not taken now is in what is sent next: nothing is lost. */
  async #deliverAll(): Promise<void> {
    const metrics = this.#metrics?.toJson(Date.now()) ?? [];
    if (metrics.length === 0) return;
    const scopeMetrics = [{ scope: scopeOf(this.#options), metrics }];
    const body = JSON.stringify({ resourceMetrics: [{ resource: resourceOf(this.#options), scopeMetrics }] });
    const delivered = await this.#deliverMetrics.deliver(body);
    if (delivered.kind === 'taken' && delivered.rejected === 0) this.#options.onSent('metrics', 1);
    else this.#options.onDropped('metrics', 1);
  }

  #encodeTraces(events: readonly RequestFinished[]): string {
    const spans = events.flatMap((event) => (event.trace === undefined ? [] : spansOf(event, event.trace)));
    const scopeSpans = [{ scope: scopeOf(this.#options), spans }];
    return JSON.stringify({ resourceSpans: [{ resource: resourceOf(this.#options), scopeSpans }] });
  }
}
