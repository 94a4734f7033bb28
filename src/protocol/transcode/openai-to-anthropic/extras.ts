import type { JsonNode } from '../../json/node.ts';
import { signaturesOfBlocks } from '../signatures.ts';
import type { AnswerPlan } from './answer-plan.ts';
import type { Annotations } from './annotations.ts';
import { renderReasoningDetails } from './reasoning.ts';

/**
 * Members of an answer that say more than its text, as `"name":value`. A stream tells them in one chunk: accumulators
 * keep the last of several, or join what must not be joined.
 */
export function renderExtras(blocks: readonly JsonNode[], annotations: Annotations, plan: AnswerPlan): string[] {
  if (plan.signed !== undefined) signaturesOfBlocks(blocks.map(({ value }) => value)).forEach(plan.signed);
  const details = renderReasoningDetails(blocks, plan);
  const places = annotations.render();
  return [
    ...(details === undefined ? [] : [`"reasoning_details":${details}`]),
    ...(places === undefined ? [] : [`"annotations":${places}`]),
  ];
}
