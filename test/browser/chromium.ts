/** The browser that the tests drive: Debian's Chromium, or the one that TH_CHROMIUM names. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [process.env.TH_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const executablePath = PLACES.find((path) => path !== undefined && existsSync(path));

/** Whether there is one; says so where there is none. */
export const hasChromium: boolean = executablePath !== undefined;
if (!hasChromium) {
  console.error(
    'SKIPPED: the dashboard is not looked at: there is no Chromium (apt-get install chromium, or TH_CHROMIUM)',
  );
}

export function openChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('there is no Chromium');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
