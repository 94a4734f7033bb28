import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';

export interface Question {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

/** Of an answer only what says whether it is one; the rest is not read. */
export type Answer =
  | {
      readonly status: number;
      readonly date: string | undefined;
      readonly sentAtMs: number;
      readonly answeredAtMs: number;
    }
  /** Why there is none: `ECONNREFUSED`, `CERT_HAS_EXPIRED`, `no answer in time`. */
  | { readonly failure: string };

/** Asks a server one thing. Redirects are not followed: a credential is for the host it was given for. */
export function ask({ url, method, headers, body, timeoutMs }: Question): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const sentAtMs = Date.now();
  const send = url.protocol === 'https:' ? requestTls : requestPlain;
  const asking = send(url, { method, headers, agent: false }, (answer) => {
    resolve({ status: answer.statusCode ?? 0, date: answer.headers.date, sentAtMs, answeredAtMs: Date.now() });
    answer.destroy();
  });
  const timer = setTimeout(() => {
    resolve({ failure: 'no answer in time' });
    asking.destroy();
  }, timeoutMs);
  asking.on('error', (error: Error & { code?: string }) => resolve({ failure: error.code ?? error.name }));
  asking.end(body);
  return promise.finally(() => clearTimeout(timer));
}
