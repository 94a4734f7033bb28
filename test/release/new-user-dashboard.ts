/**
 * Opens a link of `tokenharbor admin token` in a browser, as a new user does, goes to the Spend page and prints what it
 * shows by key: `shown {"KEY": {"requests": "1", "cost": "$0.000147"}, …}`. Run as `new-user-dashboard.ts LINK [PICTURE]`.
 */
import type { Locator } from 'playwright-core';
import { openChromium } from '../browser/chromium.ts';
import { openPage } from '../browser/watched-page.ts';

const [link = '', picture] = process.argv.slice(2);
const { origin } = new URL(link);
const browser = await openChromium();
try {
  // The first thing the page asks is whose session it has: nobody's.
  const { page, faults } = await openPage(browser, { origin, expected: [401] });
  await page.goto(link);
  await page.getByRole('link', { name: 'Spend' }).click();
  await page.getByRole('radio', { name: 'Key', exact: true }).check();
  const table = page.getByRole('table', { name: 'What was spent by key' });
  await table.waitFor();
  const rows = await Promise.all((await table.getByRole('row').all()).slice(1).map(readRow));
  console.log(`shown ${JSON.stringify(Object.fromEntries(rows))}`);
  if (picture !== undefined && picture !== '') await page.screenshot({ path: picture, fullPage: true });
  if (faults.length > 0) throw new Error(faults.join('\n'));
} finally {
  await browser.close();
}

async function readRow(row: Locator): Promise<readonly [string, { readonly requests: string; readonly cost: string }]> {
  const cells = (await row.innerText()).split(/\s*\t\s*/);
  // A key's name has the end of its id behind it.
  return [(cells[0] ?? '').replace(/ \(…\w+\)$/, ''), { requests: cells[1] ?? '', cost: cells[6] ?? '' }];
}
