import { ApiFailure } from './failure.ts';
import { ask, rememberCsrf } from './request.ts';

export interface Session {
  readonly operator: string;
  readonly csrf: string;
  readonly has_password: boolean;
  readonly expires_at?: string;
  /** Known once the page asks whose session it is. */
  readonly version?: string;
  /** Where clients call: `http://127.0.0.1:8787` or `unix:/path`. */
  readonly clients_url?: string | null;
}

/** The session this browser has, or none. */
export async function readSession(): Promise<Session | undefined> {
  try {
    return begin(await ask<Session>('/api/session'));
  } catch (cause) {
    if (cause instanceof ApiFailure && cause.status === 401) return undefined;
    throw cause;
  }
}

export function loginByLink(token: string): Promise<Session> {
  return login({ token });
}

export function loginByPassword(operator: string, password: string): Promise<Session> {
  return login({ operator, password });
}

export async function logout(): Promise<void> {
  await ask<void>('/api/logout', { method: 'POST' });
  rememberCsrf(undefined);
}

export async function setPassword(password: string, current: string | undefined): Promise<void> {
  await ask<void>('/api/password', {
    method: 'POST',
    body: current === undefined ? { password } : { password, current },
  });
}

async function login(proof: Readonly<Record<string, string>>): Promise<Session> {
  const session = begin(await ask<Session>('/api/login', { method: 'POST', body: proof }));
  // Which knows more than the login tells.
  return (await readSession()) ?? session;
}

function begin(session: Session): Session {
  rememberCsrf(session.csrf);
  clientsUrl = session.clients_url ?? undefined;
  return session;
}

let clientsUrl: string | undefined;

/** Where clients call, once a session was read. */
export function readClientsUrl(): string | undefined {
  return clientsUrl;
}
