import { expect, test } from 'bun:test';
import { isPrintable } from './printable.ts';

test('what turns the text around it, breaks lines or is half a character is not printable', () => {
  for (const text of ['\u202egnp.exe', 'a\u2067b', 'a\u2069', '\ud83d', 'x\udc00', 'a\nb', '\u2028', '\u0085', '\0']) {
    expect([text, isPrintable(text)]).toEqual([text, false]);
  }
});

test('letters of every script are, with the marks they are written with', () => {
  for (const text of ['', '<b>=cmd()', 'שלום\u200f!', 'می\u200cخواهم', '👩\u200d💻', 'Zoë', 'a\u00a0b']) {
    expect([text, isPrintable(text)]).toEqual([text, true]);
  }
});
