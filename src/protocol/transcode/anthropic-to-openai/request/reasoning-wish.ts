import type { JsonNode } from '../../../json/node.ts';
import { EFFORTS, type Effort } from '../../capabilities.ts';

const MODES = ['enabled', 'adaptive', 'between_tools', 'disabled'] as const;

/** How much the client wants the model to think. */
export interface ReasoningWish {
  /** Undefined: the client says nothing, and the upstream does as it likes. */
  readonly mode: (typeof MODES)[number] | undefined;
  readonly budgetTokens: number | undefined;
  readonly effort: Effort | undefined;
}

export function readReasoningWish(root: JsonNode): ReasoningWish {
  const thinking = root.get('thinking')?.asObject();
  const type = thinking?.require('type');
  const mode = type && MODES.find((known) => known === type.asString());
  if (type !== undefined && mode === undefined) throw type.invalid(`must be one of ${MODES.join(', ')}`);
  return {
    mode,
    budgetTokens: mode === 'enabled' ? readBudget(thinking?.require('budget_tokens')) : undefined,
    effort: readEffort(root.get('output_config')?.asObject().get('effort')),
  };
}

function readBudget(node: JsonNode | undefined): number | undefined {
  const budget = node?.asNumber();
  if (node !== undefined && !(Number.isSafeInteger(budget) && Number(budget) > 0)) {
    throw node.invalid('must be a whole number of at least 1');
  }
  return budget;
}

function readEffort(node: JsonNode | undefined): Effort | undefined {
  const effort = node && EFFORTS.find((known) => known === node.asString());
  if (node !== undefined && effort === undefined) throw node.invalid(`must be one of ${EFFORTS.join(', ')}`);
  return effort;
}

/** Whether the answer's reasoning is shown: to clients that did not ask, the first block has to be the text. */
export function showsThinking({ mode, effort }: ReasoningWish): boolean {
  return (mode !== undefined && mode !== 'disabled') || (mode === undefined && effort !== undefined);
}
