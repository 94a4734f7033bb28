import { expect, test } from 'bun:test';
import { decodeText } from './decode-text.ts';

const text = 'listen: "é 語"\n';
const littleEndian = Buffer.from(`\uFEFF${text}`, 'utf16le');

test.each([
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
  ['UTF-16, as PowerShell 5.1 writes it', littleEndian],
  ['UTF-16 of the other byte order', Buffer.from(littleEndian).swap16()],
])('%s is read as what it says', (_, bytes) => expect(decodeText(bytes)).toBe(text));

test.each([
  ['Latin-1', Buffer.from('caf\u00e9\n', 'latin1')],
  ['UTF-16 that was cut', littleEndian.subarray(0, -1)],
])('%s is refused, not read with other letters', (_, bytes) => {
  expect(() => decodeText(bytes)).toThrow('not UTF-8 text');
});
