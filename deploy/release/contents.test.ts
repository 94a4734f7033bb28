/** What lies beside the executable: pages whose links lead to files that are there too. */
import { expect, test } from 'bun:test';
import { join, normalize } from 'node:path';
import { linksOf, PAGES } from '../../test/support/pages.ts';
import { sharedContents } from './contents.ts';

test('every page is in the archive, with every file that it leads to', () => {
  const files = sharedContents(join(import.meta.dir, '..', '..'));
  const paths = new Set(files.map(({ path }) => path));
  expect(PAGES.filter((path) => !paths.has(path))).toEqual([]);
  const pages = files.filter(({ path }) => path.endsWith('.md'));
  const dead = pages.flatMap(({ path, bytes }) =>
    linksOf(Buffer.from(bytes).toString())
      .map(({ file }) => (file === '' ? path : normalize(join(path, '..', file))))
      .filter((there) => !paths.has(there))
      .map((there) => `${path}: ${there}`),
  );
  expect(dead).toEqual([]);
});
