import { test } from 'bun:test';

/** Why a runtime's own HTTP server fails a test, before any code of ours runs. */
export interface RuntimeLimits {
  readonly bun?: string;
  readonly deno?: string;
}

/**
 * A test that a runtime's HTTP server makes impossible to pass. There it must fail: the day it passes, the runtime was
 * mended and the mark goes. Everywhere else it is a plain test.
 */
export function testWithinRuntime(
  name: string,
  limits: RuntimeLimits,
  body: () => Promise<unknown>,
  timeoutMs?: number,
): void {
  const runtime = process.env.TH_RUNTIME === 'deno' ? 'deno' : 'bun';
  const reason = limits[runtime];
  if (reason === undefined) test(name, body, timeoutMs);
  else test.failing(`${name} (not on ${runtime}: ${reason})`, body, timeoutMs);
}
