import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { mint } from './format.ts';
import { explainVerdict, inspectKey } from './inspect.ts';

const key = mint('live');
const asHeader = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe('inspectKey names the cause', () => {
  test.each([
    ['', 'empty'],
    [' \n', 'empty'],
    ['thk_live_...', 'placeholder'],
    ['thk_live_\u2026', 'placeholder'],
    ['thk_live_xxxx', 'placeholder'],
    ['thk_test_XXXXXXXXXXXXXXXX', 'placeholder'],
    [`thk_live_${'x'.repeat(54)}`, 'placeholder'],
    ['thk_live_your_key_here', 'placeholder'],
    ['thk_live_<key>', 'placeholder'],
    ['YOUR_API_KEY', 'placeholder'],
    ['<your key>', 'placeholder'],
    ['"<your key>"', 'placeholder'],
    ['$TOKENHARBOR_API_KEY', 'placeholder'],
    ['${TOKENHARBOR_API_KEY}', 'placeholder'],
    ['{{ api_key }}', 'placeholder'],
    ['%TOKENHARBOR_API_KEY%', 'placeholder'],
    ['sk-...', 'placeholder'],
    ['undefined', 'placeholder'],
    [`${key.slice(0, 12)}...`, 'placeholder'],
    [`"${key}"`, 'quoted'],
    [`\u201c${key}\u201d`, 'quoted'],
    [`'${key}`, 'quoted'],
    [key.slice(0, 40), 'truncated'],
    ['thk_li', 'truncated'],
    ['thk_live_', 'truncated'],
    [`${key}a`, 'too_long'],
    [key + key, 'illegal_character'],
    [key.replace('thk_live_', 'thk_prod_'), 'wrong_prefix'],
    [key.replace('thk_live_', 'THK_LIVE_'), 'wrong_prefix'],
    ["admin' OR 1=1--", 'inner_whitespace'],
    ['password', 'wrong_prefix'],
  ])('%j: %s', (text, verdict) => {
    expect(inspectKey(text).verdict as string).toBe(verdict);
  });

  test.each([
    ['sk-ant-api03-abcdefghijkl', 'Anthropic'],
    ['sk-proj-abcdefghijkl', 'OpenAI'],
    ['sk-or-v1-0123456789abcdef', 'OpenRouter'],
    ['gsk_0123456789abcdef', 'Groq'],
    ['AIzaSyA0123456789', 'Google'],
    ['"sk-ant-api03-abcdefghijkl"', 'Anthropic'],
  ])('%j is a key of %s', (text, vendor) => {
    const verdict = inspectKey(text);
    expect(verdict).toEqual({ verdict: 'wrong_vendor', vendor });
    if (verdict.verdict !== 'ok') expect(explainVerdict(verdict)).toContain(`a key of ${vendor}, not of this gateway`);
  });

  test.each([
    [' ', 'a space'],
    ['\t', 'a tab'],
    ['\n', 'a line break'],
    ['\r', 'a carriage return'],
    ['\u00a0', 'a non-breaking space'],
    ['\u200b', 'an invisible zero-width character'],
    ['\ufeff', 'an invisible byte-order mark'],
    ['\u201d', 'a curly quotation mark'],
  ])('O6: a key with %j inside is told its name and place', (odd, name) => {
    const broken = key.slice(0, 20) + odd + key.slice(20);
    for (const text of [broken, asHeader(broken)]) {
      expect(inspectKey(text)).toEqual({ verdict: 'inner_whitespace', character: name, position: 21 });
    }
  });

  test('a character no key can hold is told by its code and place', () => {
    const verdict = inspectKey(asHeader(`${key.slice(0, 30)}\u00e9${key.slice(31)}`));
    expect(verdict).toEqual({ verdict: 'illegal_character', character: 'U+00E9', position: 31 });
    expect(inspectKey(`${key.slice(0, 30)}-${key.slice(31)}`)).toEqual({
      verdict: 'illegal_character',
      character: "'-'",
      position: 31,
    });
  });

  test('a mistyped key is told from a cut one', () => {
    const last = key.endsWith('a') ? 'b' : 'a';
    expect(inspectKey(key.slice(0, -1) + last)).toEqual({ verdict: 'checksum' });
    expect(inspectKey(key.slice(0, -1))).toEqual({ verdict: 'truncated', length: 62 });
  });
});

test('fault 28: no explanation shows more of the text than one character', () => {
  const texts = fc.oneof(
    fc.string({ minLength: 4 }),
    fc.string({ unit: 'binary', minLength: 4 }),
    fc.string({ minLength: 4 }).map((tail) => `thk_live_${tail}`),
    fc.string({ minLength: 4 }).map((tail) => `sk-ant-${tail}`),
    fc.nat(62).map((length) => key.slice(0, length)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const verdict = inspectKey(text);
      if (verdict.verdict === 'ok') return;
      const message = explainVerdict(verdict);
      expect(message).toMatch(/^[\x20-\x7e]{30,}\.$/);
      expect(message.length).toBeLessThan(200);
      const tail = text.slice(9).trim();
      if (tail.length >= 8) expect(message).not.toContain(tail);
    }),
    { numRuns: 5000 },
  );
});
