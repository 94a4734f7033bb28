const encoder = new TextEncoder();

/** Model ids as JSON, by id. There are few, and each is written into every request and answer of its model. */
const known = new Map<string, Uint8Array<ArrayBuffer>>();
const MAX_KNOWN = 512;

/** The bytes of a JSON string literal. Not to be changed by the caller: they may be handed out again. */
export function encodeString(text: string): Uint8Array<ArrayBuffer> {
  const found = known.get(text);
  if (found !== undefined) return found;
  const bytes = encoder.encode(JSON.stringify(text));
  if (known.size < MAX_KNOWN) known.set(text, bytes);
  return bytes;
}
