import { Counter, type Registry } from 'prom-client';
import type { RequestFinished } from '../events.ts';
import { BUCKETS, LABEL, METRIC } from '../names.ts';
import { hasKept, resultsOf } from './attempts.ts';
import { exposeHistogram } from './exposed-histogram.ts';
import { noCounts, RequestRows, type Row, type RowLabels } from './request-rows.ts';

/** The catalogue's id of a model as a client named it: a glob stands for all it matches; undefined: there is none. */
export type ModelLabel = (model: string) => string | undefined;

const NANO_PER_MICRO = 1000;
const MS_PER_S = 1000;
const OTHER = 'other';

/**
 * What is counted of each request when it is over. Nearly all of it is added up by rows (0.1 µs a request), and goes to
 * the library's counters when somebody asks; counted by them one by one it would be 5 µs.
 */
export class RequestMetrics {
  readonly #modelLabel: ModelLabel;
  readonly #rows = new RequestRows((labels) => this.#openSeries(labels));
  readonly #requests;
  readonly #duration;
  readonly #firstByte;
  readonly #overhead;
  readonly #attempts;
  readonly #retries;
  readonly #fallbacks;
  readonly #tokens;
  readonly #reasoning;
  readonly #cost;
  readonly #denied;
  readonly #authFailures;
  readonly #steering;
  readonly #oddities;

  constructor(registry: Registry, modelLabel: ModelLabel) {
    const { dialect, route, statusClass, outcome, provider, model, type, kind, result } = LABEL;
    const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
      new Counter({ name, help, labelNames, registers: [registry] });
    const histogram = (name: string, bounds: readonly number[], help: string) =>
      exposeHistogram(registry, name, help, bounds);
    this.#modelLabel = modelLabel;
    this.#requests = counter(METRIC.requests, 'Requests that are over.', dialect, route, statusClass, outcome);
    this.#duration = histogram(
      METRIC.requestDuration,
      BUCKETS.requestDuration,
      'From the request to the end of its answer.',
    );
    this.#firstByte = histogram(
      METRIC.timeToFirstByte,
      BUCKETS.timeToFirstByte,
      "From the request to the first byte of the upstream's answer, failed tries included.",
    );
    this.#overhead = histogram(
      METRIC.overhead,
      BUCKETS.overhead,
      "The gateway's own share of a request: from when its body is there until the first upstream is asked, and behind a whole JSON answer.",
    );
    this.#attempts = counter(METRIC.upstreamAttempts, 'Requests to upstreams, by what came of them.', provider, result);
    this.#retries = counter(METRIC.retries, 'Upstream tries behind the first one of a request.');
    this.#fallbacks = counter(METRIC.fallbacks, 'Tries at another provider than the one before.', LABEL.from, LABEL.to);
    this.#tokens = counter(
      METRIC.tokens,
      'Tokens that keys pay for. The types do not overlap: input is what was not cached, output holds reasoning.',
      provider,
      model,
      type,
    );
    this.#reasoning = counter(METRIC.reasoningTokens, 'Of the output tokens, those of reasoning.', provider, model);
    this.#cost = counter(METRIC.cost, 'What keys pay, in millionths of a US dollar.', provider, model);
    this.#denied = counter(METRIC.limitDenied, 'Requests refused for a limit, by which.', kind);
    this.#authFailures = counter(METRIC.authFailures, 'Requests whose key was refused, by why.', LABEL.reason);
    this.#steering = counter(METRIC.steeringApplied, 'Requests to whose prompt something was added.', LABEL.role);
    this.#oddities = counter(METRIC.answerOddities, 'What had to be repaired or left out of answers.', kind);
  }

  observe(event: RequestFinished): void {
    const { provider, firstByteMs, overheadMs, keyFault, denied, steering, oddities, usage, costNano } = event;
    const isKept = hasKept(event);
    // Of what never came near an upstream, the model is whatever a client made up.
    const model = event.model === undefined || provider === undefined ? '' : (this.#modelLabel(event.model) ?? OTHER);
    const { counts, series } = this.#rows.rowOf(event, model);
    counts.requests++;
    this.#duration.record(event.durationMs / MS_PER_S, series.duration);
    if (keyFault !== undefined) this.#authFailures.inc({ reason: keyFault });
    if (denied !== undefined) this.#denied.inc({ kind: denied });
    if (provider === undefined) return;
    if (firstByteMs !== undefined) this.#firstByte.record(firstByteMs / MS_PER_S, series.firstByte);
    if (overheadMs !== undefined) this.#overhead.record(overheadMs / MS_PER_S, series.overhead);
    if (isKept && event.outcome === 'answered' && event.attempts === 1) counts.answered++;
    else this.#countAttempts(event);
    if (usage !== undefined) {
      counts.inputTokens += usage.inputTokens;
      counts.outputTokens += usage.outputTokens;
      counts.cacheReadTokens += usage.cacheReadTokens;
      counts.cacheWriteTokens += usage.cacheWriteTokens;
      counts.reasoningTokens += usage.reasoningTokens;
    }
    if (costNano !== undefined) counts.costNano += costNano;
    if (steering !== 'none' && steering !== 'off') this.#steering.inc({ role: steering });
    for (const kind in oddities) this.#oddities.inc({ kind }, oddities[kind]);
  }

  /** Brings the library's counters up to date. */
  flush(): void {
    for (const row of this.#rows.all()) {
      if (row.counts.requests > 0) this.#flushRow(row);
    }
  }

  #flushRow(row: Row): void {
    const { counts, labels } = row;
    row.counts = noCounts();
    const { provider, model, shape, route, outcome } = labels;
    this.#requests.inc({ dialect: shape, route, status_class: labels.statusClass, outcome }, counts.requests);
    if (counts.answered > 0) this.#attempts.inc({ provider, result: 'ok' }, counts.answered);
    const count = (type: string, tokens: number) => {
      if (tokens > 0) this.#tokens.inc({ provider, model, type }, tokens);
    };
    count('input', counts.inputTokens);
    count('output', counts.outputTokens);
    count('cache_read', counts.cacheReadTokens);
    count('cache_write', counts.cacheWriteTokens);
    if (counts.reasoningTokens > 0) this.#reasoning.inc({ provider, model }, counts.reasoningTokens);
    if (counts.costNano > 0n) this.#cost.inc({ provider, model }, Number(counts.costNano) / NANO_PER_MICRO);
  }

  #openSeries({ route, provider, stream }: RowLabels) {
    const isStream = String(stream);
    return {
      duration: this.#duration.series({ route, stream: isStream }),
      firstByte: this.#firstByte.series({ provider, stream: isStream }),
      overhead: this.#overhead.series({ stream: isStream }),
    };
  }

  #countAttempts(event: RequestFinished): void {
    const results = resultsOf(event);
    for (const { provider, result } of results) this.#attempts.inc({ provider, result });
    if (event.attempts < 2) return;
    this.#retries.inc(event.attempts - 1);
    for (const [at, { provider: to }] of results.entries()) {
      const from = results[at - 1]?.provider;
      if (from !== undefined && from !== to) this.#fallbacks.inc({ from, to });
    }
  }
}
