import { describe, expect, test } from 'bun:test';
import { checkKind, isLoopback, parseListen } from './kinds.ts';

describe('a listen address', () => {
  test('is a host and port, an IPv6 address in brackets, or a socket path', () => {
    expect(parseListen('127.0.0.1:8787')).toEqual({
      kind: 'tcp',
      host: '127.0.0.1',
      port: 8787,
      text: '127.0.0.1:8787',
    });
    expect(parseListen('[::1]:0')).toEqual({ kind: 'tcp', host: '::1', port: 0, text: '[::1]:0' });
    expect(parseListen('unix:/run/th.sock')).toEqual({ kind: 'unix', path: '/run/th.sock', text: 'unix:/run/th.sock' });
  });

  test('without a host, with a bad port, or with a relative socket is refused', () => {
    for (const text of [
      '8787',
      ':8787',
      'h:65536',
      'h:',
      '::1:80',
      '[h]:80',
      'unix:th.sock',
      'unix:/',
      'http://h:80',
      'a b:1',
    ]) {
      expect(parseListen(text)).toBeUndefined();
    }
  });
});

describe('a base URL', () => {
  const faultOf = (url: string): string | undefined => checkKind('base-url', url, {})?.message;

  test('over http or https is fine, with a port, a path or a trailing slash', () => {
    for (const url of ['https://api.openai.com/v1', 'http://127.0.0.1:9101/v1/', 'https://[::1]:8/x', 'https://h']) {
      expect(faultOf(url)).toBeUndefined();
    }
  });

  test.each([
    ['api.openai.com/v1', 'is not an http:// or https:// URL'],
    ['ftp://h/v1', 'has the scheme ftp://'],
    ['file:///etc/passwd', 'has the scheme file://'],
    ['https://user:pass@h/v1', 'holds a user name or password'],
    ['https://user@h/v1', 'holds a user name or password'],
    ['https://h/v1#x', 'holds a fragment (#...)'],
    ['https://h/v1#', 'holds a fragment (#...)'],
    ['https://h/v1?api-version=1', 'holds a query (?...)'],
    ['https://h/v1?', 'holds a query (?...)'],
    ['https://h/v1/chat/completions', 'names the endpoint /chat/completions'],
    ['https://h/v1/messages/', 'names the endpoint /messages/'],
  ])('%s is refused', (url, message) => expect(faultOf(url)).toBe(message));
});

test('a database and a limiter have URLs of their own schemes', () => {
  expect(checkKind('database-url', 'postgres://u:p@h/db', {})).toBeUndefined();
  expect(checkKind('database-url', 'mysql://h/db', {})?.message).toBe('is not a URL postgres://USER@HOST/NAME');
  expect(checkKind('redis-url', 'rediss://h:6380', {})).toBeUndefined();
  expect(checkKind('redis-url', 'h:6379', {})?.message).toBe('is not a URL redis://HOST:PORT or rediss://HOST:PORT');
});

test('a network is an address or a range that fits it', () => {
  for (const good of ['10.0.0.0/8', '::1', 'fd00::/8', '192.0.2.1'])
    expect(checkKind('network', good, {})).toBeUndefined();
  for (const bad of ['10.0.0.0/33', '10.0.0/8', 'host', '::/129', '10.0.0.0/8/8', '10.0.0.0/']) {
    expect(checkKind('network', bad, {})).toBeDefined();
  }
});

test('a duration must fit a timer, which would otherwise fire at once', () => {
  expect(checkKind('duration', '596h', {})).toBeUndefined();
  expect(checkKind('duration', '597h', {})?.message).toBe('is longer than 596h');
  expect(checkKind('duration', '0s', { 'x-positive': true })?.message).toBe('must be more than 0');
  expect(checkKind('duration', '0s', {})).toBeUndefined();
});

test('only names and addresses of this machine are loopback', () => {
  for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '[::1]', 'a.localhost', 'LOCALHOST'])
    expect(isLoopback(host)).toBe(true);
  for (const host of ['10.0.0.1', 'localhost.example', '127.0.0.1.example', '[::2]'])
    expect(isLoopback(host)).toBe(false);
});
