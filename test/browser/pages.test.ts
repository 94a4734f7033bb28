/** Every page, in both themes, wide and narrow: nothing fails, nothing hinders, nothing is cut off. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { findBarriers, overflowOf } from './accessibility.ts';
import { hasChromium, openChromium } from './chromium.ts';
import { type Harbour, openHarbour } from './harbour.ts';
import { signIn } from './sign-in.ts';
import { openPage } from './watched-page.ts';

setDefaultTimeout(180_000);

type Look = readonly [theme: 'light' | 'dark', width: number];
const LOOKS: readonly Look[] = [
  ['light', 1280],
  ['dark', 400],
];

/** A page's address, what tells that it is there, and what is opened in it. */
type Visit = readonly [hash: string, ready: (page: Page) => Promise<void>];
const said = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor();

describe.skipIf(!hasChromium)('the dashboard', () => {
  let browser: Browser;
  let harbour: Harbour;
  let state: Awaited<ReturnType<BrowserContext['storageState']>>;
  beforeAll(async () => {
    [browser, harbour] = await Promise.all([openChromium(), openHarbour()]);
    const first = await signIn(browser, harbour);
    state = await first.page.context().storageState();
    await first.close();
  });
  afterAll(async () => {
    await browser?.close();
    await harbour?.stop();
  });

  const visits = (): readonly Visit[] => [
    ['#/now', said('Live')],
    ['#/spend', (page) => page.getByRole('row', { name: /^careful/ }).waitFor()],
    ['#/spend?by=key&chart=lines&since=2026-01-01&until=2026-01-31', said('No request was settled')],
    ['#/requests', (page) => page.getByRole('row', { name: /Invalid api key/ }).waitFor()],
    ['#/requests?model=nothing', said('No request is like that')],
    [`#/requests/${harbour.retriedId}`, said('The bill, line by line')],
    ['#/requests/req_th_00000000000000000000000000000000', said('This request is not known')],
    ['#/keys', (page) => page.getByRole('row', { name: /search/ }).waitFor()],
    ['#/keys', (page) => page.getByRole('button', { name: 'Create key' }).click()],
    ['#/keys', (page) => page.getByRole('button', { name: 'Revoke search' }).click()],
    ['#/keys?show=accounts', (page) => page.getByRole('row', { name: /team-search/ }).waitFor()],
    ['#/keys?show=accounts', (page) => page.getByRole('button', { name: 'Credits of team-search' }).click()],
    ['#/models', said('careful-0')],
    ['#/models?show=orchestra', said('What it chose lately')],
    ['#/models?show=what-if', said('Where would it go?')],
    ['#/playground', (page) => page.getByRole('button', { name: 'Send' }).waitFor()],
    ['#/now', (page) => page.locator('.operator-button').click()],
    ['#/nothing', said('There is no such page')],
  ];

  /** Each theme and each width once: colours do not depend on the width. */
  test.each(LOOKS)('%s, %d pixels wide', async (theme, width) => {
    const { page, faults, close } = await openPage(browser, {
      origin: harbour.origin,
      // The request that is not known.
      expected: [404],
      colorScheme: theme,
      viewport: { width, height: 800 },
      storageState: state,
      reducedMotion: 'reduce',
    });
    const found: (readonly [hash: string, barriers: readonly string[], overflow: number])[] = [];
    for (const [hash, ready] of visits()) {
      await page.goto('about:blank');
      await page.goto(`${harbour.origin}/${hash}`);
      await ready(page);
      found.push([hash, await findBarriers(page), await overflowOf(page)]);
    }
    expect(found.filter(([, barriers, overflow]) => barriers.length > 0 || overflow > 0)).toEqual([]);
    expect(found.length).toBe(visits().length);
    expect(faults).toEqual([]);
    await close();
  });

  /** What names a row of a table may not reach into the cell beside it. */
  const CUT_OFF = `[...document.querySelectorAll('.table tbody .two-lines')].filter((lines) => {
    const end = (one) => one.getBoundingClientRect().right;
    return [...lines.children].some((line) => end(line) > end(lines.closest('th, td')) + 1);
  }).length`;

  test.each([1280, 400])('the longest names there may be, %d pixels wide', async (width) => {
    const { gateway } = harbour.fixture;
    const [name, account] = ['W'.repeat(100), `${'w'.repeat(60)}${width}`];
    await gateway.run('accounts', 'create', account, '--prepaid', '--rpm', '1000000000', '--budget', '1000000000');
    await gateway.run('accounts', 'credit', account, '999999999.123456789');
    const { key } = await gateway.mintKey('--name', name, '--account', account, '--budget', '1000000000');
    const authorization = `Bearer ${key}`;
    await (await harbour.fixture.ask('openai', harbour.fixture.model('cheap'), {}, { authorization })).text();
    const { page, faults, close } = await openPage(browser, {
      origin: harbour.origin,
      viewport: { width, height: 800 },
      storageState: state,
    });
    const found: (readonly [hash: string, cutOff: number, overflow: number])[] = [];
    for (const hash of ['#/keys', '#/keys?show=accounts', '#/spend?by=key', '#/spend?by=account', '#/requests']) {
      await page.goto('about:blank');
      await page.goto(`${harbour.origin}/${hash}`);
      await page
        .getByRole('row', { name: /WWWWWWWW|wwwwwwww/ })
        .first()
        .waitFor();
      found.push([hash, await page.evaluate<number>(CUT_OFF), await overflowOf(page)]);
    }
    expect(found.filter(([, cutOff, overflow]) => cutOff > 0 || overflow > 0)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  test.each(LOOKS)('its door: %s, %d pixels wide', async (theme, width) => {
    const { page, faults, close } = await openPage(browser, {
      origin: harbour.origin,
      expected: [401],
      colorScheme: theme,
      viewport: { width, height: 800 },
    });
    await page.goto(`${harbour.origin}/`);
    await page.getByRole('heading', { name: 'With a one-time link' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  test('a theme that was chosen stays, whatever the system shows', async () => {
    const { page, close } = await openPage(browser, {
      origin: harbour.origin,
      colorScheme: 'light',
      storageState: state,
    });
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    await page.goto(`${harbour.origin}/#/now`);
    await page.locator('.operator-button').click();
    const light = await ground();
    await page.getByRole('radio', { name: 'Dark' }).check();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();
    expect(await ground()).toBe(dark);
    await close();
  });
});
