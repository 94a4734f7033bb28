import { Buffer } from 'node:buffer';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { argon2id } from './argon2.ts';
import { type Argon2Cost, HASH_BYTES } from './argon2-cost.ts';

/** What OWASP asks for at the least; about 0.1 s of one core. */
const COST: Argon2Cost = { memoryKib: 19_456, passes: 2 };
const SALT_BYTES = 16;

export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 256;

const ENCODED = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=1\$([A-Za-z0-9+/]{1,64})\$([A-Za-z0-9+/]{43})$/;

/** `$argon2id$v=19$m=…,t=…,p=1$salt$hash`: with its cost, so that one that is dearer can follow. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await argon2id(bytesOf(password), salt, COST);
  return `$argon2id$v=19$m=${COST.memoryKib},t=${COST.passes},p=1$${base64(salt)}$${base64(hash)}`;
}

/** Without an encoded hash it is false, after the same work: nobody can tell by the time whether there is a password. */
export async function verifyPassword(encoded: string | undefined, password: string): Promise<boolean> {
  const [, memory, passes, salt, wanted] = ENCODED.exec(encoded ?? '') ?? [];
  const cost = wanted === undefined ? COST : { memoryKib: Number(memory), passes: Number(passes) };
  const salted = salt === undefined ? Buffer.alloc(SALT_BYTES) : Buffer.from(salt, 'base64');
  const hash = await argon2id(bytesOf(password), salted, cost);
  const known = wanted === undefined ? Buffer.alloc(HASH_BYTES) : Buffer.from(wanted, 'base64');
  return timingSafeEqual(hash, known) && wanted !== undefined;
}

/** Keyboards write one letter in several ways. */
function bytesOf(password: string): Uint8Array {
  return new TextEncoder().encode(password.normalize('NFC'));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
