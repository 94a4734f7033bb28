/** The playground in both shapes, whole and as a stream, and the line for a shell. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, openChromium } from './chromium.ts';
import { ANSWER, type Harbour, openHarbour } from './harbour.ts';
import { signIn } from './sign-in.ts';
import type { WatchedPage } from './watched-page.ts';

setDefaultTimeout(180_000);

const CASES = [
  ['OpenAI', 'Stream', 'cheap', 'data: [DONE]'],
  ['OpenAI', 'Whole', 'careful', '"chat.completion"'],
  ['Anthropic', 'Stream', 'cheap', 'event: message_stop'],
  ['Anthropic', 'Whole', 'careful', '"type":"message"'],
] as const;

describe.skipIf(!hasChromium)('the playground', () => {
  let browser: Browser;
  let harbour: Harbour;
  let watched: WatchedPage;
  let page: Page;
  beforeAll(async () => {
    [browser, harbour] = await Promise.all([openChromium(), openHarbour()]);
    watched = await signIn(browser, harbour, { expected: [404] });
    page = watched.page;
    await page.goto(`${harbour.origin}/#/models`);
    await page.getByRole('link', { name: /cheap in the playground/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Playground' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await harbour?.stop();
  });

  const show = (view: string) => page.getByRole('radio', { name: view, exact: true }).check();
  const fact = (name: string) => page.locator('.answer .facts > div').filter({ hasText: name });

  test('has the model that was asked for', async () => {
    expect(await page.getByLabel('Model', { exact: true }).inputValue()).toBe('cheap');
  });

  test.each(CASES)('%s, %s', async (shape, mode, model, sign) => {
    await show(shape);
    await show(mode);
    await page.getByLabel('Model', { exact: true }).fill(model);
    await page.getByRole('button', { name: 'Send' }).click();
    await fact('Took').waitFor();
    expect(await page.locator('.answer-said').innerText()).toBe(ANSWER);
    expect(await fact('Answered by').innerText()).toContain(`${model}-0`);
    await show('Raw');
    expect(await page.getByLabel('The answer as it came').innerText()).toContain(sign);
    await show('Text');
  });

  test('goes on with one key, and its requests are on the bill', async () => {
    const { stdout } = await harbour.fixture.gateway.run('keys', 'list', '--json');
    expect(stdout.match(/"playground"/g)).toHaveLength(1);
    await page.locator('.answer .facts a').click();
    await page.getByText('The bill, line by line').waitFor();
    await page.goBack();
  });

  test('lets another account pay, with a key of its own', async () => {
    await page.getByText('which this page alone remembers').click();
    await page.getByLabel('Account', { exact: true }).selectOption('team-search');
    await page.getByLabel('Budget, US dollars').fill('0.25');
    await page.getByRole('button', { name: 'Send' }).click();
    await fact('Took').waitFor();
    const { stdout } = await harbour.fixture.gateway.run('keys', 'list', '--json');
    const made = (JSON.parse(stdout) as Record<string, unknown>[]).filter(({ name }) => name === 'playground');
    expect(made.map(({ account }) => account).toSorted()).toEqual(['default', 'team-search']);
    expect(JSON.stringify(made)).toContain('0.25');
  });

  test('shows what a client would be refused with', async () => {
    await page.getByLabel('Model', { exact: true }).fill('no-such-model');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.answer .notice').filter({ hasText: '404' }).waitFor();
    expect(watched.faults).toEqual([]);
  });

  test.each([
    ['OpenAI', 'Stream'],
    ['Anthropic', 'Whole'],
  ] as const)('gives a line for a shell that does the same: %s, %s', async (shape, mode) => {
    await show(shape);
    await show(mode);
    await page.getByLabel('Model', { exact: true }).fill('cheap');
    await page.getByLabel('Message').fill("It's a test of 'quotes'");
    await page.getByRole('button', { name: 'Send' }).click();
    await fact('Took').waitFor();
    await show('curl');
    const line = await page.getByLabel('The same request with curl').innerText();
    expect(line).toContain(harbour.fixture.url);
    const shell = Bun.spawn(['sh', '-c', line], {
      env: { PATH: '/usr/bin:/bin', TOKENHARBOR_KEY: harbour.fixture.key },
      stdout: 'pipe',
      stderr: 'ignore',
    });
    const answered = await new Response(shell.stdout).text();
    expect(answered).toContain(mode === 'Stream' ? 'data: [DONE]' : ANSWER);
    expect(harbour.fixture.upstream.requestsFor('cheap-0').at(-1)?.text()).toContain("It's a test of 'quotes'");
  });

  test('what is opened and typed while the models are on their way stays', async () => {
    const gate = Promise.withResolvers<void>();
    await page.route('**/api/models', async (route) => {
      await gate.promise;
      await route.continue();
    });
    await page.goto(`${harbour.origin}/#/playground`);
    await page.reload();
    await page.getByText('The first request makes a test key').click();
    const budget = page.getByLabel('Budget, US dollars');
    await budget.fill('0.5');
    const answered = page.waitForResponse('**/api/models');
    gate.resolve();
    await answered;
    await page.locator('datalist option').first().waitFor({ state: 'attached' });
    expect([await budget.isVisible(), await budget.inputValue()]).toEqual([true, '0.5']);
    await page.unrouteAll();
  });
});
