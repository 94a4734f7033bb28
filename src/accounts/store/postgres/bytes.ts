/** `\x` and hex digits, as PostgreSQL writes bytes. */
export function toBytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.slice(2), 'hex'));
}
