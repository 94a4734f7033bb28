/** The pages lead to each other, and the first of them stays short. */
import { describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { anchorsOf, linksOf, PAGES, readPage } from '../support/pages.ts';
import { ROOT } from './import-graph.ts';

describe('links lead somewhere', () => {
  for (const path of PAGES) {
    test(path, () => {
      const text = readPage(path);
      for (const { file, anchor } of linksOf(text)) {
        const there = file === '' ? path : normalize(join(path, '..', file));
        expect({ there, exists: existsSync(join(ROOT, there)) }).toEqual({ there, exists: true });
        if (anchor === undefined) continue;
        const found = anchorsOf(readPage(there)).has(anchor);
        expect({ there, anchor, found }).toEqual({ there, anchor, found: true });
      }
    });
  }

  test('and to every page', () => {
    const linked = new Set(linksOf(readPage('README.md')).map(({ file }) => normalize(file)));
    expect(PAGES.filter((path) => path !== 'README.md' && !linked.has(path))).toEqual([]);
  });
});

test('the README is short enough to be read', () => {
  expect(Buffer.byteLength(readPage('README.md'))).toBeLessThan(35_000);
});
