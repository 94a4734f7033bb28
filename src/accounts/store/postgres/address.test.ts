import { describe, expect, test } from 'bun:test';
import { parseAddress } from './address.ts';

describe('parseAddress', () => {
  test('reads what a URL says, and what it leaves out', () => {
    expect(parseAddress('postgres://u:p%40ss@db.internal:6432/books?sslmode=verify-full&connect_timeout=9')).toEqual({
      host: 'db.internal',
      port: 6432,
      database: 'books',
      user: 'u',
      password: 'p@ss',
      sslMode: 'verify-full',
      sslRootCert: undefined,
      sslCert: undefined,
      sslKey: undefined,
      applicationName: 'tokenharbor',
      connectTimeoutMs: 9000,
      text: 'postgres://u@db.internal:6432/books',
    });
    expect(parseAddress('postgresql://me@[::1]')).toMatchObject({
      host: '::1',
      port: 5432,
      database: 'me',
      sslMode: 'prefer',
      text: 'postgres://me@[::1]:5432/me',
    });
  });

  test('takes the directory of a Unix socket, in either place', () => {
    const socket = { host: '/var/run/postgresql', database: 'books', sslMode: 'disable' };
    expect(parseAddress('postgres:///books?host=/var/run/postgresql')).toMatchObject(socket);
    expect(parseAddress('postgres://%2Fvar%2Frun%2Fpostgresql/books')).toMatchObject(socket);
  });

  test.each([
    ['no url', /cannot be read/],
    ['postgres://host', /dbname/],
    ['postgres://u:s3cr3t@h/d?sslmode=maybe', /sslmode .* is one of/],
    ['postgres://u:s3cr3t@h/d?ssl=true', /ssl .* is not known. Known are host/],
    ['postgres://u:s3cr3t@h/d?connect_timeout=0', /connect_timeout .* whole number/],
    ['postgres://u:s3cr3t%@h/d', /%25/],
  ])('says what is wrong with %s, and shows no password', (url, message) => {
    try {
      parseAddress(url);
      throw new Error('it was taken');
    } catch (error) {
      expect(String(error)).toMatch(message);
      expect(String(error)).not.toContain('s3cr3t');
    }
  });
});
