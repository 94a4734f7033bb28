import { ApiFailure } from './failure.ts';
import { ask, rememberCsrf } from './request.ts';

export interface Session {
  readonly operator: string;
  readonly csrf: string;
  readonly has_password: boolean;
  readonly expires_at?: string;
  readonly version?: string;
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

export async function loginByLink(token: string): Promise<Session> {
  return begin(await ask<Session>('/api/login', { method: 'POST', body: { token } }));
}

export async function loginByPassword(operator: string, password: string): Promise<Session> {
  return begin(await ask<Session>('/api/login', { method: 'POST', body: { operator, password } }));
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

function begin(session: Session): Session {
  rememberCsrf(session.csrf);
  return session;
}
