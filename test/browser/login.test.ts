/** How operators come in and go out: by a link, by a password, and what they see when they may not. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, openChromium } from './chromium.ts';
import { type Harbour, openHarbour } from './harbour.ts';
import { signIn } from './sign-in.ts';
import { openPage } from './watched-page.ts';

setDefaultTimeout(180_000);

const PASSWORD = 'a quiet harbour at night';

describe.skipIf(!hasChromium)('an operator', () => {
  let browser: Browser;
  let harbour: Harbour;
  beforeAll(async () => {
    [browser, harbour] = await Promise.all([openChromium(), openHarbour()]);
  });
  afterAll(async () => {
    await browser?.close();
    await harbour?.stop();
  });

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
  const signedIn = (page: Page) => heading(page, 'Now').waitFor();
  const logOut = async (page: Page) => {
    await page.locator('.operator-button').click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('You are logged out').waitFor();
  };

  test('comes in by a link, once, and nothing of the link stays in the address', async () => {
    const { page, faults, close } = await openPage(browser, { origin: harbour.origin, expected: [401] });
    const link = await harbour.link();
    await page.goto(link);
    await signedIn(page);
    expect(page.url()).toBe(`${harbour.origin}/#/now`);
    await page.reload();
    await signedIn(page);
    await logOut(page);
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByText('The one-time link does not work').waitFor();
    expect(page.url()).toBe(`${harbour.origin}/#/login`);
    expect(await page.getByText('tokenharbor admin token').count()).toBe(1);
    expect(faults).toEqual([]);
    await close();
  });

  test('sets a password, and comes in by it where they wanted to go', async () => {
    const { page, faults, close } = await signIn(browser, harbour);
    await page.locator('.operator-button').click();
    await page.getByRole('button', { name: 'Set a password' }).click();
    const dialog = page.getByRole('dialog', { name: 'Set a password' });
    await dialog.getByLabel('New password').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Save password' }).click();
    await dialog.waitFor({ state: 'detached' });
    await logOut(page);
    await page.goto(`${harbour.origin}/#/spend?by=key`);
    await page.getByLabel('Operator').fill('admin');
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong, and long enough');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('You are not signed in').waitFor();
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading(page, 'Spend').waitFor();
    expect(page.url()).toBe(`${harbour.origin}/#/spend?by=key`);
    await page.locator('.operator-button').click();
    await page.getByRole('button', { name: 'Change password' }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  test('is told when the session ended, and comes back to the same place', async () => {
    const { page, faults, close } = await signIn(browser, harbour);
    await page.goto(`${harbour.origin}/#/keys?show=accounts`);
    await page.getByRole('row', { name: /team-search/ }).waitFor();
    await page.context().clearCookies();
    await page.getByRole('radio', { name: 'Keys' }).check();
    await page.goto(`${harbour.origin}/#/models`);
    await page.getByText('Your session ended').waitFor();
    await page.goto(await harbour.link());
    await heading(page, 'Models and routes').waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});
