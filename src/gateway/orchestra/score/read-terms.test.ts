import { describe, expect, test } from 'bun:test';
import { emptyReading, HEAD_UNITS, MAX_TERMS, readTerms, TAIL_UNITS } from './read-terms.ts';

const buffer = new Uint32Array(MAX_TERMS);
function read(text: string) {
  const reading = emptyReading();
  readTerms(text, buffer, reading);
  return { ...reading, list: [...buffer.subarray(0, reading.terms)] };
}

describe('terms', () => {
  test('words, pairs, and the endings of words of five letters and more', () => {
    expect(read('').list).toEqual([]);
    expect(read('cat').list).toHaveLength(1);
    expect(read('the cat').list).toHaveLength(3);
    expect(read('the running cat').list).toHaveLength(6);
    expect(read('running').list).toContain(read('jumping').list[1]!);
  });

  test('a word is the same wherever it stands, a pair is not the pair turned round', () => {
    const [the, cat, pair] = read('the cat').list;
    expect(read('cat the').list.slice(0, 2)).toEqual([cat!, the!]);
    expect(read('cat the').list).not.toContain(pair!);
    expect(read('\n the \t cat\r\n').list).toEqual([the!, cat!, pair!]);
  });

  test('the case of ASCII letters makes no difference', () => {
    expect(read('The CAT').list).toEqual(read('the cat').list);
  });

  test('digits and symbols are words by themselves', () => {
    expect(read('x=12').words).toBe(4);
    expect(read('$5').words).toBe(2);
  });

  test('characters of scripts without spaces are words, those of others form words', () => {
    expect(read('最短路径')).toMatchObject({ words: 4, ideographs: 4, foreign: 0 });
    expect(read('한국어')).toMatchObject({ words: 3, ideographs: 3 });
    expect(read('кратчайший путь')).toMatchObject({ words: 2, ideographs: 0, foreign: 14 });
    expect(read('naïve')).toMatchObject({ words: 1, foreign: 1 });
  });
});

describe('a text longer than what is looked at', () => {
  test('fits the buffer even when every character is a word', () => {
    for (const character of ['最', '7', '{']) {
      const { units, terms, words } = read(character.repeat(100_000));
      expect(units).toBe(HEAD_UNITS + TAIL_UNITS);
      expect(words).toBe(units);
      expect(terms).toBeLessThanOrEqual(MAX_TERMS);
    }
    expect(read('abcde '.repeat(100_000)).terms).toBeLessThanOrEqual(MAX_TERMS);
  });

  test('is looked at whole up to the limit', () => {
    const limit = HEAD_UNITS + TAIL_UNITS;
    expect(read('a'.repeat(limit)).words).toBe(1);
    expect(read('a'.repeat(limit + 1)).words).toBe(2);
  });
});
