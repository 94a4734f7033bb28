/** The page by the keyboard alone. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, openChromium } from './chromium.ts';
import { type Harbour, openHarbour } from './harbour.ts';
import { signIn } from './sign-in.ts';
import type { WatchedPage } from './watched-page.ts';

setDefaultTimeout(180_000);

describe.skipIf(!hasChromium)('by the keyboard', () => {
  let browser: Browser;
  let harbour: Harbour;
  let watched: WatchedPage;
  let page: Page;
  beforeAll(async () => {
    [browser, harbour] = await Promise.all([openChromium(), openHarbour()]);
    watched = await signIn(browser, harbour);
    page = watched.page;
  });
  afterAll(async () => {
    await browser?.close();
    await harbour?.stop();
  });

  const focused = () =>
    page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent');
  const press = async (key: string, times = 1) => {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  };

  test('the first stop leads past the menu', async () => {
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();
    await press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    expect(page.url()).toEndWith('#/now');
  });

  test('a page that is gone to has the focus on its heading, and its name in the title', async () => {
    await page.getByRole('link', { name: 'Keys and accounts' }).focus();
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Keys and accounts' }).waitFor();
    expect(await focused()).toBe('Keys and accounts');
    expect(await page.title()).toBe('Keys and accounts · Token Harbor');
    expect(await page.locator('.navigation [aria-current=page]').getAttribute('aria-label')).toBe('Keys and accounts');
  });

  test('a dialog keeps the focus, Escape closes it, and what opened it has the focus again', async () => {
    const opener = page.getByRole('button', { name: 'Create key' });
    await opener.focus();
    await press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Create a key' });
    await dialog.waitFor();
    await press('Tab', 40);
    expect(
      await page.evaluate(
        'document.querySelector("dialog").contains(document.activeElement) || document.activeElement === document.body',
      ),
    ).toBe(true);
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await focused()).toBe('Create key');
  });

  test('the menu opens, Escape closes it and stays at its button', async () => {
    await page.locator('.operator-button').focus();
    await press('Enter');
    await page.getByRole('button', { name: 'Log out' }).waitFor();
    await press('Escape');
    await page.getByRole('button', { name: 'Log out' }).waitFor({ state: 'hidden' });
    expect(await page.locator('.operator-button').getAttribute('aria-expanded')).toBe('false');
    expect(await page.evaluate('document.activeElement.className')).toBe('operator-button');
  });

  test('arrows choose within a group', async () => {
    await page.getByRole('radio', { name: 'Keys' }).focus();
    await press('ArrowRight');
    await page.getByRole('row', { name: /team-search/ }).waitFor();
    expect(page.url()).toEndWith('#/keys?show=accounts');
    expect(watched.faults).toEqual([]);
  });
});
