import { describe, expect, test } from 'bun:test';
import { CONCEPTS } from './concept.ts';
import { fold } from './fold.ts';
import { PhraseIndex } from './phrase-index.ts';
import { LEXICONS } from './read-markers.ts';

const phrases = LEXICONS.flatMap((lexicon) =>
  CONCEPTS.flatMap((concept) =>
    (lexicon[concept] ?? '')
      .split(/[|\n]/)
      .map((phrase) => phrase.trimStart())
      .filter((phrase) => phrase !== '')
      .map((phrase) => ({ concept, phrase })),
  ),
);

describe('lexicons', () => {
  test('every concept of words has some, in a set of 32 bits', () => {
    expect(CONCEPTS.length).toBeLessThanOrEqual(32);
    const structural = new Set(['url', 'name', 'pasted']);
    const used = new Set<string>(phrases.map(({ concept }) => concept));
    expect(CONCEPTS.filter((concept) => !used.has(concept) && !structural.has(concept))).toEqual([]);
  });

  test('a star stands at the end of a phrase alone', () => {
    expect(phrases.filter(({ phrase }) => /\*./.test(phrase))).toEqual([]);
    expect(phrases.filter(({ phrase }) => phrase === '*')).toEqual([]);
  });

  test('phrases are written as texts are folded', () => {
    const folded = (phrase: string) => {
      const { codes, length } = fold(phrase);
      return String.fromCharCode(...codes.subarray(0, length));
    };
    expect(phrases.filter(({ phrase }) => folded(phrase) !== phrase)).toEqual([]);
  });

  test('every phrase is found where it stands', () => {
    const index = new PhraseIndex(LEXICONS);
    const lost = phrases.filter(({ concept, phrase }) => {
      const { codes, length } = fold(phrase.replace('*', ''));
      return (index.conceptsAt(codes, 0, length) & (1 << CONCEPTS.indexOf(concept))) === 0;
    });
    expect(lost).toEqual([]);
    expect(phrases.length).toBeGreaterThan(3000);
  });
});

describe('PhraseIndex', () => {
  const index = new PhraseIndex([{ make: 'write|wri*', code: '函数|函', fix: 'fix it', fault: 'strasse' }]);
  const found = (text: string, longest?: boolean) => {
    const { codes, length } = fold(text);
    const set = index.conceptsAt(codes, 0, length, longest);
    return CONCEPTS.filter((_, i) => (set & (1 << i)) !== 0);
  };

  test('whole words and beginnings of words', () => {
    expect(found('Write')).toEqual(['make']);
    expect(found('wrist')).toEqual(['make']);
    expect(found('fix  it!')).toEqual(['fix']);
    expect(found('fix items')).toEqual([]);
    expect(found('Straße')).toEqual(['fault']);
  });

  test('where no space parts words, anywhere', () => {
    expect(found('函数库')).toEqual(['code']);
    expect(found('函')).toEqual(['code']);
    expect(found('函数', true)).toEqual(['code']);
  });

  test('the longest alone, where it is asked for', () => {
    const both = new PhraseIndex([{ code: 'api', project: 'api 设计', plan: 'api 设计' }]);
    const { codes, length } = fold('api 设计图');
    const named = (longest: boolean) =>
      CONCEPTS.filter((_, i) => (both.conceptsAt(codes, 0, length, longest) & (1 << i)) !== 0);
    expect([named(false), named(true)]).toEqual([
      ['code', 'plan', 'project'],
      ['plan', 'project'],
    ]);
  });
});
