import type { Path } from './problem.ts';
import type { Resolver } from './resolver.ts';

/** Headers that the HTTP client sets itself; a second value would break the request or smuggle one. */
const RESERVED = new Set([
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** The headers of a provider with lower-case names; what cannot be sent is reported and left out. */
export function checkHeaders(
  at: Path,
  headers: Readonly<Record<string, string>>,
  resolver: Resolver,
): Readonly<Record<string, string>> {
  const checked: Record<string, string> = {};
  for (const [name, text] of Object.entries(headers)) {
    const path = [...at, name];
    const lower = name.toLowerCase();
    const value = text.trim();
    resolver.noteOrigin(path, resolver.fileOrigin(path));
    if (!HEADER_NAME.test(lower)) {
      resolver.error(path, 'is not a header name', 'Write letters, digits and dashes.');
    } else if (RESERVED.has(lower)) {
      resolver.error(path, 'is set for each request by the server', 'Remove it.');
    } else if (lower.startsWith('x-th-')) {
      resolver.error(
        path,
        'is a header of Token Harbor, which no upstream ever sees',
        'Remove it, or use another name.',
      );
    } else if (!/^[\t\x20-\x7e]*$/.test(value)) {
      resolver.error(path, 'has a value with characters outside printable ASCII', 'Correct the value.');
    } else if (Object.hasOwn(checked, lower)) {
      resolver.error(path, 'is set twice, in different case', 'Keep one of them.');
    } else checked[lower] = value;
  }
  return checked;
}

/** Whether a header is not an operator's to set, or no header at all. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return !HEADER_NAME.test(lower) || RESERVED.has(lower) || lower.startsWith('x-th-');
}

/** Headers that carry credentials, by the names vendors use. */
export function isSecretHeader(name: string): boolean {
  return /auth|cookie|key|secret|token/i.test(name);
}
