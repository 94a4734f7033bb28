import { matchesGlob } from '../../accounts/keys/model-scope.ts';
import type { Shape } from '../../protocol/shape.ts';
import {
  ANTHROPIC_CAPABILITIES,
  type Capabilities,
  OPENAI_CAPABILITIES,
} from '../../protocol/transcode/capabilities.ts';
import { factsOfModel } from './model-facts.ts';

/** Facts about some of a vendor's models, told by a glob on the ids it knows them by. */
export interface VendorModelFacts {
  readonly match: string;
  readonly facts: Partial<Capabilities>;
}

/** Everything that says what one target takes, from the most general to the most particular. */
export interface CapabilitySources {
  readonly shape: Shape;
  /** What is known of the vendor. */
  readonly vendor: Partial<Capabilities>;
  /** What is known of some of its models; of several that match, the later stands above the earlier. */
  readonly vendorModels: readonly VendorModelFacts[];
  /** What the operator says of the provider, of the model, and of the model in this one place. */
  readonly provider: Partial<Capabilities>;
  readonly model: Partial<Capabilities>;
  readonly target: Partial<Capabilities>;
  readonly limits: ModelLimits;
}

/** What the operator says of a model wherever it is served. */
export interface ModelLimits {
  readonly context?: number | undefined;
  readonly maxOutput?: number | undefined;
  readonly tools?: boolean | undefined;
  readonly vision?: boolean | undefined;
}

const OF_SHAPE: Readonly<Record<Shape, Capabilities>> = {
  openai: OPENAI_CAPABILITIES,
  anthropic: ANTHROPIC_CAPABILITIES,
};

/** The shape's own way, for every model that is known to take an effort at all. */
const USUAL: Readonly<Record<Shape, Partial<Capabilities>>> = {
  openai: { thinkSwitch: 'reasoning_effort' },
  anthropic: {},
};

/**
 * What one upstream model takes. Shape < vendor < model < the vendor's own edition of the model < what the operator
 * wrote of the provider < of the model < of the target. `upstreamModel` is the id the upstream knows it by.
 */
export function resolveCapabilities(sources: CapabilitySources, upstreamModel: string): Capabilities {
  const { shape, vendor, vendorModels, provider, limits } = sources;
  const base: Capabilities = { ...OF_SHAPE[shape], ...USUAL[shape] };
  const layers: readonly Partial<Capabilities>[] = [
    vendor,
    ...factsOfModel(upstreamModel, shape),
    ...vendorModels.filter(({ match }) => matchesGlob(match, upstreamModel)).map(({ facts }) => facts),
    provider,
  ];
  const known = layers.reduce<Capabilities>((below, above) => ({ ...below, ...above }), base);
  const { context = known.context, maxOutput = known.maxOutput, tools = known.tools, vision } = limits;
  const resolved: Capabilities = {
    ...known,
    context,
    maxOutput,
    tools,
    images: imagesWith(known.images, vision),
    ...sources.model,
    ...sources.target,
  };
  return {
    ...resolved,
    defaultMaxOutput: Math.min(resolved.defaultMaxOutput, resolved.maxOutput ?? Infinity),
    // A switch without positions.
    thinkSwitch:
      resolved.thinkSwitch === 'reasoning_effort' && resolved.effortLevels.length === 0 ? 'none' : resolved.thinkSwitch,
  };
}

function imagesWith(known: Capabilities['images'], vision: boolean | undefined): Capabilities['images'] {
  if (vision === undefined) return known;
  if (!vision) return 'none';
  return known === 'none' ? 'url' : known;
}
