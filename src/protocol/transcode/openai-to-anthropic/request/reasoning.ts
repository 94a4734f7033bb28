import type { Effort } from '../../capabilities.ts';
import { budgetOfEffort, effortOfBudget, MIN_BUDGET_TOKENS, nearestEffort } from '../../reasoning-effort.ts';
import type { Context } from './context.ts';
import type { Conversation } from './conversation.ts';
import { readEffort, readReasoningWish, type ReasoningWish, showsReasoning } from './reasoning-wish.ts';
import { isThinking } from './thinking-replay.ts';
import type { ChosenTools, ToolChoice } from './tool-choice.ts';

/** How the model is told to think. */
export interface Reasoning {
  /** JSON text of `thinking`; undefined: left to the upstream. */
  readonly thinking: string | undefined;
  readonly effort: Effort | undefined;
  /** Whether it will think, so that it takes fewer sampling parameters. */
  readonly thinks: boolean;
  /** The tool choice, where thinking leaves no other. */
  readonly choice: ToolChoice | undefined;
}

/** What is said of thinking before the rest of the request is looked at. */
type Plan = Pick<Reasoning, 'thinking' | 'effort'> & { readonly mode: 'unsaid' | 'off' | 'adaptive' | 'budget' };

const UNSAID: Plan = { mode: 'unsaid', thinking: undefined, effort: undefined };
const DISABLED = '{"type":"disabled"}';

/** What an effort that is not named stands for where the upstream wants a number. */
const DEFAULT_EFFORT = 'medium';

/** How the model is to think. `maxTokens`: of the whole answer. */
export function decideReasoning(
  maxTokens: number,
  conversation: Conversation,
  { choice }: ChosenTools,
  context: Context,
): Reasoning {
  const { capabilities, warnings } = context;
  const wish = readReasoningWish(context);
  const plan = withNamedEffort(wish === undefined ? UNSAID : planFor(wish, maxTokens, context), context);
  const always = capabilities.thinking === 'always';
  const thinks = always || plan.mode === 'adaptive' || plan.mode === 'budget';
  if (!thinks) return { ...plan, thinks, choice };
  const isForced = choice?.type === 'any' || choice?.type === 'tool';
  const clashes = isForced && !capabilities.forcedToolWithThinking;
  if (always) {
    if (clashes) warnings.add('approx.tool_choice');
    return { ...plan, thinks, choice: clashes ? { type: 'auto' } : choice };
  }
  if (clashes || conversation.isPrefilled || (plan.mode === 'budget' && lacksThinking(conversation))) {
    warnings.add('approx.thinking');
    return { thinking: DISABLED, effort: plan.effort, thinks: false, choice };
  }
  return { ...plan, thinks, choice };
}

function planFor(wish: ReasoningWish, maxTokens: number, context: Context): Plan {
  switch (context.capabilities.thinking) {
    case 'none':
      if (wish.kind !== 'off') context.warnings.add(`dropped.${wish.field}`);
      return UNSAID;
    case 'budget':
      return planBudget(wish, maxTokens, context);
    case 'both':
    case 'adaptive':
    case 'always':
      return planAdaptive(wish, maxTokens, context);
  }
}

function planBudget(wish: ReasoningWish, maxTokens: number, { warnings }: Context): Plan {
  if (wish.kind === 'off') return { ...UNSAID, mode: 'off', thinking: DISABLED };
  if (wish.kind === 'between_tools') {
    warnings.add('approx.thinking');
    return UNSAID;
  }
  const wanted = wish.budget?.asNumber();
  const budget =
    wanted === undefined ? budgetOfEffort(wish.effort ?? DEFAULT_EFFORT, maxTokens) : fit(wanted, maxTokens);
  if (budget === undefined) {
    warnings.add(`dropped.${wish.field}`);
    return UNSAID;
  }
  if (wanted !== undefined && wanted !== budget) warnings.add(`clamped.${wish.field}`, wish.budget?.path);
  return { ...UNSAID, mode: 'budget', thinking: `{"type":"enabled","budget_tokens":${budget}}` };
}

function fit(budgetTokens: number, maxTokens: number): number | undefined {
  if (maxTokens <= MIN_BUDGET_TOKENS) return undefined;
  return Math.min(Math.max(budgetTokens, MIN_BUDGET_TOKENS), maxTokens - 1);
}

function planAdaptive(wish: ReasoningWish, maxTokens: number, context: Context): Plan {
  const { capabilities, warnings } = context;
  const display = readDisplay(context);
  const adaptive = { mode: 'adaptive', thinking: `{"type":"adaptive","display":${display}}` } as const;
  switch (wish.kind) {
    case 'off':
      if (capabilities.thinking !== 'always') return { ...UNSAID, mode: 'off', thinking: DISABLED };
      warnings.add(`dropped.${wish.field}`);
      return { ...UNSAID, effort: effortFor('low', undefined, context) };
    case 'between_tools':
      if (capabilities.thinking !== 'both')
        return { ...UNSAID, mode: 'adaptive', thinking: '{"type":"between_tools"}' };
      warnings.add('approx.thinking');
      return { ...UNSAID, ...adaptive };
    case 'on':
      return { ...UNSAID, ...adaptive };
    case 'effort':
      return { ...adaptive, effort: effortFor(wish.effort ?? DEFAULT_EFFORT, wish.field, context) };
    case 'budget': {
      const wanted = wish.budget?.asNumber() ?? 0;
      const budget = capabilities.thinking === 'both' ? fit(wanted, maxTokens) : undefined;
      if (budget === undefined) {
        warnings.add(`approx.${wish.field}`);
        return { ...adaptive, effort: effortFor(effortOfBudget(wanted), undefined, context) };
      }
      if (budget !== wanted) warnings.add(`clamped.${wish.field}`, wish.budget?.path);
      const thinking = `{"type":"enabled","budget_tokens":${budget},"display":${display}}`;
      return { ...UNSAID, mode: 'budget', thinking };
    }
  }
}

/** Newer models leave their thinking out unless they are asked to tell it. */
function readDisplay(context: Context): string {
  const native = context.members.get('thinking')?.get('display');
  if (native !== undefined) return JSON.stringify(native.asString());
  return showsReasoning(context) ? '"summarized"' : '"omitted"';
}

/** The nearest effort the model knows. `field`: the client's member that is told when it is another. */
function effortFor(wanted: Effort, field: string | undefined, { capabilities, warnings }: Context): Effort | undefined {
  // Models of this shape know none below `low`, and it is what is meant.
  const meant = wanted === 'minimal' ? 'low' : wanted;
  const effort = nearestEffort(meant, capabilities.effortLevels);
  if (field !== undefined && effort !== meant) {
    warnings.add(effort === undefined ? `approx.${field}` : `clamped.${field}`);
  }
  return effort;
}

/** Anthropic's own effort goes before one that was derived. */
function withNamedEffort(plan: Plan, context: Context): Plan {
  const node = context.members.get('output_config')?.asObject().get('effort');
  if (node === undefined) return plan;
  const effort = readEffort(node);
  return effort === 'none' ? plan : { ...plan, effort: effortFor(effort, 'output_config', context) ?? plan.effort };
}

/**
 * Whether the model is in the midst of a tool loop of which no thinking is there to give back: it would refuse to think
 * on. Earlier loops do not matter, nor does which message of this one thought.
 */
function lacksThinking({ turns }: Conversation): boolean {
  let isInLoop = false;
  for (const { role, blocks } of turns.toReversed()) {
    if (role === 'assistant') {
      if (!blocks.some(({ type }) => type === 'tool_use')) return false;
      if (blocks.some(isThinking)) return false;
      isInLoop = true;
    } else if (isInLoop && role === 'user' && blocks.some(({ type }) => type !== 'tool_result')) break;
  }
  return isInLoop;
}
