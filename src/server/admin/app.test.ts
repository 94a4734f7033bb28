import { describe, expect, test } from 'bun:test';
import { createAdminApp } from './app.ts';
import { hostsOf } from './edge.ts';
import { healthRoutes } from './health-routes.ts';
import type { Listen } from '../runtime/listener.ts';

const TCP: Listen = { kind: 'tcp', host: 'admin.internal', port: 8788 };

function appOn(listen: Listen = TCP, names: readonly string[] = []) {
  const faults: unknown[] = [];
  let isReady = true;
  let fails = false;
  const routes = healthRoutes({
    ready: async () => isReady,
    metrics: async () => {
      if (fails) throw new Error('sk-secret');
      return 'up 1\n';
    },
  });
  const handle = createAdminApp({
    routes,
    sessions: { operatorOf: async () => undefined },
    answersTo: hostsOf(listen, names),
    connection: { holdOpen: () => undefined, peerOf: () => '' },
    onFault: (_, cause) => faults.push(cause),
  });
  const ask = (path: string, init: RequestInit & { host?: string } = {}) => {
    const { host = 'localhost:8788', ...rest } = init;
    const headers = new Headers(rest.headers);
    headers.set('host', host);
    return handle(new Request(`http://${host}${path}`, { ...rest, headers }));
  };
  return { ask, faults, drain: () => (isReady = false), breakMetrics: () => (fails = true) };
}

describe('the admin listener', () => {
  test('has metrics, liveness and readiness, and nothing else', async () => {
    const { ask, drain } = appOn();
    const metrics = await ask('/metrics');
    expect([metrics.status, await metrics.text()]).toEqual([200, 'up 1\n']);
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const path of ['/livez', '/readyz']) expect(await (await ask(path)).json()).toEqual({ status: 'ok' });
    drain();
    const unready = await ask('/readyz');
    expect([unready.status, await unready.json()]).toEqual([503, { status: 'unavailable' }]);
    expect((await ask('/livez')).status).toBe(200);
    for (const path of ['/', '/v1/models', '/v1/chat/completions', '/api', '/metrics/x', '//metrics', '/METRICS']) {
      const answer = await ask(path);
      expect([path, answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([
        path,
        404,
        'not_found',
      ]);
    }
  });

  test('answers HEAD without a body, and refuses other methods by name', async () => {
    const { ask } = appOn();
    const head = await ask('/metrics', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await ask('/metrics', { method });
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('answers to its own names and to addresses, and to no other', async () => {
    const { ask } = appOn(TCP, ['harbor.example']);
    const own = [
      'localhost',
      'LOCALHOST:1',
      'localhost.',
      '127.0.0.1:8788',
      '10.1.2.3',
      '[::1]:8788',
      'admin.internal',
    ];
    for (const host of [...own, 'harbor.example:80']) {
      expect([host, (await ask('/livez', { host })).status]).toEqual([host, 200]);
    }
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'harbor.example.evil']) {
      const answer = await ask('/metrics', { host });
      expect([host, answer.status]).toEqual([host, 403]);
    }
    expect((await ask('/metrics', { host: 'abc' })).status).toBe(400);
  });

  test('answers no page of another origin', async () => {
    const { ask } = appOn();
    const from = async (origin: string) => (await ask('/metrics', { headers: { origin } })).status;
    expect(await from('http://localhost:8788')).toBe(200);
    for (const origin of ['http://evil.example', 'null', 'http://localhost:3000', 'garbage']) {
      expect([origin, await from(origin)]).toEqual([origin, 403]);
    }
  });

  test('answers a page behind a proxy that names the port of its scheme', async () => {
    const { ask } = appOn(TCP, ['harbor.example']);
    const from = async (origin: string, host: string) => (await ask('/metrics', { host, headers: { origin } })).status;
    expect(await from('https://harbor.example', 'harbor.example:443')).toBe(200);
    expect(await from('https://harbor.example', 'Harbor.example')).toBe(200);
    expect(await from('http://harbor.example', 'harbor.example:80')).toBe(200);
    for (const [origin, host] of [
      ['http://harbor.example', 'harbor.example:443'],
      ['https://harbor.example', 'harbor.example:80'],
      ['https://harbor.example:8443', 'harbor.example:443'],
      ['https://localhost', 'harbor.example:443'],
      ['data:text/html,x', 'harbor.example'],
      ['null', 'harbor.example:443'],
    ] as const) {
      expect([origin, host, await from(origin, host)]).toEqual([origin, host, 403]);
    }
  });

  test('on a Unix socket no page can reach it, so any name will do', async () => {
    const { ask } = appOn({ kind: 'unix', path: '/run/x.sock' });
    expect((await ask('/metrics', { host: 'whatever.example' })).status).toBe(200);
  });

  test('what fails within is told to the log, and to the caller only that it did', async () => {
    const { ask, faults, breakMetrics } = appOn();
    breakMetrics();
    const answer = await ask('/metrics');
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(text).not.toContain('sk-secret');
    expect(faults).toHaveLength(1);
  });
});
