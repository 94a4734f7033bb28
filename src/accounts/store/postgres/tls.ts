import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { StoreError } from '../store-error.ts';
import type { Address } from './address.ts';

/**
 * What TLS is to check, with the meaning `sslmode` has for PostgreSQL's own programs: `require` encrypts and trusts
 * whoever answers, unless a root certificate is named; `verify-ca` wants a known issuer, `verify-full` the right host
 * name as well. False: none.
 */
export function tlsOptions(address: Address): ConnectionOptions | false {
  const { sslMode, sslRootCert, host } = address;
  if (sslMode === 'disable') return false;
  const system = sslRootCert === undefined || sslRootCert === 'system';
  const ca = system ? undefined : read(sslRootCert, 'sslrootcert');
  const cert = address.sslCert === undefined ? undefined : read(address.sslCert, 'sslcert');
  const key = address.sslKey === undefined ? undefined : read(address.sslKey, 'sslkey');
  const checksIssuer = sslMode === 'verify-full' || sslMode === 'verify-ca' || (sslMode === 'require' && !system);
  return {
    servername: isName(host) ? host : '',
    rejectUnauthorized: checksIssuer,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(sslMode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  };
}

/** Server name indication is for names. */
function isName(host: string): boolean {
  return !/^[\d.]+$/.test(host) && !host.includes(':') && !host.startsWith('/');
}

function read(path: string, parameter: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreError('failed', `The file of ${parameter} in the database URL cannot be read: ${why}`, error);
  }
}
