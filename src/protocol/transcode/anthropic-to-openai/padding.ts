import type { JsonNode } from '../../json/node.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Members that vendors fill with noise of a random length, against eavesdroppers who count bytes. */
const PADDING = ['obfuscation', 'p'];

/** The padding of a chunk that stands behind `from`. */
export function findPadding(chunk: JsonNode, from: number): JsonNode | undefined {
  for (const name of PADDING) {
    const member = chunk.members.get(name);
    if (member?.kind === 'string' && member.start >= from) return member;
  }
  return undefined;
}

/** Behind the frame whose padding starts at `i`; -1 when it goes on differently. */
export function skipPadding(bytes: Uint8Array, i: number, rest: Uint8Array): number {
  while (i < bytes.length && bytes[i] !== QUOTE) {
    const c = bytes[i++] as number;
    if (c < 0x20 || c === BACKSLASH) return -1;
  }
  if (i + rest.length > bytes.length) return -1;
  for (let k = 0; k < rest.length; k++) if (bytes[i + k] !== rest[k]) return -1;
  return i + rest.length;
}
