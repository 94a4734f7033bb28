import type { JsonText } from '../../../json/json-text.ts';
import type { Context } from './context.ts';

/** Longest id the upstream takes. */
const MAX_LENGTH = 256;
const EMAIL = /[^\s@]+@[^\s@]+\.[^\s@]+/;
const PHONE = /^\+?[\d\s().-]{7,}$/;

/** Who asks, as an id that says nothing of the person: an address or a number would leave for a vendor. */
export function writeMetadata({ members, ports }: Context): JsonText | undefined {
  const node = members.get('safety_identifier') ?? members.get('user');
  const text = node?.asString() ?? '';
  if (node === undefined || text === '') return undefined;
  const isPersonal = EMAIL.test(text) || PHONE.test(text.trim());
  return ['{"user_id":', isPersonal || text.length > MAX_LENGTH ? hashed(text, ports.sha256) : node, '}'];
}

function hashed(text: string, sha256: (text: string) => string): string {
  return `"sha256:${sha256(text).slice(0, 32)}"`;
}
