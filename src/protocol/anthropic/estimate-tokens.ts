import { type Member, scanArray } from '../json/scan.ts';
import type { RequestFacts } from '../request.ts';

/** Parts of a request that a model reads. */
const READ_BY_MODEL = new Set(['system', 'messages', 'tools', 'response_format', 'output_config', 'output_format']);

/**
 * What vendors put around a request, measured on recordings: the template of a message, the instructions that come
 * with tools (Anthropic: 290 to 800 tokens, whatever the tools) and with a schema for the answer.
 */
const REQUEST_TOKENS = 40;
const MESSAGE_TOKENS = 12;
const TOOLS_TOKENS = 600;
const TOOL_TOKENS = 50;
const SCHEMA_TOKENS = 300;

/** English is about 4 bytes a token, JSON and code 3; an estimate that is too low overflows somebody's context. */
const BYTES_PER_TOKEN = 3;
/** An image of the largest size a vendor does not shrink. Its base64 is not text and counts as this instead. */
const IMAGE_TOKENS = 1600;
const BASE64_RUN = 4096;

/**
 * Tokens of system, messages and tools, estimated from their bytes; errs upward. What a server adds by itself (search
 * results, fetched pages, images behind an URL) cannot be foreseen and is not counted.
 */
export function estimateTokens({ bytes, scan }: RequestFacts): number {
  let text = 0;
  let images = 0;
  let around = REQUEST_TOKENS;
  for (const member of scan.members) {
    if (!READ_BY_MODEL.has(member.name)) continue;
    around += tokensAround(bytes, member);
    let i = member.valueStart;
    while (i < member.valueEnd) {
      const runEnd = base64RunEnd(bytes, i, member.valueEnd);
      if (runEnd - i >= BASE64_RUN) images++;
      else text += runEnd - i;
      text++;
      i = runEnd + 1;
    }
  }
  return Math.ceil(text / BYTES_PER_TOKEN) + images * IMAGE_TOKENS + around;
}

function tokensAround(bytes: Uint8Array, { name, valueStart, valueEnd }: Member): number {
  if (name === 'system' || bytes[valueStart] === 0x6e) return 0;
  if (name !== 'messages' && name !== 'tools') return SCHEMA_TOKENS;
  const elements = bytes[valueStart] === 0x5b ? scanArray(bytes, valueStart, valueEnd).length : 0;
  if (name === 'messages') return elements * MESSAGE_TOKENS;
  return elements === 0 ? 0 : TOOLS_TOKENS + elements * TOOL_TOKENS;
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
