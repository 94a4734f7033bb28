import type { RequestFinished } from '../events.ts';
import { ATTRIBUTE as A, GEN_AI_METRIC, OPERATION } from '../names.ts';
import { toAttributes, toUnixNano } from '../otlp/attributes.ts';
import { Distribution, type Series } from './distribution.ts';
import type { ModelLabel } from './request-metrics.ts';

/** Of OTLP: each figure holds for all the time since the start. */
const CUMULATIVE = 2;

type MetricName = keyof typeof GEN_AI_METRIC;

/** The metrics of OpenTelemetry's GenAI conventions, of requests that an upstream was asked for. */
export class GenAiMetrics {
  readonly #modelLabel: ModelLabel;
  readonly #startMs: number;
  readonly #metrics = new Map(
    (Object.keys(GEN_AI_METRIC) as MetricName[]).map((name) => [name, new Distribution(GEN_AI_METRIC[name].buckets)]),
  );

  constructor(modelLabel: ModelLabel, startMs: number) {
    this.#modelLabel = modelLabel;
    this.#startMs = startMs;
  }

  observe(event: RequestFinished): void {
    const { provider, model, usage, firstContentMs, durationMs, errorCode } = event;
    if (provider === undefined || event.attempts === 0) return;
    const label = (model === undefined ? undefined : this.#modelLabel(model)) ?? 'other';
    const attributes = { [A.operation]: OPERATION, [A.provider]: provider, [A.requestModel]: label };
    const failed = errorCode === undefined ? attributes : { ...attributes, [A.errorType]: errorCode };
    this.#record('requestDuration', durationMs / 1000, failed);
    if (usage !== undefined) {
      const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
      this.#record('tokenUsage', input, { ...attributes, [A.tokenType]: 'input' });
      this.#record('tokenUsage', usage.outputTokens, { ...attributes, [A.tokenType]: 'output' });
    }
    if (firstContentMs === undefined || event.outcome !== 'answered') return;
    this.#record('timeToFirstToken', firstContentMs / 1000, attributes);
    const further = (usage?.outputTokens ?? 0) - 1;
    if (further > 0) this.#record('timePerOutputToken', (durationMs - firstContentMs) / further / 1000, attributes);
  }

  /** All of it as OTLP's JSON has it. */
  toJson(nowMs: number): readonly Record<string, unknown>[] {
    const times = { startTimeUnixNano: toUnixNano(this.#startMs), timeUnixNano: toUnixNano(nowMs) };
    return [...this.#metrics]
      .filter(([, { all }]) => all.length > 0)
      .map(([name, { bounds, all }]) => ({
        name: GEN_AI_METRIC[name].name,
        unit: GEN_AI_METRIC[name].unit,
        histogram: {
          aggregationTemporality: CUMULATIVE,
          dataPoints: all.map((one) => ({ ...times, ...toPoint(one), explicitBounds: bounds })),
        },
      }));
  }

  #record(name: MetricName, value: number, attributes: Readonly<Record<string, string>>): void {
    const metric = this.#metrics.get(name);
    metric?.record(value, metric.series(attributes));
  }
}

function toPoint({ attributes, counts, count, sum }: Series): Record<string, unknown> {
  return { attributes: toAttributes(attributes), count: String(count), sum, bucketCounts: counts.map(String) };
}
