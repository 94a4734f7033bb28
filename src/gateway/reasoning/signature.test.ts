import { describe, expect, test } from 'bun:test';
import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { ReasoningPayload } from '../../protocol/transcode/ports.ts';
import { deriveKey } from './derive-key.ts';
import { createSigner } from './signature.ts';

const SECRET = new Uint8Array(32).fill(7);
const signer = createSigner(SECRET);
const PAYLOAD: ReasoningPayload = { v: 1, m: 'deepseek-reasoner' };

/** A signature as this program would make it, with whatever a test wants in it. */
function forge(body: string, secret = SECRET): string {
  const text = `th1.${Buffer.from(body).toString('base64url')}`;
  return `${text}.${createHmac('sha256', deriveKey(secret, 'reasoning signature')).update(text).digest('base64url')}`;
}

const arbitraryPayload: fc.Arbitrary<ReasoningPayload> = fc.record(
  {
    v: fc.constant(1 as const),
    m: fc.string({ unit: 'binary' }),
    rd: fc.array(fc.json(), { maxLength: 3 }),
    sig: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor')), fc.string()),
  },
  { requiredKeys: ['v', 'm'] },
);

describe('createSigner', () => {
  test('a signature is ASCII of three parts and gives back its payload for its text alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), arbitraryPayload, (text, payload) => {
        const signature = signer.sign(text, payload);
        expect(signature).toMatch(/^th1\.[\w-]+\.[\w-]{43}$/);
        expect(JSON.stringify(signer.verify(signature, text))).toBe(JSON.stringify(ordered(payload)));
        expect(signer.verify(signature, `${text} `)).toBeUndefined();
      }),
    );
  });

  test('every process with the secret verifies it, no other one', () => {
    const signature = signer.sign('hm', PAYLOAD);
    expect(createSigner(SECRET.slice()).verify(signature, 'hm')).toEqual(PAYLOAD);
    expect(createSigner(randomBytes(32)).verify(signature, 'hm')).toBeUndefined();
    // Fixed for good: what was signed before an upgrade is verified after it.
    expect(signature).toBe(
      'th1.eyJ2IjoxLCJtIjoiZGVlcHNlZWstcmVhc29uZXIiLCJoIjoiYjgyZTIxNzhlY2Y0ZDBjNTg1OWRjMmUxNjlkN2ZlZDg2NzNmOWY2ZWViOWYzNTkxYmVkNWYyNTNiNzc0MjQwOCJ9.EPoWT7Vcg1MjxJy94pdp1aY10NrBoRZzpnS17W5xbKc',
    );
  });

  test('C073 th1-tampered: no other spelling of a signature counts', () => {
    const signature = signer.sign('hm', { ...PAYLOAD, rd: ['{"type":"reasoning.encrypted"}'] });
    const others = new Set<string>();
    for (let at = 0; at < signature.length; at++) {
      for (const c of ['A', 'B', '_', '.', '=', ' ', 'é', '\u0000', '\ud800']) {
        others.add(signature.slice(0, at) + c + signature.slice(at + 1));
        others.add(signature.slice(0, at) + c + signature.slice(at));
      }
      others.add(signature.slice(0, at) + signature.slice(at + 1));
      others.add(signature.slice(0, at));
    }
    others.delete(signature);
    for (const other of others) expect([other, signer.verify(other, 'hm')]).toEqual([other, undefined]);
    expect(signer.verify(signature, 'hm')).toBeDefined();
  });

  test('nothing that clients may send makes it throw or takes long', () => {
    const long = 'A'.repeat(4 << 20);
    const deep = Buffer.from('['.repeat(1 << 20)).toString('base64url');
    const start = performance.now();
    for (const hostile of ['', 'th1', 'th1.', 'th1..', `th1.${long}`, `th1.${deep}.${'A'.repeat(43)}`, `${long}.x`]) {
      expect(signer.verify(hostile, long)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => signer.verify(`th1.${text}`, text) === undefined));
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('a version that is not known is not taken for one that is', () => {
    const h = signer.sha256('hm');
    expect(signer.verify(forge(JSON.stringify({ v: 1, m: 'x', h })), 'hm')).toEqual({ v: 1, m: 'x' });
    for (const body of [{ v: 2, m: 'x', h }, { v: '1', m: 'x', h }, { m: 'x', h }, { v: 1, h }, { v: 1, m: 'x' }, []]) {
      expect(signer.verify(forge(JSON.stringify(body)), 'hm')).toBeUndefined();
    }
  });

  test('ids of tool calls that every object has are not found', () => {
    const verified = signer.verify(signer.sign('', { ...PAYLOAD, sig: { a: 'b' } }), '');
    expect(verified?.sig?.['a']).toBe('b');
    for (const name of ['constructor', '__proto__', 'toString']) expect(verified?.sig?.[name]).toBeUndefined();
  });

  test('sha256 is that of the text’s UTF-8', () => {
    expect(signer.sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(signer.sha256('é')).toBe(new Bun.CryptoHasher('sha256').update('é').digest('hex'));
  });
});

/** As `JSON.stringify` writes what `verify` returns. */
function ordered({ v, m, rd, sig }: ReasoningPayload): object {
  return { v, m, ...(rd && { rd }), ...(sig && { sig: { ...sig } }) };
}
