import { test } from 'bun:test';

type TestFunction = () => Promise<unknown>;

/**
 * A test of something Bun's own HTTP server does wrong before any code of ours runs. On Bun it must fail: the day it
 * passes, Bun was mended and the mark goes. On Deno it is a plain test.
 */
export function testUnlessBunRefuses(name: string, reason: string, body: TestFunction, timeoutMs?: number): void {
  if (process.env.TH_RUNTIME === 'deno') test(name, body, timeoutMs);
  else test.failing(`${name} (Bun: ${reason})`, body, timeoutMs);
}
