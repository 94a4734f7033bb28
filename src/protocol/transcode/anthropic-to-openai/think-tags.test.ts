import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { ThinkTags } from './think-tags.ts';

function read(parts: readonly string[]): { thinking: string; text: string } {
  const tags = new ThinkTags();
  const read = { thinking: '', text: '' };
  for (const { kind, text } of [...parts.flatMap((part) => tags.push(part)), ...tags.end()]) read[kind] += text;
  return read;
}

test('tags at the start are told from text, wherever they are cut', () => {
  const whole = fc.constantFrom(
    '<think>a < b</think>yes</think>',
    '\n <reasoning>r</think></reasoning>\n\n<think>no</think>',
    '<think></think>',
    '<think>open </thi',
    '<thin',
    '<thinker>x',
    'a<think>b</think>',
    '  ',
    '',
    '<think><</</think',
  );
  const expected = (text: string) => {
    const match = /^\s*<(think|reasoning)>([^]*?)(?:<\/\1>([^]*))?$/.exec(text);
    return match === null ? { thinking: '', text } : { thinking: match[2] ?? '', text: match[3] ?? '' };
  };
  fc.assert(
    fc.property(whole, fc.array(fc.nat(40)), (text, cuts) => {
      const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
      expect(read([0, ...places].map((from, i) => text.slice(from, places[i])))).toEqual(expected(text));
    }),
  );
});

test('nothing is held back longer than it may be a tag', () => {
  const tags = new ThinkTags();
  expect(tags.push('<th')).toEqual([]);
  expect(tags.push('e')).toEqual([{ kind: 'text', text: '<the' }]);
  expect(tags.isDone).toBe(true);
  const thinking = new ThinkTags();
  expect(thinking.push('<think>a</')).toEqual([{ kind: 'thinking', text: 'a' }]);
  expect(thinking.push('b')).toEqual([{ kind: 'thinking', text: '</b' }]);
});
