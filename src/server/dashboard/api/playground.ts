import { ENDPOINTS } from './endpoints.ts';
import type { NewKey } from './keys.ts';
import { ask, send } from './request.ts';
import type { Shape } from './route.ts';

/** A key for tests that ends by itself; the page alone remembers it. */
export function createPlaygroundKey(draft: {
  readonly account?: string;
  readonly budget_usd?: string;
}): Promise<NewKey> {
  return ask<NewKey>('/api/playground/key', { method: 'POST', body: draft });
}

/** Sends a request the way a client's would go; the answer streams in, an error's answer too. */
export function sendPlayground(shape: Shape, body: string, key: string, signal: AbortSignal): Promise<Response> {
  return send(`/api/playground${ENDPOINTS[shape]}`, {
    method: 'POST',
    body,
    signal,
    headers: { 'x-th-playground-key': key },
  });
}
