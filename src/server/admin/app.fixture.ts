import { createAdminApp } from './app.ts';
import { hostsOf } from './edge.ts';
import type { Operator } from './operator.ts';
import type { AdminRoute } from './route-table.ts';

export const SESSION = 'th_session=good';
export const CSRF = 'csrf-of-the-session';

export const OPERATOR: Operator = {
  kind: 'operator',
  name: 'ada',
  session: { digest: 'd', csrf: CSRF, byLink: true, hasPassword: false, expiresAt: 1e13 },
};

const OWN = 'http://localhost:8788';

/** The admin listener's app with routes of a test's own, and one session. */
export function appOf(routes: readonly AdminRoute[]) {
  const faults: unknown[] = [];
  const held: Request[] = [];
  const handle = createAdminApp({
    routes,
    sessions: { operatorOf: async ({ headers }) => (headers.get('cookie') === SESSION ? OPERATOR : undefined) },
    answersTo: hostsOf({ kind: 'tcp', host: '127.0.0.1', port: 8788 }, []),
    connection: { holdOpen: (request) => held.push(request), peerOf: () => '192.0.2.1' },
    onFault: (_, cause) => faults.push(cause),
  });
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    handle(
      new Request(`${OWN}${path}`, {
        method,
        headers: { host: 'localhost:8788', ...headers },
        ...(body === undefined ? {} : { body }),
      }),
    );
  /** As the page asks. */
  const asPage = (method: string, path: string, value?: unknown) =>
    ask(
      method,
      path,
      {
        cookie: SESSION,
        'x-th-csrf': CSRF,
        origin: OWN,
        'sec-fetch-site': 'same-origin',
        ...(value === undefined ? {} : { 'content-type': 'application/json' }),
      },
      value === undefined ? undefined : JSON.stringify(value),
    );
  return { ask, asPage, faults, held };
}

export async function errorOf(response: Response) {
  const { error } = (await response.json()) as { error: { code: string; message: string; param?: string } };
  return [response.status, error.code, error.param] as const;
}
