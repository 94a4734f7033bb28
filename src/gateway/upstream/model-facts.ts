import type { Shape } from '../../protocol/shape.ts';
import type { Capabilities } from '../../protocol/transcode/capabilities.ts';
import { CLAUDE_FACTS } from './model-facts-claude.ts';
import { HOSTED_FACTS } from './model-facts-hosted.ts';
import { OPEN_MODEL_FACTS } from './model-facts-open.ts';
import { OPENAI_FACTS } from './model-facts-openai.ts';

/** What is true of a model wherever it is served. A vendor's own restrictions belong to its preset. */
export interface ModelFacts {
  /** On the bare id: lower case, without the vendor or the region in front of it. */
  readonly match: RegExp;
  /** Holds only where the model is served in this shape. */
  readonly shape?: Shape;
  readonly facts: Partial<Capabilities>;
}

/** Of several records that match, the later stands above the earlier. */
export const MODEL_FACTS: readonly ModelFacts[] = [
  ...CLAUDE_FACTS,
  ...OPENAI_FACTS,
  ...HOSTED_FACTS,
  ...OPEN_MODEL_FACTS,
];

/** No model is named at such length: what is longer is not worth the time to search. */
const LONGEST_ID = 256;

/** The facts of the model that an upstream knows by this id, the more particular ones last. */
export function factsOfModel(upstreamModel: string, shape: Shape): readonly Partial<Capabilities>[] {
  if (upstreamModel.length > LONGEST_ID) return [];
  const id = bareId(upstreamModel);
  return MODEL_FACTS.filter(
    (record) => (record.shape === undefined || record.shape === shape) && record.match.test(id),
  ).map(({ facts }) => facts);
}

/**
 * `us.anthropic.claude-opus-4-6-v1:0`, `anthropic/claude-opus-4.6`, `databricks-claude-opus-4-6` → from `claude` on;
 * `ft:gpt-4o:org::x` → from `gpt` on.
 */
export function bareId(upstreamModel: string): string {
  return upstreamModel
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/^(?:ft:|databricks-|(?:[a-z][a-z-]*\.)+(?=[a-z]))/, '');
}
