import { isIP } from 'node:net';
import type { Listen } from './config.ts';
import type { Kind } from './schema-kinds.ts';
import type { SchemaNode } from './schema-walk.ts';
import { LONGEST_TIMER_MS, parseDuration, parseSize, parseUsd } from './units.ts';

/** Why a value is refused: what is wrong (without a full stop) and what to do (a sentence). */
export interface Fault {
  readonly message: string;
  readonly fix: string;
}

/** What a value of each kind looks like, for every message about one. */
export const EXPECTED: Readonly<Record<Kind, string>> = {
  duration: 'a duration such as 120ms, 5s, 30m or 1h',
  size: 'a size such as 512KiB, 32MiB or 1GB',
  usd: 'an amount in US dollars such as 1.2 or "0.000000001", at most 9 decimals',
  listen: 'HOST:PORT, [IPV6]:PORT or unix:/path',
  'listen-or-off': 'HOST:PORT, [IPV6]:PORT, unix:/path or off',
  host: 'a host name without a port',
  'base-url': 'an http:// or https:// URL',
  'database-url': 'a URL postgres://USER@HOST/NAME',
  'redis-url': 'a URL redis://HOST:PORT or rediss://HOST:PORT',
  network: 'an address or a CIDR range such as 10.0.0.0/8',
  'model-id': 'a model id without white space',
};

const CHECKS: Readonly<Record<Kind, (text: string, node: SchemaNode) => Fault | undefined>> = {
  duration: checkDuration,
  size: checkSize,
  usd: (text) => (parseUsd(text) === undefined ? notA('usd') : undefined),
  listen: (text) => (parseListen(text) === undefined ? notA('listen') : undefined),
  'listen-or-off': (text) => (text === OFF || parseListen(text) !== undefined ? undefined : notA('listen-or-off')),
  host: (text) => (HOST_NAME.test(text) ? undefined : notA('host')),
  'base-url': checkBaseUrl,
  'database-url': (text) => checkScheme(text, 'database-url', ['postgres:', 'postgresql:']),
  'redis-url': (text) => checkScheme(text, 'redis-url', ['redis:', 'rediss:']),
  network: (text) => (isNetwork(text) ? undefined : notA('network')),
  'model-id': (text) => (/\s/.test(text) ? notA('model-id') : undefined),
};

/** The fault of a value that is of the right type already, or undefined. Never quotes the value. */
export function checkKind(kind: Kind, value: string | number, node: SchemaNode): Fault | undefined {
  return CHECKS[kind](String(value), node);
}

/** In place of an address: nothing is opened. */
export const OFF = 'off';

const HOST_NAME = /^[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_])?$/i;

export function parseListen(text: string): Listen | undefined {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length);
    return path.startsWith('/') && path.length > 1 ? { kind: 'unix', path, text } : undefined;
  }
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:[\]\s/]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(portText);
  if (host === undefined || port > 65_535) return undefined;
  if (bracketed !== undefined && isIP(bracketed) !== 6) return undefined;
  return { kind: 'tcp', host, port, text };
}

/** Whether nothing but this machine can be behind the host of a URL. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase();
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

function checkDuration(text: string, node: SchemaNode): Fault | undefined {
  const ms = parseDuration(text);
  if (ms === undefined) return notA('duration');
  if (ms > LONGEST_TIMER_MS) return { message: 'is longer than 596h', fix: 'Write a shorter duration.' };
  return node['x-positive'] === true && ms === 0 ? mustNotBeZero() : undefined;
}

function checkSize(text: string, node: SchemaNode): Fault | undefined {
  const bytes = parseSize(text);
  if (bytes === undefined || !Number.isSafeInteger(bytes)) return notA('size');
  return node['x-positive'] === true && bytes === 0 ? mustNotBeZero() : undefined;
}

function checkBaseUrl(text: string): Fault | undefined {
  const url = URL.parse(text);
  if (url === null) return notA('base-url');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { message: `has the scheme ${url.protocol}//`, fix: `Write ${EXPECTED['base-url']}.` };
  }
  if (url.username !== '' || url.password !== '') {
    return { message: 'holds a user name or password', fix: 'Remove it and give the key as api_key.' };
  }
  // Looked for in the text: the parser drops an empty `?` or `#`, which would still break what is appended.
  if (text.includes('#')) return { message: 'holds a fragment (#...)', fix: 'Remove it.' };
  if (text.includes('?')) return { message: 'holds a query (?...)', fix: 'Remove it.' };
  const [endpoint] = /\/(chat\/completions|messages|completions|responses)\/*$/.exec(url.pathname) ?? [];
  if (endpoint !== undefined) {
    return { message: `names the endpoint ${endpoint}`, fix: 'Remove that part: it is added for each request.' };
  }
  return undefined;
}

function checkScheme(text: string, kind: Kind, schemes: readonly string[]): Fault | undefined {
  const url = URL.parse(text);
  return url !== null && schemes.includes(url.protocol) && url.host !== '' ? undefined : notA(kind);
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

function notA(kind: Kind): Fault {
  return { message: `is not ${EXPECTED[kind]}`, fix: 'Correct it.' };
}

function mustNotBeZero(): Fault {
  return { message: 'must be more than 0', fix: 'Write a larger value, or remove the line for the default.' };
}
