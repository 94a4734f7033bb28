import { Operators } from '../../accounts/operators/operators.ts';
import { makeLink } from '../../accounts/operators/links.ts';
import { openTemporaryStores } from '../../accounts/store/temporary-stores.fixture.ts';
import { createAdminApp } from './app.ts';
import { hostsOf } from './edge.ts';
import { adminRoutes } from './routes.ts';
import { sessionsOf } from './session-cookie.ts';

const HOST = 'localhost:8788';
const ORIGIN = `http://${HOST}`;

export interface Visit {
  readonly status: number;
  readonly headers: Headers;
  // Whatever a test looks for in it.
  readonly body: any;
}

/** The admin listener's app as it is, over stores of its own, with what it did outside of them. */
export function openOperatorApp() {
  const stores = openTemporaryStores();
  const told: string[] = [];
  const changed: string[] = [];
  const asked: Request[] = [];
  const clock = { now: Date.now(), monotonic: 0 };
  const operators = new Operators({ store: stores.operators, now: () => clock.now, monotonic: () => clock.monotonic });
  const handle = createAdminApp({
    routes: adminRoutes({
      readings: [],
      version: '1.2.3',
      operators,
      stores,
      ready: async () => true,
      metrics: async () => '',
      askGateway: async (request) => {
        asked.push(request);
        return new Response(`data: ${await request.text()}\n\n`, { headers: { 'x-th-provider': 'demo' } });
      },
      keyChanged: async (id) => void changed.push(id),
      tell: (what) => told.push(what),
      now: () => clock.now,
    }),
    sessions: sessionsOf(operators),
    answersTo: hostsOf({ kind: 'tcp', host: '127.0.0.1', port: 8788 }, []),
    connection: { holdOpen: () => undefined, peerOf: () => '192.0.2.1' },
    onFault: (what, cause) => {
      throw new Error(what, { cause });
    },
  });

  async function ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: unknown,
  ): Promise<Visit> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await handle(
      new Request(`${ORIGIN}${path}`, {
        method,
        headers: { host: HOST, ...json, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  const link = async (operator = 'ada') => (await makeLink(stores.operators, operator, 900_000, clock.now)).token;

  /** A browser in which somebody logs in, and what it then sends by itself. */
  async function browser(proof: Readonly<Record<string, string>>) {
    const begun = await ask('POST', '/api/login', { origin: ORIGIN }, proof);
    const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
    const headers = { cookie, origin: ORIGIN, 'sec-fetch-site': 'same-origin', 'x-th-csrf': begun.body.csrf ?? '' };
    const visit = (method: string, path: string, body?: unknown, more: Readonly<Record<string, string>> = {}) =>
      ask(method, path, { ...headers, ...more }, body);
    return { begun, headers, visit };
  }

  return { stores, told, changed, asked, clock, ask, link, browser, close: () => stores.close() };
}

export type OperatorApp = ReturnType<typeof openOperatorApp>;
