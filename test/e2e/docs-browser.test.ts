/** The documentation page as a reader has it: in a browser, by keyboard, on a telephone, without scripts. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { Browser, findBrowser, type Page } from '../support/browser.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

setDefaultTimeout(60_000);

const program = findBrowser();
if (program === undefined) console.warn('\nTHERE IS NO chromium: THE DOCUMENTATION PAGE WAS NOT LOOKED AT\n');

describe.skipIf(program === undefined)('the page in a browser', () => {
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
    browser = await Browser.start(program as string);
  });
  afterAll(async () => {
    await browser?.stop();
    await gateway?.stop();
  });

  const open = (options?: Parameters<Browser['open']>[1]) => browser.open(`${gateway.url}/docs`, options);
  /** The examples that can be seen, by what a reader chose them by. */
  const SHOWN = `[...document.querySelectorAll('figure[data-shape]')]
    .filter((figure) => figure.offsetParent !== null)
    .map(({ dataset: { language, shape, mode } }) => language + ' ' + shape + ' ' + mode)`;
  const until = async (page: Page, condition: string) => {
    for (let tries = 0; tries < 200; tries++) {
      if (await page.evaluate<boolean>(condition)) return;
      await Bun.sleep(25);
    }
    throw new Error(`it never came to ${condition}`);
  };

  test('one example is shown, and the keyboard chooses another', async () => {
    const page = await open();
    expect(await page.evaluate<string[]>(SHOWN)).toEqual(['curl openai json']);
    await page.evaluate(`document.querySelector('#language-curl').focus()`);
    await page.press('ArrowRight');
    await page.press('ArrowRight');
    await page.press('Tab');
    await page.press('ArrowRight');
    await page.press('Tab');
    await page.press('ArrowRight');
    expect(await page.evaluate<string[]>(SHOWN)).toEqual(['python anthropic stream']);
    expect(page.complaints).toEqual([]);
  });

  test('a key shows its models, and one of them can be put into the examples', async () => {
    const page = await open();
    await page.evaluate(`document.querySelector('.ask input').focus()`);
    await page.type(gateway.key);
    await page.press('Enter', '\r');
    await until(page, `document.querySelectorAll('#model-list code.model').length > 0`);
    const ids = `[...document.querySelectorAll('#model-list code.model')].map((code) => code.textContent)`;
    expect(await page.evaluate<string[]>(ids)).toEqual(['th-orchestra', 'team/fast', 'a<b>"c"']);
    expect(await page.evaluate<string>(`document.querySelector('#model-list').textContent`)).toContain('400,000');
    expect(await page.evaluate<number>(`document.querySelectorAll('#model-list .use').length`)).toBe(2);
    await page.evaluate(`document.querySelector('[aria-label="Use team/fast in the examples"]').click()`);
    const code = await page.evaluate<string>(`document.querySelector('figure[data-shape] code').textContent`);
    expect(code).toContain('"model": "team/fast"');
    // The key is in the field and nowhere else.
    const kept = await page.evaluate<string>(
      `location.href + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie + document.documentElement.outerHTML`,
    );
    expect(kept.includes(gateway.key)).toBe(false);
    expect(page.complaints).toEqual([]);
  });

  test('a key that is none is told as the gateway tells it', async () => {
    const page = await open();
    await page.evaluate(`document.querySelector('.ask input').value = 'thk_live_wrong'`);
    await page.evaluate(`document.querySelector('.ask button').click()`);
    await until(page, `/key/i.test(document.querySelector('[role="status"]').textContent)`);
    expect(await page.evaluate<string>(`document.querySelector('#model-list').textContent`)).toBe('');
  });

  test('what is copied is the example', async () => {
    const page = await open();
    await browser.send('Browser.grantPermissions', { permissions: ['clipboardReadWrite', 'clipboardSanitizedWrite'] });
    await page.send('Page.bringToFront');
    await page.evaluate(`document.querySelector('figure[data-shape] .copy').click()`);
    await until(page, `document.querySelector('figure[data-shape] .copy').textContent === 'Copied'`);
    const [copied, code] = await page.evaluate<[string, string]>(
      `navigator.clipboard.readText().then((text) => [text, document.querySelector('figure[data-shape] code').textContent])`,
    );
    expect(copied).toBe(code);
    expect(copied).toStartWith('curl http://127.0.0.1:');
  });

  test('the browser knows the address when a proxy hides it', async () => {
    // One that passes on neither the Host nor a scheme.
    const proxy = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request) => fetch(gateway.url + new URL(request.url).pathname),
    });
    try {
      const page = await browser.open(`http://127.0.0.1:${proxy.port}/docs`);
      const [told, shown] = await page.evaluate<[string, string]>(
        `[document.documentElement.dataset.base, document.querySelector('.base code').textContent]`,
      );
      expect([told, shown]).toEqual([gateway.url, `http://127.0.0.1:${proxy.port}/v1`]);
      expect(await page.evaluate<string>(`document.querySelector('main').textContent`)).not.toContain(gateway.url);
    } finally {
      await proxy.stop(true);
    }
  });

  test.each([320, 400, 768, 1280])('nothing sticks out at %d pixels', async (width) => {
    const page = await open({ width });
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(width);
  });

  test.each(['light', 'dark'] as const)('every text can be read in %s: 4.5 to 1 at the least', async (scheme) => {
    const page = await open({ scheme });
    const poor = await page.evaluate<string[]>(CONTRASTS);
    expect(poor).toEqual([]);
    const [ink, paper] = await page.evaluate<[string, string]>(
      `[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]`,
    );
    expect(luminance(paper) > luminance(ink)).toBe(scheme === 'light');
  });

  test('without scripts there is all of it but the buttons', async () => {
    const page = await open({ scripts: false });
    const { root } = await page.send('DOM.getDocument', { depth: 0 });
    const { nodeId } = root as { nodeId: number };
    const count = async (selector: string) =>
      ((await page.send('DOM.querySelectorAll', { nodeId, selector }))['nodeIds'] as unknown[]).length;
    expect(await count('figure[data-shape]')).toBe(16);
    expect(await count('#errors tbody tr')).toBeGreaterThan(30);
    expect([await count('.copy'), await count('.ask:not([hidden])')]).toEqual([0, 0]);
  });
});

function luminance(color: string): number {
  return (color.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
}

/** Texts whose contrast with what is behind them is below 4.5, by WCAG's formula; run within the page. */
const CONTRASTS = `(() => {
  const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const channel = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.textContent.trim() === '' || element.offsetParent === null) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.add(element.tagName + '.' + element.className + ' ' + ratio.toFixed(2));
  }
  return [...poor];
})()`;
