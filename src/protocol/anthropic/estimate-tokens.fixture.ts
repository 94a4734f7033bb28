import type { RequestFacts } from '../request.ts';
import { estimatePrompt } from './estimate-tokens.ts';

/** All tokens of an estimate that nothing was learnt for. */
export function estimateTokens(facts: RequestFacts): number {
  const { text, other } = estimatePrompt(facts);
  return Math.ceil(text + other);
}
