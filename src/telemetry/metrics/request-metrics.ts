import { Counter, Histogram, type Registry } from 'prom-client';
import type { Usage } from '../../protocol/usage.ts';
import type { RequestFinished } from '../events.ts';
import { BUCKETS, LABEL, METRIC } from '../names.ts';
import { providersOf, resultsOf } from './attempts.ts';

/** The catalogue's id of a model as a client named it: a glob stands for all it matches; undefined: there is none. */
export type ModelLabel = (model: string) => string | undefined;

const NANO_PER_MICRO = 1000;
const MS_PER_S = 1000;

/** What is counted of each request when it is over. */
export class RequestMetrics {
  readonly #modelLabel: ModelLabel;
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
    const registers = [registry];
    const { dialect, route, statusClass, outcome, stream, provider, model, type, kind, result } = LABEL;
    const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
      new Counter({ name, help, labelNames, registers });
    const histogram = <L extends string>(name: string, help: string, bounds: readonly number[], ...labelNames: L[]) =>
      new Histogram({ name, help, labelNames, registers, buckets: [...bounds] });
    this.#modelLabel = modelLabel;
    this.#requests = counter(METRIC.requests, 'Requests that are over.', dialect, route, statusClass, outcome);
    this.#duration = histogram(
      METRIC.requestDuration,
      'From the request to the end of its answer.',
      BUCKETS.requestDuration,
      route,
      stream,
    );
    this.#firstByte = histogram(
      METRIC.timeToFirstByte,
      "From the request to the first byte of the upstream's answer, failed tries included.",
      BUCKETS.timeToFirstByte,
      provider,
      stream,
    );
    this.#overhead = histogram(
      METRIC.overhead,
      "The gateway's own share of a request: before the first upstream is asked, the wait for the body left out, and behind a whole JSON answer.",
      BUCKETS.overhead,
      stream,
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
    this.#reasoning = counter(
      METRIC.reasoningTokens,
      'Of the tokens of type output, those of reasoning.',
      provider,
      model,
    );
    this.#cost = counter(METRIC.cost, 'What keys pay, in millionths of a US dollar.', provider, model);
    this.#denied = counter(METRIC.limitDenied, 'Requests refused for a limit, by which.', kind);
    this.#authFailures = counter(METRIC.authFailures, 'Requests whose key was refused, by why.', LABEL.reason);
    this.#steering = counter(METRIC.steeringApplied, 'Requests to whose prompt something was added.', LABEL.role);
    this.#oddities = counter(METRIC.answerOddities, 'What had to be repaired or left out of answers.', kind);
    this.#retries.inc(0);
  }

  observe(event: RequestFinished): void {
    const { route, provider, firstByteMs, overheadMs, keyFault, denied, steering, oddities } = event;
    const stream = String(event.stream);
    const statusClass = `${Math.floor(event.status / 100)}xx`;
    this.#requests.inc({ dialect: event.shape, route, status_class: statusClass, outcome: event.outcome });
    this.#duration.observe({ route, stream }, event.durationMs / MS_PER_S);
    if (keyFault !== undefined) this.#authFailures.inc({ reason: keyFault });
    if (denied !== undefined) this.#denied.inc({ kind: denied });
    if (provider === undefined) return;
    if (firstByteMs !== undefined) this.#firstByte.observe({ provider, stream }, firstByteMs / MS_PER_S);
    if (overheadMs !== undefined) this.#overhead.observe({ stream }, overheadMs / MS_PER_S);
    this.#countAttempts(event);
    if (event.usage !== undefined) this.#countUsage(provider, event.usage, event);
    if (steering !== 'none' && steering !== 'off') this.#steering.inc({ role: steering });
    for (const kind in oddities) this.#oddities.inc({ kind }, oddities[kind]);
  }

  #countAttempts(event: RequestFinished): void {
    for (const { provider, result } of resultsOf(event)) this.#attempts.inc({ provider, result });
    if (event.attempts < 2) return;
    this.#retries.inc(event.attempts - 1);
    const providers = providersOf(event);
    for (const [at, to] of providers.entries()) {
      const from = providers[at - 1];
      if (from !== undefined && from !== to) this.#fallbacks.inc({ from, to });
    }
  }

  #countUsage(provider: string, usage: Usage, { model: asked, costNano }: RequestFinished): void {
    const model = (asked === undefined ? undefined : this.#modelLabel(asked)) ?? 'other';
    const count = (type: string, tokens: number) => {
      if (tokens > 0) this.#tokens.inc({ provider, model, type }, tokens);
    };
    count('input', usage.inputTokens);
    count('output', usage.outputTokens);
    count('cache_read', usage.cacheReadTokens);
    count('cache_write', usage.cacheWriteTokens);
    if (usage.reasoningTokens > 0) this.#reasoning.inc({ provider, model }, usage.reasoningTokens);
    if (costNano !== undefined && costNano > 0n) {
      this.#cost.inc({ provider, model }, Number(costNano) / NANO_PER_MICRO);
    }
  }
}
