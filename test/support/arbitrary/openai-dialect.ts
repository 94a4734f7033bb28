import fc from 'fast-check';
import { jsonStyle } from './text.ts';

const from = <const T extends readonly unknown[]>(...choices: T): fc.Arbitrary<T[number]> =>
  fc.constantFrom(...choices);

/** How one vendor writes the stream: each of these ways has been recorded somewhere. */
const dialectRecord = fc.record({
  style: jsonStyle,
  eol: from('\n', '\n', '\r\n', '\r'),
  dataPrefix: from('data: ', 'data: ', 'data:'),
  comments: fc.boolean(),
  bom: fc.boolean(),
  role: from('first', 'first', 'every', 'never'),
  firstContent: from('', null, undefined),
  chunkId: from('same', 'same', 'absent', 'empty', 'changing'),
  emptyChoicesFirst: fc.boolean(),
  contentParts: fc.boolean(),
  reasoning: from('reasoning_content', 'reasoning', 'both', 'reasoning_content'),
  nullFields: fc.boolean(),
  args: from('pieces', 'pieces', 'whole', 'object'),
  noArgs: from('', '{}', undefined, null),
  toolType: from('first', 'absent', 'every'),
  finish: from('alone', 'alone', 'with-last', 'twice', 'then-usage-choice'),
  usage: from('late', 'late', 'finish', 'every', 'never'),
  cached: from('details', 'deepseek', 'anthropic'),
  reasoningOutside: fc.boolean(),
  done: from('[DONE]', '[DONE]', 'absent'),
  lastBlankLine: fc.boolean(),
});

/** How the pieces of a call are told apart: only ways in which they can be. */
const toolsRecord = fc.constantFrom(
  { index: 'proper', id: 'first', name: 'first' },
  { index: 'proper', id: 'first', name: 'first' },
  { index: 'proper', id: 'every', name: 'every' },
  { index: 'proper', id: 'empty-later', name: 'empty-later' },
  { index: 'proper', id: 'absent', name: 'first' },
  { index: 'proper', id: 'fresh', name: 'first' },
  { index: 'from-one', id: 'first', name: 'first' },
  { index: 'reused', id: 'first', name: 'first' },
  { index: 'absent', id: 'first', name: 'first' },
  { index: 'absent', id: 'every', name: 'first' },
  { index: 'absent', id: 'absent', name: 'first' },
);

export const dialect = fc.tuple(dialectRecord, toolsRecord).map(([record, tools]) => ({ ...record, tools }));
export type Dialect = typeof dialect extends fc.Arbitrary<infer T> ? T : never;
