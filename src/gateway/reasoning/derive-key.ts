import { hkdfSync } from 'node:crypto';

/** A key of its own for each purpose (HKDF-SHA256), so that what one of them is used for tells nothing of another. */
export function deriveKey(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), `tokenharbor ${purpose}`, 32));
}
