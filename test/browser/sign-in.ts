import type { Browser } from 'playwright-core';
import type { Harbour } from './harbour.ts';
import { openPage, type PageOptions, type WatchedPage } from './watched-page.ts';

/** A page whose operator came in by a one-time link. The first thing it asks is whose session it has: nobody's (401). */
export async function signIn(
  browser: Browser,
  harbour: Harbour,
  options: Omit<PageOptions, 'origin'> = {},
): Promise<WatchedPage> {
  const { expected = [], ...rest } = options;
  const watched = await openPage(browser, { ...rest, origin: harbour.origin, expected: [401, ...expected] });
  await watched.page.goto(await harbour.link());
  await watched.page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();
  return watched;
}
