/** What the page shows of requests and of money is what the gateway told its clients. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, openChromium } from './chromium.ts';
import { type Harbour, openHarbour } from './harbour.ts';
import { signIn } from './sign-in.ts';
import type { WatchedPage } from './watched-page.ts';

setDefaultTimeout(180_000);

describe.skipIf(!hasChromium)('the page shows', () => {
  let browser: Browser;
  let harbour: Harbour;
  let watched: WatchedPage;
  let page: Page;
  beforeAll(async () => {
    [browser, harbour] = await Promise.all([openChromium(), openHarbour()]);
    watched = await signIn(browser, harbour, { expected: [404] });
    page = watched.page;
  });
  afterAll(async () => {
    await browser?.close();
    await harbour?.stop();
  });

  const go = (hash: string) => page.goto(`${harbour.origin}/${hash}`);
  const rows = () => page.getByRole('row').count();

  test('how the gateway does, second by second', async () => {
    await go('#/now');
    await page.getByText('Live', { exact: true }).waitFor();
    const tile = page.locator('.tile').first();
    const before = await tile.locator('.tile-value').innerText();
    for (let i = 0; i < 8; i++) await harbour.fixture.ask('openai', harbour.fixture.model('fast'));
    await tile.locator('.tile-value').filter({ hasNotText: before }).waitFor();
    await page.locator('.breaker-open, .breaker-half_open').filter({ hasText: 'fast-0' }).waitFor();
  });

  test('that it lost the gateway, and that it found it again', async () => {
    await page.context().setOffline(true);
    // A connection that is there goes on: a new page of it cannot.
    await page.getByRole('link', { name: 'Keys and accounts' }).click();
    await page.getByRole('link', { name: 'Now', exact: true }).click();
    await page.getByText('Reconnecting', { exact: true }).waitFor();
    await page.getByText('The gateway does not answer').waitFor();
    await page.context().setOffline(false);
    await page.getByText('Live', { exact: true }).waitFor();
    expect(watched.faults.splice(0).filter((fault) => !fault.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
  });

  test('a request that took two tries, and the arithmetic of its cost', async () => {
    await go(`#/requests/${harbour.retriedId}`);
    const attempts = page.locator('.timeline > li');
    await attempts.nth(1).waitFor();
    expect(await attempts.nth(0).innerText()).toContain('Upstream overloaded');
    expect(await attempts.nth(1).innerText()).toContain('Answered');
    const lines = await page
      .getByRole('table', { name: /cost, line by line/ })
      .getByRole('row')
      .allInnerTexts();
    const cells = lines.map((line) => line.split(/\s*\t\s*/));
    expect(cells.slice(1)).toEqual([
      ['Input', '12 tokens', '× $0.0000155 per million', '$0.000000000186'],
      ['Output', '3 tokens', '× $1.60 per million', '$0.000004800000'],
      ['Sum', '$0.000004800186'],
    ]);
    const charged = page.locator('.facts > div').filter({ hasText: 'Charged' });
    expect(await charged.innerText()).toContain('$0.0000048');
  });

  test('requests by filters that stay in the address', async () => {
    await go('#/requests');
    await page.getByRole('row', { name: /Invalid api key/ }).waitFor();
    await page.getByRole('radio', { name: 'Failed' }).check();
    await page.getByRole('row').nth(2).waitFor({ state: 'detached' });
    expect(await rows()).toBe(2);
    await page.getByRole('radio', { name: 'All' }).check();
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByLabel('Model', { exact: true }).fill('careful');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/model=careful/);
    await page.reload();
    await page
      .getByRole('row', { name: /careful/ })
      .first()
      .waitFor();
    expect(await rows()).toBe(2);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page
      .getByRole('row', { name: /fast-1/ })
      .first()
      .waitFor();
  });

  test('older requests, page by page', async () => {
    const { fixture } = harbour;
    await Promise.all(Array.from({ length: 55 }, () => fixture.ask('openai', fixture.model('cheap'))));
    await go('#/requests?model=cheap');
    await page.getByRole('row').nth(50).waitFor();
    expect(await rows()).toBe(51);
    await page.getByRole('button', { name: 'Older' }).click();
    await page.waitForURL(/before=req_th_/);
    await page.getByRole('row').nth(50).waitFor({ state: 'detached' });
    expect(page.url()).toContain('model=cheap');
    expect(await rows()).toBeGreaterThan(5);
    await page.getByRole('link', { name: 'Newest' }).click();
    await page.getByRole('row').nth(50).waitFor();
    expect(page.url()).not.toContain('before=');
  });

  test('what was spent, exactly, and as a file', async () => {
    await go('#/spend?range=7d');
    const usage = await harbour.fixture.gateway.run('usage', '--json', '--by', 'model');
    const { total } = JSON.parse(usage.stdout) as { total: { cost_usd: string; requests: number } };
    const shown = page.getByRole('table', { name: 'What was spent by model' });
    await shown.waitFor();
    const sum = (await shown.getByRole('row').last().innerText()).split(/\s*\t\s*/);
    expect(sum[1]).toBe(String(total.requests));
    expect(`${sum[6]}`.replace(/0+$/, '')).toBe(`$${total.cost_usd}`.replace(/0+$/, ''));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV' }).click(),
    ]);
    const csv = readFileSync(await download.path(), 'utf8')
      .trim()
      .split(/\r?\n/);
    expect(csv[0]).toContain('cost_usd');
    expect(csv).toHaveLength(4);
    await page.getByRole('radio', { name: 'Key', exact: true }).check();
    await page.getByRole('radio', { name: '30 days' }).check();
    await page.reload();
    expect(page.url()).toEndWith('#/spend?range=30d&by=key');
    await page.getByRole('table', { name: 'What was spent by key' }).waitFor();
    expect(await page.getByRole('radio', { name: '30 days' }).isChecked()).toBe(true);
  });

  test('where a model is served, and where a request would go', async () => {
    await go('#/models');
    await page.getByLabel('Find a model or provider').fill('fast');
    expect(await page.locator('.model').count()).toBe(1);
    expect(await page.locator('.model').innerText()).toContain('$0.0000155 in');
    await page.getByRole('radio', { name: 'What if' }).check();
    await page.getByLabel('Prompt or body').fill('Write a function that parses a date in TypeScript');
    await page.getByRole('button', { name: 'Where would it go?' }).click();
    await page.getByText('careful-0').first().waitFor();
    await page.getByText('crosses to anthropic').waitFor();
    await page.getByLabel('Model', { exact: true }).fill('no-such-model');
    await page.getByRole('button', { name: 'Where would it go?' }).click();
    await page.getByText('It would be refused').waitFor();
    await page.getByRole('radio', { name: 'th-orchestra' }).check();
    await page
      .getByRole('table', { name: /th-orchestra chose/ })
      .getByRole('row')
      .nth(1)
      .waitFor();
    expect(watched.faults).toEqual([]);
  });
});
