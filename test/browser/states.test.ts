/** What the page says in states that a gateway is seldom in: its answers are changed on their way. */
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { findBarriers } from './accessibility.ts';
import { hasChromium, openChromium } from './chromium.ts';
import { type Harbour, openHarbour } from './harbour.ts';
import { signIn } from './sign-in.ts';
import type { WatchedPage } from './watched-page.ts';

setDefaultTimeout(180_000);

describe.skipIf(!hasChromium)('the page says', () => {
  let browser: Browser;
  let harbour: Harbour;
  let watched: WatchedPage;
  let page: Page;
  beforeAll(async () => {
    [browser, harbour] = await Promise.all([openChromium(), openHarbour()]);
    watched = await signIn(browser, harbour, { expected: [429, 500] });
    page = watched.page;
  });
  afterEach(() => page?.unrouteAll({ behavior: 'ignoreErrors' }));
  afterAll(async () => {
    await browser?.close();
    await harbour?.stop();
  });

  /** Has an answer's document changed. Nothing is told by the second meanwhile. */
  const change = async (path: string, edit: (document: any) => object) => {
    await page.route('**/api/now/stream', (route) => route.fulfill({ contentType: 'text/event-stream', body: '' }));
    await page.route(`**${path}`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: edit(await response.json()) });
    });
  };
  const go = async (hash: string) => {
    await page.goto('about:blank');
    await page.goto(`${harbour.origin}/${hash}`);
  };

  test.each([
    ['that it is one of several', { workers: { index: 1, count: 4 } }, 'Worker 2 of 4'],
    ['that it is stopping', { draining: true, ready: false }, 'The gateway is stopping'],
    ['that it takes no requests', { ready: false }, 'The gateway takes no requests'],
    ['that no provider was asked', { breakers: [] }, 'No provider was asked yet'],
    [
      'that the ledger cannot write',
      { ledger: { unwritten: 3, open_holds: 1, reserved_usd: '0.5', settled_today_usd: null, failure: 'disk full' } },
      'The ledger cannot write',
    ],
  ] as const)('%s', async (_, some, text) => {
    await change('/api/now', (now) => ({ ...now, ...some }));
    await go('#/now');
    await page.getByText(text, { exact: true }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(watched.faults.splice(0)).toEqual([]);
  });

  test('that a provider is paused, and until when', async () => {
    const retryAt = new Date(Date.now() + 90_000).toISOString();
    await change('/api/now', (now) => ({
      ...now,
      breakers: [{ provider: 'far', model: 'away', state: 'open', failures: 7, retry_at: retryAt }],
    }));
    await go('#/now');
    const board = page.locator('.breaker');
    await board.waitFor();
    expect(await board.innerText()).toMatch(/far\s+away\s+Paused\s+tried again\s+in 1 min/);
  });

  test('why something could not be read, and reads it when asked again', async () => {
    let fails = true;
    await page.route('**/api/keys', (route) =>
      fails
        ? route.fulfill({ status: 500, json: { error: { code: 'internal_error', message: 'The gateway failed' } } })
        : route.continue(),
    );
    await go('#/keys');
    await page.getByText('The keys could not be read').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    fails = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row', { name: /^search/ }).waitFor();
    expect(await page.getByText('The keys could not be read').count()).toBe(0);
  });

  test('what to do where there is nothing yet', async () => {
    await change('/api/keys', () => ({ rows: [] }));
    await change('/api/models', ({ orchestra }) => ({ models: [], orchestra: { ...orchestra, served: false } }));
    await go('#/keys');
    await page.getByRole('button', { name: 'Create a key' }).waitFor();
    await go('#/models');
    await page.getByText('No model is served').waitFor();
    await page.getByRole('radio', { name: 'th-orchestra' }).check();
    await page.getByText('th-orchestra is not served').waitFor();
  });

  test('what of a request is forgotten with the process that served it', async () => {
    await change(`/api/requests/${harbour.retriedId}`, (request) => ({
      ...request,
      detail: 'ledger',
      first_byte_ms: null,
      warnings: ['dropped.top_k'],
      oddities: { stray_done: 2 },
      rounding: { ...request.rounding, capped_by_hold: true },
      timeline: request.timeline.map((attempt: object) => ({ ...attempt, started_ms: null, took_ms: null })),
    }));
    await go(`#/requests/${harbour.retriedId}`);
    for (const text of [
      'Known from the ledger alone',
      'dropped.top_k',
      /stray done, 2 times/,
      /no more than the hold is charged/,
    ])
      await page.getByText(text).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(watched.faults).toEqual([]);
  });
});
