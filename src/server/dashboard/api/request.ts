import { ApiFailure, readFailure, toFailure } from './failure.ts';

type Query = Readonly<Record<string, string | number | undefined>>;

export interface SendOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Proves that a change is asked for by this page: the session's second half, which no other page can read. */
let csrf: string | undefined;
let whenSessionEnds: () => void = () => undefined;

export function rememberCsrf(token: string | undefined): void {
  csrf = token;
}

export function onSessionEnd(listener: () => void): void {
  whenSessionEnds = listener;
}

export function pathOf(path: string, query: Query = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The raw answer, whatever its status. Throws an ApiFailure when there is none. */
export async function send(path: string, options: SendOptions = {}): Promise<Response> {
  const { method = 'GET', body, headers = {}, signal } = options;
  const all = new Headers(headers);
  if (method !== 'GET' && csrf !== undefined) all.set('x-th-csrf', csrf);
  if (body !== undefined) all.set('content-type', 'application/json');
  try {
    return await fetch(path, {
      method,
      headers: all,
      credentials: 'same-origin',
      signal: signal ?? null,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw toFailure(cause);
  }
}

/** The answer's document; undefined when it has none. Throws an ApiFailure for what is not a success. */
export async function ask<T>(path: string, options?: SendOptions): Promise<T> {
  const response = await send(path, options);
  if (!response.ok) {
    const failure = await readFailure(response);
    if (response.status === 401 && !path.startsWith('/api/login')) whenSessionEnds();
    throw failure;
  }
  if (response.status === 204) return undefined as T;
  return (await response.json().catch(() => {
    throw new ApiFailure(response.status, 'unreadable', 'The gateway gave an answer that is no JSON');
  })) as T;
}
