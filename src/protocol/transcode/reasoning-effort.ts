import { EFFORTS, type Effort } from './capabilities.ts';

/** Budgets up to this many tokens are what the effort stands for; anything above is `high`. */
const BUDGETS: readonly (readonly [maxTokens: number, effort: Effort])[] = [
  [2048, 'low'],
  [8192, 'medium'],
];

/** The part of the longest answer that each effort may spend on reasoning. */
const SHARES: Readonly<Record<Exclude<Effort, 'none'>, number>> = {
  minimal: 0.1,
  low: 0.2,
  medium: 0.5,
  high: 0.8,
  xhigh: 0.95,
  max: 0.95,
};

/** The least an Anthropic-shaped upstream takes as a budget. */
export const MIN_BUDGET_TOKENS = 1024;

/** What an effort alone may ask for: beyond it, vendors advise against answering in one piece. */
const MAX_SHARED_TOKENS = 32_000;

/** Whether the word is one of the efforts that are known. */
export function isEffort(word: string | undefined): word is Effort {
  return (EFFORTS as readonly (string | undefined)[]).includes(word);
}

/**
 * The wanted effort where the model knows it, else the next one below, else the lowest one above. `none` means off: it is
 * given for nothing but itself, and nothing else is given for it. Undefined: the model knows no such effort.
 */
export function nearestEffort(wanted: Effort, levels: readonly Effort[]): Effort | undefined {
  if (levels.includes(wanted)) return wanted;
  if (wanted === 'none') return undefined;
  const rank = EFFORTS.indexOf(wanted);
  const known = EFFORTS.filter((effort) => effort !== 'none' && levels.includes(effort));
  return known.findLast((effort) => EFFORTS.indexOf(effort) < rank) ?? known[0];
}

/** The effort that a budget of reasoning tokens stands for. */
export function effortOfBudget(budgetTokens: number): Effort {
  return BUDGETS.find(([maxTokens]) => budgetTokens <= maxTokens)?.[1] ?? 'high';
}

/**
 * The budget of reasoning tokens an effort stands for within an answer of `maxTokens`, reasoning included. Undefined where
 * the answer is too short to reason at all.
 */
export function budgetOfEffort(effort: Exclude<Effort, 'none'>, maxTokens: number): number | undefined {
  if (maxTokens <= MIN_BUDGET_TOKENS) return undefined;
  const share = Math.floor(SHARES[effort] * maxTokens);
  return Math.max(MIN_BUDGET_TOKENS, Math.min(share, maxTokens - 1, MAX_SHARED_TOKENS));
}
