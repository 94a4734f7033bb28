import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readCapped, WHOLE_BYTES } from './capped-text.ts';

function read(json: string): string {
  const bytes = new TextEncoder().encode(json);
  return readCapped(bytes, 0, bytes.length);
}

describe('readCapped', () => {
  test('a short text whole, escapes decoded', () => {
    for (const text of ['', 'a', 'a\n"b"\\', '你好 🙂', '\u0000']) expect(read(JSON.stringify(text))).toBe(text);
    expect(read('"\\u4f60\\ud83d\\ude42"')).toBe('你🙂');
  });

  test('a long one by its head and its tail', () => {
    const text = `first ${'word '.repeat(20_000)} last`;
    const capped = read(JSON.stringify(text));
    expect(capped.length).toBeLessThan(WHOLE_BYTES);
    expect(capped.startsWith('first word')).toBe(true);
    expect(capped.endsWith('word  last')).toBe(true);
  });

  test('a long one without a space is cut all the same', () => {
    for (const piece of [
      'a',
      '/+Zq',
      '`',
      '<context>a</context>',
      '"',
      '\\',
      '\n',
      '\\n',
      '\u0001',
      'é',
      '🙂',
      '\udc00',
      '\ud83d',
      'a"\\',
    ]) {
      const capped = read(JSON.stringify(piece.repeat(50_000)));
      expect(capped.length, piece).toBeGreaterThan(500);
      expect(capped.length, piece).toBeLessThan(WHOLE_BYTES);
    }
  });

  test('is never cut within an escape or a character', () => {
    const pieces = ['\\"', '\\\\', '\\n', '你', '🙂', 'é', 'a', 'u', ' ', '\\u4f60', '\\ud83d\\ude42'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 30 }), (parts) => {
        const part = parts.join('');
        const json = `"${part.repeat(Math.ceil((WHOLE_BYTES * 2) / part.length))}"`;
        const whole = JSON.parse(json) as string;
        const [head = '', tail = ''] = read(json).split('\n…\n');
        expect(whole.startsWith(head)).toBe(true);
        expect(whole.endsWith(tail)).toBe(true);
        expect(read(json).isWellFormed()).toBe(whole.isWellFormed());
        expect(read(json)).not.toContain('\ufffd');
      }),
    );
  });
});
