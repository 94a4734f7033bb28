/** The completion's id: what is unique in the message's, or in the request's where the upstream names none. */
export function completionId(messageId: unknown, requestId: string): string {
  const own = typeof messageId === 'string' ? messageId.trim() : '';
  return `chatcmpl-${own === '' ? ownPart(requestId) : own.replace(/^msg_/, '')}`;
}

/**
 * The upstream's id of a call. A blank one, or one that an earlier call of the answer has (`taken`, which this one joins), is
 * made up: unique within the answer, and from answer to answer. Results are told apart by it.
 */
export function callId(id: string, requestId: string, taken: Set<string>): string {
  const isFree = id.trim() !== '' && !taken.has(id);
  const told = isFree ? id : `call_${ownPart(requestId)}_${taken.size}`;
  taken.add(told);
  return told;
}

/** `req_th_…` → `…`. */
function ownPart(requestId: string): string {
  return requestId.replace(/^req_(?:th_)?/, '');
}
