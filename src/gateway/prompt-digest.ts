import { createHash } from 'node:crypto';
import { findMember, isFault, scanObject } from '../protocol/json/scan.ts';

const LINE_FEED = Uint8Array.of(0x0a);

/**
 * Proof of what a model was told: the SHA-256 of the prompt in a body as it goes to the upstream, written as
 * `sha-256=:<base64>:` (an RFC 9530 digest). It is taken over the bytes of the value of `messages`, before them, where
 * the body has a `system`, the bytes of its value and a line feed. Value bytes are what stands between the colon and
 * the comma, without the white space around it. 1.6 ms for 1 MiB.
 */
export function promptDigest(body: Uint8Array): string | undefined {
  const scan = scanObject(body);
  if (isFault(scan)) return undefined;
  const messages = findMember(scan, 'messages');
  if (messages === undefined) return undefined;
  const system = findMember(scan, 'system');
  const hash = createHash('sha256');
  if (system !== undefined) hash.update(body.subarray(system.valueStart, system.valueEnd)).update(LINE_FEED);
  hash.update(body.subarray(messages.valueStart, messages.valueEnd));
  return `sha-256=:${hash.digest('base64')}:`;
}
