import type { JsonNode } from '../../json/node.ts';
import type { AnswerPlan } from './answer-plan.ts';

/** Between the thinking of two blocks, and between texts that a server's tool came between: within a string literal. */
export const BREAK = '\\n\\n';

/** Whether a block of this type is thinking. */
export function isThinking(type: string): boolean {
  return type === 'thinking' || type === 'redacted_thinking';
}

/**
 * `reasoning_details`: what the thinking among these blocks needs to be given back to the model that thought it, in
 * its order. Undefined where there is none, or none is to be shown. A block may have a signature and no text; a text without a signature is no use to the model but is told all the same.
 */
export function renderReasoningDetails(blocks: readonly JsonNode[], plan: AnswerPlan): string | undefined {
  const thinking = plan.showReasoning ? blocks.filter(isTellable) : [];
  if (thinking.length === 0) return undefined;
  const model = JSON.stringify(plan.publicModel);
  const details = thinking.map((block, index) => {
    const redacted = block.get('type')?.value === 'redacted_thinking';
    const signature = textOf(block, 'signature');
    const own = redacted
      ? `"type":"reasoning.encrypted","data":${textOf(block, 'data')}`
      : `"type":"reasoning.text","text":${textOf(block, 'thinking')}${signature === '""' ? '' : `,"signature":${signature}`}`;
    return `{"index":${index},${own},"format":"anthropic-claude-v1","model":${model}}`;
  });
  return `[${details.join(',')}]`;
}

/** Redacted thinking without its data is none: given back, it would be refused. */
function isTellable(block: JsonNode): boolean {
  const type = block.get('type')?.value;
  return type === 'thinking' || (type === 'redacted_thinking' && textOf(block, 'data') !== '""');
}

/** The string as it was written, quotes included. */
function textOf(block: JsonNode, name: string): string {
  const member = block.get(name);
  return member?.kind === 'string' ? member.raw : '""';
}
