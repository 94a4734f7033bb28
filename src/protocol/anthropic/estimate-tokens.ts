import type { RequestFacts } from '../request.ts';

/** Parts of a request that a model reads. */
const READ_BY_MODEL = new Set(['system', 'messages', 'tools']);

/** English is about 4 bytes a token, JSON and code 3; an estimate that is too low overflows somebody's context. */
const BYTES_PER_TOKEN = 3;
/** An image of the largest size a vendor does not shrink. Its base64 is not text and counts as this instead. */
const IMAGE_TOKENS = 1600;
const BASE64_RUN = 4096;

/** Tokens of system, messages and tools, estimated from their bytes; errs upward. */
export function estimateTokens({ bytes, scan }: RequestFacts): number {
  let text = 0;
  let images = 0;
  for (const member of scan.members) {
    if (!READ_BY_MODEL.has(member.name)) continue;
    let i = member.valueStart;
    while (i < member.valueEnd) {
      const runEnd = base64RunEnd(bytes, i, member.valueEnd);
      if (runEnd - i >= BASE64_RUN) images++;
      else text += runEnd - i;
      text++;
      i = runEnd + 1;
    }
  }
  return Math.max(1, Math.ceil(text / BYTES_PER_TOKEN) + images * IMAGE_TOKENS);
}

function base64RunEnd(bytes: Uint8Array, i: number, to: number): number {
  while (i < to) {
    const c = bytes[i] as number;
    const base64 =
      (c >= 0x30 && c <= 0x39) ||
      (c >= 0x41 && c <= 0x5a) ||
      (c >= 0x61 && c <= 0x7a) ||
      c === 0x2b ||
      c === 0x2f ||
      c === 0x3d;
    if (!base64) return i;
    i++;
  }
  return to;
}
