import { hash, randomBytes } from 'node:crypto';

const SECRET = /^th[as]_[A-Za-z0-9_-]{43}$/;

/** `tha_`: lets an operator in once. `ths_`: a session's. 256 random bits each, so a plain digest keeps them. */
export function newSecret(kind: 'tha' | 'ths'): string {
  return `${kind}_${randomBytes(32).toString('base64url')}`;
}

/** SHA-256, lower-case hex; undefined for what is no such secret. */
export function digestSecret(text: string, kind: 'tha' | 'ths'): string | undefined {
  return text.startsWith(kind) && SECRET.test(text) ? hash('sha256', text, 'hex') : undefined;
}

/** What a page has to send beside a session's cookie: told by the secret, and not telling it. */
export function csrfOf(sessionSecret: string): string {
  return hash('sha256', `csrf of ${sessionSecret}`, 'base64url');
}
