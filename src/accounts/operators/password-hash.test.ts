import { describe, expect, test } from 'bun:test';
import { argon2id } from './argon2.ts';
import { argon2idByWasm } from './argon2-wasm.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';

const SALT = new TextEncoder().encode('somesaltsomesalt');
const CHEAP = { memoryKib: 64, passes: 2 };

describe('the hash of a password', () => {
  test('takes its own password and no other', async () => {
    const encoded = await hashPassword('correct horse battery');
    expect(encoded).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await verifyPassword(encoded, 'correct horse battery')).toBe(true);
    expect(await verifyPassword(encoded, 'correct horse batterz')).toBe(false);
    expect(await hashPassword('correct horse battery')).not.toBe(encoded);
  });

  test('is checked at the cost it was made with', async () => {
    const hash = await argon2id(new TextEncoder().encode('old password'), SALT, CHEAP);
    const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');
    const encoded = `$argon2id$v=19$m=64,t=2,p=1$${text(SALT)}$${text(hash)}`;
    expect(await verifyPassword(encoded, 'old password')).toBe(true);
    expect(await verifyPassword(encoded, 'new password')).toBe(false);
  });

  test('is none where there is none, whatever is tried', async () => {
    for (const encoded of [undefined, '', 'plain', '$argon2id$v=19$m=64,t=2,p=1$AAAA$AAAA']) {
      expect(await verifyPassword(encoded, '')).toBe(false);
    }
  });

  test('is the same whichever way a letter is written', async () => {
    const encoded = await hashPassword('a pass\u00e9 password');
    expect(await verifyPassword(encoded, 'a passe\u0301 password')).toBe(true);
  });
});

test('both ways to Argon2id come to what its inventors say', async () => {
  // `argon2 somesaltsomesalt -id -t 2 -k 19456 -p 1 -l 32`, of the reference implementation.
  const wanted = '2b5dc4054886ec957ef59c73b661c54dd6fb274590b278f657c6d96aac8fa6d1';
  const password = new TextEncoder().encode('password');
  const cost = { memoryKib: 19_456, passes: 2 };
  for (const way of [argon2id, argon2idByWasm]) {
    expect(Buffer.from(await way(password, SALT, cost)).toString('hex')).toBe(wanted);
  }
  for (const cheap of [CHEAP, { memoryKib: 8, passes: 1 }, { memoryKib: 1000, passes: 3 }]) {
    expect(await argon2idByWasm(password, SALT, cheap)).toEqual(await argon2id(password, SALT, cheap));
  }
});
