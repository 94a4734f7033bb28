import type { JsonNode } from '../json/node.ts';
import { readUpstreamFault, type UpstreamFault } from '../transcode/upstream-error.ts';

/** What a chunk or a completion says went wrong, at its top or in a choice; undefined when it is an answer. */
export function readChunkFault(chunk: JsonNode): UpstreamFault | undefined {
  const error = chunk.get('error');
  if (error !== undefined && !isZero(error)) return readUpstreamFault(chunk.value) ?? { message: error.raw };
  const choices = chunk.get('choices')?.elements ?? [];
  for (const choice of choices) {
    const failed = choice.get('error');
    if (failed !== undefined && !isZero(failed)) return readUpstreamFault(choice.value) ?? { message: failed.raw };
  }
  // Flat: `{"object":"error","message":…}`, `{"detail":…}`.
  const isAnswer = choices.length > 0 || chunk.members.has('choices') || chunk.get('usage') !== undefined;
  return isAnswer ? undefined : readUpstreamFault(chunk.value);
}

/** What vendors send whose members are never absent: `""`, `{}`, `[]`, `false`, 0. */
function isZero(node: JsonNode): boolean {
  return node.end - node.start <= 2 || node.kind === 'boolean';
}

/** The usage of a chunk: at its top, or where Moonshot and Groq have put it. */
export function usageOf(chunk: JsonNode, choice: JsonNode | undefined): JsonNode | undefined {
  return chunk.get('usage') ?? choice?.get('usage') ?? chunk.get('x_groq')?.get('usage');
}

/** A choice's reason to be over; blank means not yet. */
export function finishOf(choice: JsonNode): string | undefined {
  const reason = choice.get('finish_reason')?.stringOrUndefined;
  return reason === '' ? undefined : reason;
}
