/** The page for those who call, as a reader has it: in a browser, by keyboard, on a telephone, without scripts. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { findBarriers, overflowOf } from './accessibility.ts';
import { hasChromium, openChromium } from './chromium.ts';
import { openPage } from './watched-page.ts';

setDefaultTimeout(60_000);

/** A key that is none is answered with 401, which a browser writes to its console. */
const EXPECTED = [401];

describe.skipIf(!hasChromium)('the page for those who call', () => {
  let gateway: Gateway;
  let browser: Browser;
  beforeAll(async () => {
    gateway = await startGateway({
      config: {
        providers: { demo: { preset: 'demo' } },
        models: {
          'team/fast': {
            targets: [{ provider: 'demo', model: 'demo' }],
            price: { input: 0.25, output: 2 },
            context: 400_000,
          },
          'a<b>"c"': { targets: [{ provider: 'demo', model: 'demo' }] },
        },
      },
    });
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  /** Looks at the page, at which nothing may go wrong unseen. */
  async function look(see: (page: Page) => Promise<void>, options: BrowserContextOptions = {}, origin = gateway.url) {
    const { page, faults, close } = await openPage(browser, { origin, expected: EXPECTED, ...options });
    try {
      await page.goto(`${origin}/docs`);
      await see(page);
      expect(faults).toEqual([]);
    } finally {
      await close();
    }
  }

  /** The examples that can be seen, by what a reader chose them by. */
  const shownOn = async (page: Page): Promise<string[]> => {
    const figures = await page.locator('figure[data-shape]:visible').all();
    return Promise.all(
      figures.map(async (figure) => {
        const chosen = ['language', 'shape', 'mode'].map((name) => figure.getAttribute(`data-${name}`));
        return (await Promise.all(chosen)).join(' ');
      }),
    );
  };

  test('one example is shown, and the keyboard chooses another', () =>
    look(async (page) => {
      expect(await shownOn(page)).toEqual(['curl openai json']);
      await page.locator('#language-curl').focus();
      for (const key of ['ArrowRight', 'ArrowRight', 'Tab', 'ArrowRight', 'Tab', 'ArrowRight']) {
        await page.keyboard.press(key);
      }
      expect(await shownOn(page)).toEqual(['python anthropic stream']);
    }));

  test('a key shows its models, and one of them can be put into the examples', () =>
    look(async (page) => {
      await page.locator('.ask input').focus();
      await page.keyboard.insertText(gateway.key);
      await page.keyboard.press('Enter');
      const models = page.locator('#model-list code.model');
      await models.first().waitFor();
      expect(await models.allTextContents()).toEqual(['th-orchestra', 'team/fast', 'a<b>"c"']);
      expect(await page.locator('#model-list').textContent()).toContain('400,000');
      expect(await page.locator('#model-list .use').count()).toBe(2);
      await page.getByLabel('Use team/fast in the examples').click();
      expect(await page.locator('figure[data-shape] code').first().textContent()).toContain('"model": "team/fast"');
      // The key is in the field and nowhere else.
      const kept = await page.evaluate<string>(
        'location.href + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie',
      );
      expect((kept + (await page.content())).includes(gateway.key)).toBe(false);
    }));

  test('a key that is none is told as the gateway tells it', () =>
    look(async (page) => {
      await page.locator('.ask input').fill('thk_live_wrong');
      await page.locator('.ask button').click();
      await page.getByRole('status').filter({ hasText: /key/i }).first().waitFor();
      expect(await page.locator('#model-list').textContent()).toBe('');
    }));

  test('what is copied is the example', () =>
    look(
      async (page) => {
        const figure = page.locator('figure[data-shape]:visible').first();
        await figure.locator('.copy').click();
        await figure.locator('.copy', { hasText: 'Copied' }).waitFor();
        const copied = await page.evaluate<string>('navigator.clipboard.readText()');
        expect(copied).toBe((await figure.locator('code').textContent()) as string);
        expect(copied).toStartWith('curl http://127.0.0.1:');
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    ));

  test('the browser knows the address when a proxy hides it', async () => {
    // One that passes on neither the Host nor a scheme.
    const proxy = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request) => fetch(gateway.url + new URL(request.url).pathname),
    });
    const origin = `http://127.0.0.1:${proxy.port}`;
    try {
      await look(
        async (page) => {
          expect(await page.locator('html').getAttribute('data-base')).toBe(gateway.url);
          expect(await page.locator('.base code').first().textContent()).toBe(`${origin}/v1`);
          expect(await page.locator('main').textContent()).not.toContain(gateway.url);
        },
        {},
        origin,
      );
    } finally {
      await proxy.stop(true);
    }
  });

  test.each([320, 400, 768, 1280])('nothing sticks out at %d pixels', (width) =>
    look(
      async (page) => {
        expect(await overflowOf(page)).toBe(0);
      },
      { viewport: { width, height: 900 } },
    ),
  );

  test.each(['light', 'dark'] as const)('nothing hinders people in %s', (colorScheme) =>
    look(
      async (page) => {
        expect(await findBarriers(page)).toEqual([]);
        const paper = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
        expect(brightness(paper) > 382).toBe(colorScheme === 'light');
      },
      { colorScheme },
    ),
  );

  test('without scripts there is all of it but the buttons', () =>
    look(
      async (page) => {
        expect(await page.locator('figure[data-shape]').count()).toBe(16);
        expect(await page.locator('#errors tbody tr').count()).toBeGreaterThan(30);
        expect([await page.locator('.copy').count(), await page.locator('.ask:not([hidden])').count()]).toEqual([0, 0]);
      },
      { javaScriptEnabled: false },
    ));
});

/** The sum of a colour's parts, 0 to 765. */
function brightness(color: string): number {
  return (color.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
}
