/** What the runtime itself costs: an HTTP server that forwards with `fetch`, checks nothing and looks at nothing. */
const [port, upstream] = process.argv.slice(2).map(Number);

Bun.serve({
  hostname: '127.0.0.1',
  port: port as number,
  idleTimeout: 255,
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const answer = await fetch(`http://127.0.0.1:${upstream}${pathname}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: await request.bytes(),
      decompress: false,
    } as RequestInit);
    const headers = { 'content-type': answer.headers.get('content-type') ?? '' };
    const stream = headers['content-type'].startsWith('text/event-stream');
    return new Response(stream ? answer.body : await answer.bytes(), { headers });
  },
});
