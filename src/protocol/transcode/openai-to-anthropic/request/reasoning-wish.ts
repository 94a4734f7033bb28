import type { JsonNode } from '../../../json/node.ts';
import type { Effort } from '../../capabilities.ts';
import { isEffort } from '../../reasoning-effort.ts';
import type { Context } from './context.ts';

/** How the client wants the model to reason, in whichever of the ways it says so. */
export interface ReasoningWish {
  /** The client's member that says it, which warnings are about. */
  readonly field: string;
  /** `on`: as much as the model finds right. */
  readonly kind: 'off' | 'on' | 'effort' | 'budget' | 'between_tools';
  readonly effort: Exclude<Effort, 'none'> | undefined;
  /** Tokens; undefined but for `budget`. */
  readonly budget: JsonNode | undefined;
}

/** Anthropic's own member before the others, OpenAI's before OpenRouter's. Undefined: the client says nothing of it. */
export function readReasoningWish({ members }: Context): ReasoningWish | undefined {
  const thinking = members.get('thinking')?.asObject();
  const reasoning = members.get('reasoning')?.asObject();
  const isOff = reasoning?.get('enabled')?.asBoolean() === false;
  const effort = members.get('reasoning_effort') ?? (isOff ? undefined : reasoning?.get('effort'));
  if (thinking !== undefined) return ofThinking(thinking, effort);
  if (effort !== undefined) return ofEffort(effort);
  return reasoning === undefined ? undefined : ofReasoning(reasoning);
}

/** Whether the answer shows the reasoning. */
export function showsReasoning({ members }: Context): boolean {
  return members.get('reasoning')?.asObject().get('exclude')?.asBoolean() !== true;
}

function ofThinking(thinking: JsonNode, effort: JsonNode | undefined): ReasoningWish {
  const type = thinking.require('type');
  const none = { field: 'thinking', effort: undefined, budget: undefined };
  switch (type.asString()) {
    case 'disabled':
      return { ...none, kind: 'off' };
    case 'between_tools':
      return { ...none, kind: 'between_tools' };
    case 'enabled':
    case 'adaptive': {
      const budget = thinking.get('budget_tokens');
      if (budget !== undefined) return { ...none, kind: 'budget', budget: checkBudget(budget) };
      const named = effort === undefined ? undefined : readEffort(effort);
      return named === undefined || named === 'none'
        ? { ...none, kind: 'on' }
        : { ...none, kind: 'effort', effort: named };
    }
    default:
      throw type.invalid('must be enabled, adaptive, between_tools or disabled');
  }
}

function ofEffort(node: JsonNode): ReasoningWish {
  const effort = readEffort(node);
  const none = { field: node.path.split('.')[0] as string, budget: undefined };
  return effort === 'none' ? { ...none, kind: 'off', effort: undefined } : { ...none, kind: 'effort', effort };
}

function ofReasoning(reasoning: JsonNode): ReasoningWish | undefined {
  const none = { field: 'reasoning', effort: undefined, budget: undefined };
  const budget = reasoning.get('max_tokens');
  const enabled = reasoning.get('enabled')?.asBoolean();
  if (enabled === false) return { ...none, kind: 'off' };
  if (budget !== undefined) return { ...none, kind: 'budget', budget: checkBudget(budget) };
  return enabled === true ? { ...none, kind: 'on' } : undefined;
}

/** Throws for a word that is no effort. */
export function readEffort(node: JsonNode): Effort {
  const word = node.asString();
  if (!isEffort(word)) throw node.invalid('must be none, minimal, low, medium, high, xhigh or max');
  return word;
}

function checkBudget(node: JsonNode): JsonNode {
  if (!Number.isSafeInteger(node.asNumber()) || node.asNumber() < 0) throw node.invalid('must be a number of tokens');
  return node;
}
