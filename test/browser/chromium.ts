/** The browser that these tests drive. */
import { type Browser, chromium } from 'playwright-core';

const executablePath =
  ['chromium', 'chromium-browser', 'google-chrome'].map((name) => Bun.which(name)).find((path) => path !== null) ??
  undefined;

/** Whether there is one; says so where there is none. */
export const hasChromium: boolean = executablePath !== undefined;
if (!hasChromium)
  console.warn('\nTHERE IS NO chromium: THE DASHBOARD AND THE PAGE FOR THOSE WHO CALL WERE NOT LOOKED AT\n');

export function openChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('there is no Chromium');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
