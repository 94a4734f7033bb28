/** Keys and accounts, made and ended on the page, work and end at the data listener. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, openChromium } from './chromium.ts';
import { type Harbour, openHarbour } from './harbour.ts';
import { signIn } from './sign-in.ts';
import type { WatchedPage } from './watched-page.ts';

setDefaultTimeout(180_000);

describe.skipIf(!hasChromium)('on the page', () => {
  let browser: Browser;
  let harbour: Harbour;
  let watched: WatchedPage;
  let page: Page;
  let first = '';
  beforeAll(async () => {
    [browser, harbour] = await Promise.all([openChromium(), openHarbour()]);
    watched = await signIn(browser, harbour, { expected: [400], permissions: ['clipboard-read', 'clipboard-write'] });
    page = watched.page;
    await page.goto(`${harbour.origin}/#/keys`);
  });
  afterAll(async () => {
    await browser?.close();
    await harbour?.stop();
  });

  const statusWith = async (key: string) => {
    const { fixture } = harbour;
    return (await fixture.ask('openai', fixture.model('cheap'), {}, { authorization: `Bearer ${key}` })).status;
  };
  const rowOf = (name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) });
  /** The secret that is shown, and that Copy takes. */
  const takeSecret = async () => {
    const secret = await page.getByLabel('The key', { exact: true }).innerText();
    await page.getByRole('button', { name: 'Copy the key' }).click();
    await page.getByText('Copied', { exact: true }).waitFor();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(secret);
    for (let i = 0; i < 3; i++) await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(secret);
    return secret;
  };

  test('a key is made, with what is wrong told beside the field', async () => {
    await page.getByRole('button', { name: 'Create key' }).click();
    const dialog = page.getByRole('dialog', { name: 'Create a key' });
    await dialog.getByLabel('Name').fill('night-batch');
    await dialog.getByLabel('Account').selectOption('team-search');
    await dialog.getByLabel('Models').fill('cheap, care*');
    await dialog.getByLabel('Requests a minute').fill('many');
    await dialog.getByLabel('Budget, US dollars').fill('2.50');
    await dialog.getByLabel('Budget for').selectOption('week');
    await dialog.getByRole('button', { name: 'Create the key' }).click();
    await dialog.getByText('No key was made').waitFor();
    expect(await dialog.getByLabel('Requests a minute').getAttribute('aria-invalid')).toBe('true');
    await dialog.getByLabel('Requests a minute').fill('1,200');
    await dialog.getByRole('button', { name: 'Create the key' }).click();
    first = await takeSecret();
    expect(first).toMatch(/^thk_live_[0-9A-Za-z]{54}$/);
    const row = await rowOf('night-batch').innerText();
    for (const text of ['team-search', 'Active', '1,200 requests/min', 'cheap, care*', '$2.50 a week', 'never'])
      expect(row).toContain(text);
    expect(await statusWith(first)).toBe(200);
  });

  test('a key is changed', async () => {
    await rowOf('night-batch').getByRole('button', { name: 'Change night-batch' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change night-batch' });
    await dialog.getByLabel('Requests a minute').fill('');
    await dialog.getByLabel('Requests at a time').fill('7');
    await dialog.getByLabel('Budget, US dollars').fill('');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await rowOf('night-batch').getByText('7 at a time').waitFor();
    const row = await rowOf('night-batch').innerText();
    expect(row).not.toContain('requests/min');
    expect(row).not.toContain('a week');
  });

  test('a key is rotated: the new one works, the old one for as long as was said', async () => {
    await rowOf('night-batch').getByRole('button', { name: 'Rotate night-batch' }).click();
    await page.getByLabel('The old key works for').selectOption('an hour');
    await page.getByRole('button', { name: 'Make the new key' }).click();
    const second = await takeSecret();
    expect(second).not.toBe(first);
    expect([await statusWith(second), await statusWith(first)]).toEqual([200, 200]);
    await page.getByText('Rotated out').waitFor();
  });

  test('a key is revoked once that is confirmed', async () => {
    const old = page.getByRole('row').filter({ hasText: 'Rotated out' });
    await old.getByRole('button', { name: 'Revoke night-batch' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke night-batch?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await statusWith(first)).toBe(200);
    await old.getByRole('button', { name: 'Revoke night-batch' }).click();
    await dialog.getByRole('button', { name: 'Revoke the key' }).click();
    await page.getByText('1 that ended is not shown.').waitFor();
    expect(await statusWith(first)).toBe(401);
    await page.getByRole('radio', { name: 'All' }).check();
    await page.getByText('Revoked', { exact: true }).waitFor();
  });

  test('an account is made, credited and changed', async () => {
    await page.getByRole('radio', { name: 'Accounts' }).check();
    await page.getByRole('button', { name: 'Create account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('research');
    await dialog.getByRole('radio', { name: 'Prepaid' }).check();
    await dialog.getByRole('button', { name: 'Create the account' }).click();
    await dialog.waitFor({ state: 'detached' });
    await rowOf('research').getByRole('button', { name: 'Credits of research' }).click();
    await dialog.getByText('No credit yet').waitFor();
    await dialog.getByLabel('US dollars').fill('12.000000001');
    await dialog.getByLabel('Note').fill('invoice 2041');
    await dialog.getByRole('button', { name: 'Add credit' }).click();
    await dialog.waitFor({ state: 'detached' });
    await rowOf('research').getByText('$12.000000001').waitFor();
    await rowOf('research').getByRole('button', { name: 'Credits of research' }).click();
    await dialog.getByRole('row', { name: /invoice 2041/ }).waitFor();
    await page.keyboard.press('Escape');
    await rowOf('research').getByRole('button', { name: 'Change research' }).click();
    await dialog.getByLabel('Tokens a minute').fill('5000');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await rowOf('research').getByText('5,000 tokens/min').waitFor();
    expect(watched.faults).toEqual([]);
  });
});
