import type { KeyFault } from './fault.ts';

const HOW_TO_SEND = 'Send it as `Authorization: Bearer thk_...` or `x-api-key: thk_...`.';
const OUR_MARK = 'thk_';

const MISSING: KeyFault = { reason: 'missing', message: `No API key was sent. ${HOW_TO_SEND}` };
const EMPTY: KeyFault = {
  reason: 'empty',
  message:
    'The header for the API key is there, but it is empty. If the key comes from an environment variable, check that the variable is set.',
};
const REPEATED: KeyFault = {
  reason: 'repeated',
  message: 'The API key arrived more than once in one header, joined by a comma. Send exactly one key.',
};
const CONFLICT: KeyFault = {
  reason: 'conflict',
  message: `Two headers carry different API keys, and which one is meant cannot be told. ${HOW_TO_SEND}`,
};
const BASIC_AUTH: KeyFault = {
  reason: 'basic_auth',
  message: 'Basic authentication is not accepted. Use the Bearer scheme: `Authorization: Bearer thk_...`.',
};
const BEARER_MISSING: KeyFault = {
  reason: 'bearer_missing',
  message:
    'The Authorization header holds no scheme. Put the word Bearer before the key: `Authorization: Bearer thk_...`.',
};
const BEARER_REPEATED: KeyFault = {
  reason: 'bearer_repeated',
  message:
    'The Authorization header says Bearer twice. The client adds that word itself: set the API key to the key alone.',
};
const BEARER_UNWANTED: KeyFault = {
  reason: 'bearer_unwanted',
  message: 'The x-api-key header takes the key alone. Leave out the word Bearer: `x-api-key: thk_...`.',
};
const WRONG_SCHEME: KeyFault = {
  reason: 'wrong_scheme',
  message: 'The Authorization header uses a scheme that is not accepted. Use `Authorization: Bearer thk_...`.',
};
const KEY_IN_QUERY: KeyFault = {
  reason: 'key_in_query',
  message: `An API key in the URL is not accepted: URLs end up in logs. ${HOW_TO_SEND} If a real key was in that URL, rotate it.`,
};

/** Query parameters other services take a key from. */
const QUERY_NAMES = new Set(['key', 'api_key', 'api-key', 'apikey', 'access_token', 'token', 'auth', 'x-api-key']);

/**
 * Finds the key a request carries: the one place that reads it, for every route and both shapes. Takes
 * `Authorization: Bearer`, `x-api-key` and `api-key`, and the query of the URL (with or without its `?`), where a
 * key is refused. Returns the key's text, trimmed but otherwise unchecked, or why there is none.
 *
 * Many SDKs send a made-up key in the other header. Headers that hold nothing of ours are therefore ignored as soon
 * as one does; two different keys of ours are refused, so that no two readers can disagree about who is calling.
 */
export function extractCredential(headers: Headers, search: string): string | KeyFault {
  if (search.length > 1 && search.includes(OUR_MARK)) return KEY_IN_QUERY;
  const authorization = headers.get('authorization');
  const xApiKey = headers.get('x-api-key');
  const apiKey = headers.get('api-key');
  if (apiKey === null) {
    if (xApiKey === null && authorization !== null) return readAuthorization(authorization);
    if (xApiKey !== null && authorization === null) return readKeyHeader(xApiKey);
    if (xApiKey === null) return namesAKey(search) ? KEY_IN_QUERY : MISSING;
  }
  return choose(authorization, xApiKey, apiKey);
}

function choose(authorization: string | null, xApiKey: string | null, apiKey: string | null): string | KeyFault {
  const values = [xApiKey, authorization, apiKey];
  const readings = values.map((value, at) => {
    if (value === null) return EMPTY;
    return at === 1 ? readAuthorization(value) : readKeyHeader(value);
  });
  const ours = readings.filter((_, at) => values[at]?.includes(OUR_MARK));
  // Without a key of ours the answer is a 401 in any case: what is left to find is its most telling cause.
  const candidates = ours.length > 0 ? ours : readings.filter((reading) => reading !== EMPTY);
  const [first = EMPTY] = candidates;
  if (ours.length > 0) {
    const fault = ours.find((reading) => typeof reading !== 'string');
    if (fault !== undefined) return fault;
  }
  return candidates.every((reading) => reading === first) ? first : CONFLICT;
}

function readAuthorization(value: string): string | KeyFault {
  const end = trimEnd(value, 0, value.length);
  const start = trimStart(value, 0, end);
  if (start === end) return EMPTY;
  if (!isBearerAt(value, start)) return schemeFault(value.slice(start, end));
  const key = bareKey(value, start + 6, end);
  if (typeof key !== 'string') return key;
  return isBearerAt(key, 0) ? BEARER_REPEATED : key;
}

function readKeyHeader(value: string): string | KeyFault {
  const key = bareKey(value, 0, value.length);
  return typeof key === 'string' && isBearerAt(key, 0) ? BEARER_UNWANTED : key;
}

/** Trims white space, one matching pair of quotes, and the white space within them. */
function bareKey(value: string, from: number, to: number): string | KeyFault {
  let end = trimEnd(value, from, to);
  let start = trimStart(value, from, end);
  const first = value.charCodeAt(start);
  if (isQuote(first) && end - start > 1 && value.charCodeAt(end - 1) === first) {
    end = trimEnd(value, start + 1, end - 1);
    start = trimStart(value, start + 1, end);
  }
  if (start >= end) return EMPTY;
  const key = value.slice(start, end);
  return key.includes(',') ? REPEATED : key;
}

function schemeFault(value: string): KeyFault {
  const lower = value.slice(0, 8).toLowerCase();
  if (lower === 'bearer') return EMPTY;
  if (lower.startsWith('basic ')) return BASIC_AUTH;
  return hasSpace(value) ? WRONG_SCHEME : BEARER_MISSING;
}

/** Whether `Bearer` and white space stand at this place, in any letter case. */
function isBearerAt(text: string, at: number): boolean {
  return (
    (text.charCodeAt(at) | 32) === 98 &&
    (text.charCodeAt(at + 1) | 32) === 101 &&
    (text.charCodeAt(at + 2) | 32) === 97 &&
    (text.charCodeAt(at + 3) | 32) === 114 &&
    (text.charCodeAt(at + 4) | 32) === 101 &&
    (text.charCodeAt(at + 5) | 32) === 114 &&
    text.charCodeAt(at + 6) <= 32
  );
}

function trimStart(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && text.charCodeAt(at) <= 32) at++;
  return at;
}

function trimEnd(text: string, from: number, to: number): number {
  let at = to;
  while (at > from && text.charCodeAt(at - 1) <= 32) at--;
  return at;
}

function isQuote(code: number): boolean {
  return code === 34 || code === 39 || code === 96;
}

function hasSpace(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) <= 32) return true;
  }
  return false;
}

function namesAKey(search: string): boolean {
  if (search.length < 2) return false;
  for (const [name, value] of new URLSearchParams(search)) {
    if (value.includes(OUR_MARK) || QUERY_NAMES.has(name.toLowerCase())) return true;
  }
  return false;
}
