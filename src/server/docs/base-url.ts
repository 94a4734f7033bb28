import type { TrustsProxy } from '../trusted-proxies.ts';

/** What is told of a request besides itself. */
export interface Arrival {
  /** The address at the other end of the connection, where it has one. */
  readonly peer: string | undefined;
  readonly trusts: TrustsProxy;
}

/**
 * Where the caller reached the gateway, without a trailing slash: `https://gw.example.com`. The scheme that
 * `x-forwarded-proto` names is believed from the operator's own proxies alone.
 */
export function baseUrlOf({ headers }: Request, { peer, trusts }: Arrival): string {
  const [forwarded = ''] = (headers.get('x-forwarded-proto') ?? '').split(',', 1);
  const isSecure = forwarded.trim().toLowerCase() === 'https' && peer !== undefined && trusts(peer);
  // The edge has checked that it is a host name and nothing else.
  return `${isSecure ? 'https' : 'http'}://${headers.get('host')?.toLowerCase() ?? 'localhost'}`;
}
