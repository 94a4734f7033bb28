import type { Shape } from '../../../protocol/shape.ts';
import { createDemo } from './demo.ts';

/** For tests: puts one request to a demo model that does not pause. */
export function askDemo(shape: Shape, body: unknown, path?: string): Promise<Response> {
  const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return createDemo({ paceMs: 0 }).send({
    shape,
    path: path ?? (shape === 'openai' ? '/chat/completions' : '/v1/messages'),
    headers: {},
    key: 0,
    body: bytes,
    signal: new AbortController().signal,
  });
}

/** For tests: what an official SDK takes as its `fetch`, leading to the demo model. The base URL's host does not matter. */
export function demoFetch(
  shape: Shape,
  paceMs = 0,
): (url: string | URL | Request, init?: RequestInit) => Promise<Response> {
  const demo = createDemo({ paceMs });
  return async (url, init) => {
    if (typeof init?.body !== 'string') throw new Error('the SDK is expected to send its body as a string');
    const { pathname, search } = new URL(url instanceof Request ? url.url : url);
    return await demo.send({
      shape,
      path: (shape === 'openai' ? pathname.replace(/^\/v1/, '') : pathname) + search,
      headers: {},
      key: 0,
      body: new TextEncoder().encode(init.body),
      signal: init.signal ?? new AbortController().signal,
    });
  };
}

/** For tests: the `data` of every event of an SSE answer, with its `event` name where it has one. */
export function readEvents(sse: string): { event: string | undefined; data: string }[] {
  if (!sse.endsWith('\n\n')) throw new Error('the last event has no blank line');
  return sse
    .slice(0, -2)
    .split('\n\n')
    .map((block) => {
      const found = /^(?:event: (\w+)\n)?data: (.+)$/.exec(block);
      if (found === null) throw new Error(`not an event: ${block}`);
      return { event: found[1], data: found[2] as string };
    });
}
