import { matchesGlob } from '../../../accounts/keys/model-scope.ts';
import { describeDecision } from '../decision.ts';
import type { ModelConfig, TargetConfig } from '../../../config/config.ts';
import type { RequestFinished } from '../../../telemetry/events.ts';
import type { Recorder } from '../../../telemetry/recent/recorder.ts';
import type { GatewayView } from '../../gateway-view.ts';
import { capabilitiesAt } from '../../graph.ts';
import { type Clocks, readClocks, standingOf, worstOf } from '../breaker-list.ts';
import { firstByteTimes, percentilesOf } from './first-byte.ts';
import { priceOf } from './prices.ts';
import type { Model, Models, Target } from './schema.ts';

export interface ModelServices {
  readonly view: () => GatewayView;
  readonly recorder: Recorder;
}

/** Decisions of th-orchestra that are told. */
const MOST_DECISIONS = 50;

/** What is known of everything while one document is made. */
interface Sight extends GatewayView {
  readonly clocks: Clocks;
  readonly times: ReturnType<typeof firstByteTimes>;
}

/** The models there are, how their targets do, and what th-orchestra decided lately. */
export function modelsDocument({ view, recorder }: ModelServices): Models {
  const events = [...recorder.requests.all()];
  const sight: Sight = { ...view(), clocks: readClocks(), times: firstByteTimes(events) };
  const { config, orchestra } = sight;
  const pools = Object.entries(config.orchestra.pools).map(([name, ids]): [string, string[]] => [name, [...ids]]);
  return {
    models: config.models.map((model) => describeModel(model, sight)),
    orchestra: {
      served: orchestra.isServed,
      quality: config.orchestra.quality,
      pools: Object.fromEntries(pools),
      recent: recentDecisions(events),
    },
  };
}

function describeModel(model: ModelConfig, sight: Sight): Model {
  const { config } = sight;
  const ordered = model.targets.toSorted((a, b) => a.priority - b.priority);
  const targets = ordered.map((target) => describeTarget(model, target, sight));
  const providers = ordered.flatMap((target) => config.providers.find(({ name }) => name === target.provider) ?? []);
  const [first] = ordered;
  const [provider] = providers;
  const takes =
    first === undefined || provider === undefined ? undefined : capabilitiesAt(provider, model, first, first.model);
  return {
    id: model.id,
    alias_of: model.aliasOf ?? null,
    glob: model.id.includes('*'),
    shapes: [...new Set(providers.flatMap(({ shapes }) => shapes))],
    policy: model.policy,
    price: targets[0]?.price ?? null,
    price_source: targets[0]?.price_source ?? null,
    context: model.context ?? takes?.context ?? null,
    max_output: model.maxOutput ?? takes?.maxOutput ?? null,
    tools: model.tools ?? takes?.tools ?? true,
    vision: model.vision ?? (takes !== undefined && takes.images !== 'none'),
    targets,
  };
}

function describeTarget(model: ModelConfig, target: TargetConfig, sight: Sight): Target {
  const { provider, weight, priority } = target;
  return {
    provider,
    model: target.model,
    weight,
    priority,
    ...priceOf(sight.config, model, target),
    breaker: breakerOf(target, sight),
    first_byte_ms: percentilesOf(timesOf(target, sight)),
  };
}

/** Of what stands for several models, such as a glob, the worst is told. */
function breakerOf({ provider, model }: TargetConfig, { catalogue, clocks }: Sight): Target['breaker'] {
  const standings = [...catalogue.targets()]
    .filter(({ target, configuredModel }) => target.provider.name === provider && configuredModel === model)
    .map(({ target }) => standingOf(target, clocks));
  return standings.reduce(worstOf, { state: 'closed', failures: 0, retry_at: null });
}

function timesOf({ provider, model }: TargetConfig, { times }: Sight): readonly number[] {
  const ofProvider = times.get(provider);
  if (ofProvider === undefined) return [];
  if (!model.includes('*')) return ofProvider.get(model) ?? [];
  return [...ofProvider].flatMap(([upstreamModel, own]) => (matchesGlob(model, upstreamModel) ? own : []));
}

function recentDecisions(events: readonly RequestFinished[]): Models['orchestra']['recent'] {
  return events
    .filter(({ decision }) => decision !== undefined)
    .sort((a, b) => (a.requestId < b.requestId ? 1 : -1))
    .slice(0, MOST_DECISIONS)
    .flatMap(({ at, durationMs, requestId: id, decision, steering }) => {
      if (decision === undefined) return [];
      const started = new Date(at - durationMs).toISOString();
      return [{ at: started, id, ...describeDecision(decision), steering }];
    });
}
