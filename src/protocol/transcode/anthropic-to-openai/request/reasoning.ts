import type { Effort } from '../../capabilities.ts';
import { effortOfBudget, nearestEffort } from '../../reasoning-effort.ts';
import type { Context } from './context.ts';
import { objectOf } from '../../../json/json-text.ts';
import { type ReasoningWish, showsThinking } from './reasoning-wish.ts';

/** What else of the request decides about thinking. */
export interface ReasoningSetting {
  readonly hasTools: boolean;
  /** Whether the model is made to call a tool. */
  readonly forcesTool: boolean;
  /** Whether the model is to go on from words of the assistant: what it would think first has no place there. */
  readonly isPrefilled: boolean;
  readonly maxTokens: number;
}

export interface ReasoningDecision {
  /** Whether the upstream is told not to think. */
  readonly off: boolean;
  /** The upstream cannot be forced to call a tool, because it cannot be kept from thinking. */
  readonly freesToolChoice: boolean;
}

/** Writes how much the upstream is to think. */
export function writeReasoning(wish: ReasoningWish, setting: ReasoningSetting, context: Context): ReasoningDecision {
  const { capabilities, body, warnings } = context;
  if (capabilities.toolsNeedEffortNone && setting.hasTools) {
    if (wish.mode !== 'disabled') warnings.add('approx.reasoning_effort');
    body.set('reasoning_effort', '"none"');
    return { off: true, freesToolChoice: false };
  }
  if (wish.mode === 'disabled') {
    if (wish.effort !== undefined) warnings.add('dropped.effort', 'output_config.effort');
    return { off: writeOff(context), freesToolChoice: false };
  }
  const clashes = setting.forcesTool && !capabilities.forcedToolWithThinking;
  // Said even where the client is silent: the upstream may think unless told not to, and would refuse the request.
  if ((clashes || setting.isPrefilled) && canTurnOff(context)) {
    if (showsThinking(wish)) warnings.add('approx.thinking');
    return { off: writeOff(context), freesToolChoice: false };
  }
  writeOn(wish, setting, context);
  return { off: false, freesToolChoice: clashes };
}

/** How thinking is turned on and off where it is not by an effort. */
const SWITCHES = {
  thinking: { on: '{"type":"enabled"}', off: '{"type":"disabled"}' },
  enable_thinking: { on: 'true', off: 'false' },
  chat_template_kwargs: { on: '{"enable_thinking":true}', off: '{"enable_thinking":false}' },
  reasoning: { on: '{"enabled":true}', off: '{"enabled":false}' },
  reasoning_effort: undefined,
  none: undefined,
} as const;

function canTurnOff({ capabilities }: Context): boolean {
  return SWITCHES[capabilities.thinkSwitch] !== undefined || capabilities.effortLevels.includes('none');
}

/** Returns whether the upstream will not think. */
function writeOff({ capabilities, body, warnings }: Context): boolean {
  const { thinkSwitch, effortLevels } = capabilities;
  const off = SWITCHES[thinkSwitch]?.off;
  if (off !== undefined) body.set(thinkSwitch, off, 'thinking');
  else if (effortLevels.includes('none')) body.set('reasoning_effort', '"none"', 'thinking');
  else {
    const least = thinkSwitch === 'reasoning_effort' ? nearestEffort('minimal', effortLevels) : undefined;
    warnings.add(least === undefined ? 'dropped.thinking' : 'approx.thinking');
    // The least it can do is nearer to nothing than what it does by itself.
    if (least !== undefined) body.set('reasoning_effort', `"${least}"`, 'thinking');
    return false;
  }
  return true;
}

function writeOn(wish: ReasoningWish, { maxTokens }: ReasoningSetting, context: Context): void {
  const { capabilities, body, warnings } = context;
  const { thinkSwitch, thinkBudget } = capabilities;
  const { mode } = wish;
  const effort = effortFor(wish, context);
  const budget = effort === undefined && thinkBudget !== 'none' ? budgetFor(wish, maxTokens, context) : undefined;
  const from = wish.effort === undefined ? 'thinking' : 'output_config.effort';
  const switched = mode === 'enabled' || mode === 'adaptive';
  if (mode === 'between_tools') warnings.add('approx.thinking');
  const says = [effort, budget].some((value) => value !== undefined);
  if (switched && !says && thinkSwitch === 'none' && capabilities.effortLevels.length === 0) {
    warnings.add('dropped.thinking');
  } else if (mode === 'enabled' && !says) warnings.add('approx.budget_tokens', 'thinking.budget_tokens');
  if (thinkSwitch === 'reasoning' || thinkBudget === 'reasoning') {
    const wanted = says
      ? objectOf([
          ['effort', effort && `"${effort}"`],
          ['max_tokens', budget],
        ])
      : SWITCHES.reasoning.on;
    if (says || switched) body.set('reasoning', wanted, from);
    return;
  }
  const on = SWITCHES[thinkSwitch]?.on;
  if (switched && on !== undefined) body.set(thinkSwitch, on, 'thinking');
  if (effort !== undefined) body.set('reasoning_effort', `"${effort}"`, from);
  if (budget !== undefined) body.set(thinkBudget, budget, 'thinking.budget_tokens');
}

/** The effort to ask for: the client's own word, else what its budget amounts to where no budget can be named. */
function effortFor(wish: ReasoningWish, { capabilities, warnings }: Context): Effort | undefined {
  const { effortLevels, thinkBudget } = capabilities;
  if (wish.effort !== undefined) {
    const nearest = nearestEffort(wish.effort, effortLevels);
    const loss = nearest === undefined ? 'dropped.effort' : 'clamped.effort';
    if (nearest !== wish.effort) warnings.add(loss, 'output_config.effort');
    return nearest;
  }
  if (wish.budgetTokens === undefined || thinkBudget !== 'none') return undefined;
  return nearestEffort(effortOfBudget(wish.budgetTokens), effortLevels);
}

/** A budget takes part of the answer's limit, which may have been clamped below it. */
function budgetFor({ budgetTokens }: ReasoningWish, maxTokens: number, { warnings }: Context): string | undefined {
  if (budgetTokens === undefined) return undefined;
  if (budgetTokens < maxTokens) return String(budgetTokens);
  warnings.add('clamped.budget_tokens', 'thinking.budget_tokens');
  return maxTokens > 1 ? String(maxTokens - 1) : undefined;
}
