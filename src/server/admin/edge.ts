import { isIP } from 'node:net';
import { ApiError } from '../../protocol/api-error.ts';
import { checkEdge } from '../edge.ts';
import type { Listen } from '../runtime/listener.ts';

/** Whether the admin listener answers to a host: in lower case, without a port, an IPv6 address without brackets. */
export type AnswersTo = (host: string) => boolean;

/**
 * Names that lead to the admin listener by the operator's will. A page in a browser can have a name of its own lead to
 * this machine, and read what it gets there; an address it cannot take for its own. Nothing of the kind reaches a Unix
 * socket.
 */
export function hostsOf(listen: Listen, names: readonly string[]): AnswersTo {
  if (listen.kind === 'unix') return () => true;
  const known = new Set(['localhost', listen.host.toLowerCase(), ...names]);
  return (host) => isIP(host) !== 0 || known.has(host);
}

/** What must hold before any routing looks at a request to the admin listener. Throws the error to answer with. */
export function checkAdminEdge(request: Request, answersTo: AnswersTo): void {
  checkEdge(request);
  const host = request.headers.get('host') ?? '';
  if (!answersTo(nameOf(host))) {
    throw new ApiError('permission_denied', 'The admin listener does not answer to this Host; see admin.hosts');
  }
  const origin = request.headers.get('origin');
  if (origin !== null && !isOf(origin, host)) {
    throw new ApiError('permission_denied', 'The admin listener answers no pages of other origins');
  }
}

/** A proxy may name the port of its scheme, which the origin of a page never does. */
function isOf(origin: string, host: string): boolean {
  const page = URL.parse(origin);
  return page !== null && page.host !== '' && page.host === URL.parse(`${page.protocol}//${host}`)?.host;
}

function nameOf(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
