import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { promptDigest } from './prompt-digest.ts';

const encoder = new TextEncoder();
const digest = (body: string) => promptDigest(encoder.encode(body));
const sha256 = (text: string) => `sha-256=:${new Bun.CryptoHasher('sha256').update(text).digest('base64')}:`;

describe('promptDigest', () => {
  test('is taken over the bytes of messages as they are written', () => {
    const messages = '[ {"role":"user", "content":"H\\u00e9 é"} ]';
    expect(digest(`{"model":"m","messages" : ${messages} \n,"n":1}`)).toBe(sha256(messages));
    expect(digest(`{"messages":${messages}}`)).not.toBe(digest(`{"messages":${messages.replace('\\u00e9', 'é')}}`));
    // By hand: printf %s '[]' | openssl dgst -sha256 -binary | base64
    expect(digest('{"messages":[]}')).toBe('sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU=:');
  });

  test('a system goes before messages, with a line feed between them, wherever it stands', () => {
    const expected = sha256('[{"type":"text","text":"s"}]\n[1]');
    expect(digest('{"system":[{"type":"text","text":"s"}],"model":"m","messages":[1]}')).toBe(expected);
    expect(digest('{"messages":[1],"system": [{"type":"text","text":"s"}] }')).toBe(expected);
    expect(digest('{"messages":[1],"system":null}')).toBe(sha256('null\n[1]'));
  });

  test('whatever else is in the body does not count', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), fc.json(), (messages, system, other) => {
        const plain = digest(`{"system":${system},"messages":${messages}}`);
        expect(digest(`{"a":${other},"messages":${messages},"tools":${other},"system":${system}}`)).toBe(plain!);
        expect(plain).toBe(sha256(`${system}\n${messages}`));
      }),
    );
  });

  test('without a prompt there is no digest', () => {
    for (const body of ['', '[]', '{"model":"m"}', '{"messages":[}']) expect(digest(body)).toBeUndefined();
  });
});
