import { expect, test } from 'bun:test';
import { trustedProxies } from '../trusted-proxies.ts';
import { baseUrlOf } from './base-url.ts';

const trusts = trustedProxies(['10.0.0.0/8']);
const asked = (proto?: string) =>
  new Request('http://gw.example/docs', {
    headers: { host: 'GW.example:8787', ...(proto === undefined ? {} : { 'x-forwarded-proto': proto }) },
  });

test.each([
  ['no header', undefined, '10.0.0.1', 'http'],
  ['https, by a proxy of ours', 'https', '10.0.0.1', 'https'],
  ['the first of several, in any case', ' HTTPS , http', '::ffff:10.0.0.1', 'https'],
  ['http, by a proxy of ours', 'http', '10.0.0.1', 'http'],
  ['https, by anybody else', 'https', '192.0.2.1', 'http'],
  ['https, by a socket', 'https', undefined, 'http'],
  ['no scheme of the web', 'javascript', '10.0.0.1', 'http'],
])('%s', (_, proto, peer, scheme) => {
  expect(baseUrlOf(asked(proto), { peer, trusts })).toBe(`${scheme}://gw.example:8787`);
});
