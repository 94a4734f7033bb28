/** An operator at the admin listener, as a browser would ask it. */
import type { Gateway } from './gateway.ts';

export interface Visit {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON. */
  readonly body: any;
}

export interface OperatorBrowser {
  readonly cookie: string;
  readonly csrf: string;
  /** Asks as the page does; `more` headers stand above its own, and an empty one leaves its own out. */
  visit(method: string, path: string, body?: unknown, more?: Readonly<Record<string, string>>): Promise<Visit>;
}

type Admin = Pick<Gateway, 'adminPort'>;

export function originOf({ adminPort }: Admin): string {
  return `http://127.0.0.1:${adminPort}`;
}

/** One request to the admin listener. */
export async function askAdmin(
  gateway: Admin,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
): Promise<Visit> {
  const given = Object.entries(headers).filter(([, value]) => value !== '');
  const response = await fetch(originOf(gateway) + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...Object.fromEntries(given) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** The token of a fresh link, by the verb. */
export async function linkToken(gateway: Gateway, ...flags: string[]): Promise<string> {
  const { code, stdout, stderr } = await gateway.run('admin', 'token', '--json', ...flags);
  if (code !== 0) throw new Error(`admin token ended with ${code}: ${stderr}`);
  return (JSON.parse(stdout) as { token: string }).token;
}

export function login(gateway: Admin, proof: Readonly<Record<string, string>>): Promise<Visit> {
  return askAdmin(gateway, 'POST', '/api/login', { origin: originOf(gateway) }, proof);
}

/** A browser in which somebody has logged in. */
export async function openBrowser(gateway: Admin, proof: Readonly<Record<string, string>>): Promise<OperatorBrowser> {
  await listening(gateway);
  const { status, headers, body } = await login(gateway, proof);
  if (status !== 200) throw new Error(`the login was answered ${status}: ${JSON.stringify(body)}`);
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
  const { csrf } = body as { csrf: string };
  const own = { cookie, origin: originOf(gateway), 'sec-fetch-site': 'same-origin', 'x-th-csrf': csrf };
  return {
    cookie,
    csrf,
    visit: (method, path, sent, more = {}) => askAdmin(gateway, method, path, { ...own, ...more }, sent),
  };
}

/** Of several workers one may answer clients before another has its admin listener. */
async function listening(gateway: Admin): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    try {
      await fetch(`${originOf(gateway)}/livez`);
      return;
    } catch (cause) {
      if (performance.now() > deadline) throw cause;
      await Bun.sleep(20);
    }
  }
}
