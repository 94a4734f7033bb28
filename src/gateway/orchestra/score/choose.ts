import type { PromptScore } from './score.ts';
export function chooseModel(
  candidates: readonly { id: string; names: readonly string[]; cost: number | undefined; price: number | undefined }[],
  _score: PromptScore,
  _quality: number,
): { order: readonly number[]; reason: string } {
  return { order: candidates.map((_, i) => i), reason: 'temporary' };
}
