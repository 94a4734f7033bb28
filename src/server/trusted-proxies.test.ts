import { expect, test } from 'bun:test';
import { trustedProxies } from './trusted-proxies.ts';

const trusts = trustedProxies(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1', '0.0.0.0/32']);

test.each(['10.0.0.1', '10.255.255.255', '192.0.2.7', '::ffff:10.1.2.3', '2001:db8::5', '::1'])(
  '%s is ours',
  (address) => {
    expect(trusts(address)).toBe(true);
  },
);

test.each(['11.0.0.1', '192.0.2.8', '::ffff:11.0.0.1', '2001:db9::5', '::2', '', 'localhost', '10.0.0.1.evil.example'])(
  '%p is not',
  (address) => {
    expect(trusts(address)).toBe(false);
  },
);

test('without a list nobody is trusted, and everybody with all of them', () => {
  expect(trustedProxies([])('127.0.0.1')).toBe(false);
  expect(trustedProxies(['0.0.0.0/0'])('203.0.113.9')).toBe(true);
});
