/** A page of the browser under watch: nothing may fail in it unseen. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface WatchedPage {
  readonly page: Page;
  /** What went wrong so far: errors of scripts and of the console (violations of the CSP are among them), and requests to other hosts. */
  readonly faults: string[];
  close(): Promise<void>;
}

export interface PageOptions extends BrowserContextOptions {
  /** `http://127.0.0.1:PORT` of the admin listener: no other host is asked. */
  readonly origin: string;
  /** Statuses the console may tell of; a browser writes each failed request there. */
  readonly expected?: readonly number[];
}

export async function openPage(
  browser: Browser,
  { origin, expected = [], ...options }: PageOptions,
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const status = /status of (\d{3})/.exec(message.text())?.[1];
    if (status !== undefined && expected.includes(Number(status))) return;
    faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('about:')) faults.push(`another host: ${url}`);
  });
  return { page, faults, close: () => context.close() };
}
