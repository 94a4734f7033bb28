import { ApiError } from '../../protocol/api-error.ts';
import { isJson } from '../../protocol/bytes.ts';
import { readerOf } from '../byte-reader.ts';
import {
  classifyUpstreamFault,
  readUpstreamFault,
  type UpstreamFault,
} from '../../protocol/transcode/upstream-error.ts';

/** An error body beyond this is not read: no vendor's message is that long. */
const MAX_ERROR_BYTES = 64 * 1024;

const MARKUP = /<[a-z!/?]/i;
/** JSON that was cut short. */
const HALF_JSON = /^[{[]/;
const MAX_PLAIN_LENGTH = 1000;

/** Turns an upstream's non-2xx answer into the error the client is to see, in the words `tell` leaves of it. Reads and closes its body. */
export async function readErrorAnswer(
  answer: Response,
  tell: (fault: UpstreamFault) => UpstreamFault,
  nowMs: number,
): Promise<ApiError> {
  const { status } = answer;
  const retryAfterS = readRetryAfter(answer.headers, nowMs);
  if (status >= 300 && status < 400) {
    await answer.body?.cancel();
    return new ApiError(
      'upstream_error',
      `The upstream answered with a redirect (HTTP ${status}), which is not followed`,
    );
  }
  const text = await readStart(answer.body);
  const fault = readFault(text);
  const told =
    fault === undefined ? { message: `The upstream returned a non-JSON error (HTTP ${status})` } : tell(fault);
  return classifyUpstreamFault(status, told, retryAfterS);
}

function readFault(text: string) {
  if (isJson(text)) return readUpstreamFault(JSON.parse(text));
  // Some vendors explain a 400 or 422 in plain text. Markup is a proxy's page: nothing of it is passed on.
  const words = text.trim();
  return words === '' || MARKUP.test(words) || HALF_JSON.test(words)
    ? undefined
    : { message: words.slice(0, MAX_PLAIN_LENGTH) };
}

async function readStart(body: ReadableStream | null): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  const reader = readerOf(body);
  let text = '';
  try {
    while (text.length < MAX_ERROR_BYTES) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      text += decoder.decode(value, { stream: true });
    }
    return text.slice(0, MAX_ERROR_BYTES);
  } catch {
    // The status already says that the request failed; a body cut short only costs its message.
    return text;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Seconds the upstream asks to wait: `retry-after-ms`, or `retry-after` as seconds or as a date. */
export function readRetryAfter(headers: Headers, nowMs: number): number | undefined {
  const ms = readNumber(headers.get('retry-after-ms'));
  if (ms !== undefined && ms >= 0) return ms / 1000;
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = readNumber(value);
  if (seconds !== undefined) return seconds >= 0 ? seconds : undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - nowMs) / 1000);
}

/** `Number` takes an empty text for 0, which would be a wish not to wait. */
function readNumber(text: string | null): number | undefined {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Codes and words with which Bun rejects a fetch whose request was never accepted. */
const REFUSED = /ConnectionRefused|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|FailedToOpenSocket|dns|UNABLE_TO|CERT|TLS|SSL/i;
/** Deno's words for the same. Its messages have the address in them, so nothing shorter may be looked for. */
const NOT_CONNECTED = /: client error \(Connect\)|^Fetch failed: Requests to port \d+ are blocked$/;

/** A fetch that failed without an answer. Messages of the runtime name hosts, so none of them is passed on. */
export function connectionError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  // What was never accepted was never charged for; of a connection that broke, nobody can tell.
  return wasRefused(cause)
    ? new ApiError('upstream_unavailable', 'The upstream could not be reached', { cause, failover: 'next' })
    : new ApiError('upstream_unavailable', 'The upstream closed the connection before it answered', { cause });
}

function wasRefused(failure: unknown): boolean {
  if (!(failure instanceof Error)) return false;
  const { cause, message, code } = failure as Error & { readonly code?: unknown };
  if (NOT_CONNECTED.test(cause instanceof Error ? cause.message : message)) return true;
  return REFUSED.test(`${code ?? ''} ${message}`);
}
