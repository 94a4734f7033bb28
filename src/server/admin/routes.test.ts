/** What holds for every row of the admin listener's table, whatever it is for. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openOperatorApp, type OperatorApp } from './operator-app.fixture.ts';

interface Operation {
  readonly security: readonly object[];
  readonly summary: string;
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const OPEN = ['GET /metrics', 'GET /livez', 'GET /readyz', 'GET /openapi.json', 'POST /api/login'];

let app: OperatorApp;
let rows: readonly (Operation & { readonly method: string; readonly path: string })[];
beforeAll(async () => {
  app = openOperatorApp();
  const { paths } = (await app.ask('GET', '/openapi.json')).body as { paths: Paths };
  rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, row]) => ({ ...row, path, method: method.toUpperCase() })),
  );
});
afterAll(() => app.close());

describe('every row of the admin listener', () => {
  test('is in the OpenAPI document, in words', () => {
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter(({ summary }) => summary === '')).toEqual([]);
  });

  test('but those that are known to be open needs an operator, whatever else is shown', async () => {
    const shown = { authorization: `Bearer thk_live_${'a'.repeat(54)}`, 'x-api-key': `thk_live_${'a'.repeat(54)}` };
    for (const { method, path, security } of rows) {
      const name = `${method} ${path}`;
      expect([name, security.length === 0]).toEqual([name, OPEN.includes(name)]);
      if (OPEN.includes(name)) continue;
      const at = path.replaceAll(/\{\w+\}/g, 'x');
      expect([name, (await app.ask(method, at, shown, {})).status]).toEqual([name, 401]);
    }
  });

  test('that changes something needs the token and the origin of the page', async () => {
    const { headers } = await app.browser({ token: await app.link() });
    const { 'x-th-csrf': csrf, origin, 'sec-fetch-site': _, cookie } = headers;
    let seen = 0;
    for (const { method, path } of rows) {
      if (method === 'GET' || path === '/api/login') continue;
      seen++;
      const at = path.replaceAll(/\{\w+\}/g, 'x');
      for (const some of [
        { cookie, origin },
        { cookie, 'x-th-csrf': csrf },
        { cookie, origin, 'x-th-csrf': 'x' },
      ]) {
        expect([path, (await app.ask(method, at, some as Record<string, string>, {})).status]).toEqual([path, 403]);
      }
    }
    expect(seen).toBeGreaterThan(9);
    expect((await app.stores.keys.list()).length).toBe(0);
  });
});
