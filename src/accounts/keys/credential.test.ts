import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { extractCredential } from './credential.ts';
import { mint } from './format.ts';

const key = mint('live');
const other = mint('live');

function extract(headers: Record<string, string>, search = '') {
  const found = extractCredential(new Headers(headers), search);
  return typeof found === 'string' ? found : found.reason;
}

describe('extractCredential finds the key', () => {
  test.each([
    ['Authorization: Bearer', { authorization: `Bearer ${key}` }],
    ['the scheme in any letter case', { authorization: `bEARER ${key}` }],
    ['more white space behind the scheme', { authorization: `Bearer \t ${key}` }],
    ['x-api-key', { 'x-api-key': key }],
    ['api-key', { 'api-key': key }],
    ['O6: a trailing newline', { 'x-api-key': `${key}\r\n` }],
    ['O6: white space around it', { authorization: `  Bearer  ${key}\t ` }],
    ['double quotes around it', { authorization: `Bearer "${key}"` }],
    ['single quotes and white space within', { 'x-api-key': `' ${key} '` }],
    ['fault 22: the same key in both headers', { authorization: `Bearer ${key}`, 'x-api-key': key }],
    ['all three headers', { authorization: `Bearer ${key}`, 'x-api-key': `"${key}"`, 'api-key': key }],
    ["O5: an SDK's made-up key in the other header", { authorization: `Bearer ${key}`, 'x-api-key': 'dummy' }],
    ["O5: another vendor's key in the other header", { authorization: 'Bearer sk-ant-abc', 'x-api-key': key }],
    ['an empty other header', { authorization: `Bearer ${key}`, 'x-api-key': '' }],
    ["a proxy's Basic password beside it", { authorization: 'Basic dXNlcjpwYXNz', 'x-api-key': key }],
  ])('%s', (_, headers) => {
    expect(extract(headers as Record<string, string>)).toBe(key);
  });

  test('whatever else is in the query', () => {
    expect(extract({ 'x-api-key': key }, '?beta=true&key=abc')).toBe(key);
  });
});

describe('extractCredential refuses, and says why', () => {
  test.each([
    ['no header at all', {}, 'missing'],
    ['an empty header', { 'x-api-key': '' }, 'empty'],
    ['Bearer and nothing behind it', { authorization: 'Bearer ' }, 'empty'],
    ['quotes around nothing', { authorization: 'Bearer ""' }, 'empty'],
    ['fault 22: different keys', { authorization: `Bearer ${key}`, 'x-api-key': other }, 'conflict'],
    ['different keys of others', { authorization: 'Bearer sk-1', 'x-api-key': 'sk-2' }, 'conflict'],
    ['fault 22: two keys joined by a comma', { 'x-api-key': `${key}, ${key}` }, 'repeated'],
    ['fault 22: two Bearers joined by a comma', { authorization: `Bearer ${key}, Bearer ${other}` }, 'repeated'],
    [
      'a comma-joined header of ours beside a good one',
      { authorization: `Bearer ${key}`, 'x-api-key': `${key},${key}` },
      'repeated',
    ],
    ['fault 21: Basic', { authorization: 'Basic dXNlcjpwYXNz' }, 'basic_auth'],
    ['the key without Bearer', { authorization: key }, 'bearer_missing'],
    ['Bearer glued to the key', { authorization: `Bearer${key}` }, 'bearer_missing'],
    ['Bearer twice', { authorization: `Bearer Bearer ${key}` }, 'bearer_repeated'],
    ['Bearer in x-api-key', { 'x-api-key': `Bearer ${key}` }, 'bearer_unwanted'],
    ['another scheme', { authorization: `Token ${key}` }, 'wrong_scheme'],
  ])('%s', (_, headers, reason) => {
    expect(extract(headers as Record<string, string>)).toBe(reason);
  });

  test('fault 22: a header sent twice', () => {
    const headers = new Headers();
    headers.append('x-api-key', key);
    headers.append('x-api-key', key);
    expect(extractCredential(headers, '')).toMatchObject({ reason: 'repeated' });
  });

  test.each([`?key=${key}`, `?api_key=${key}`, `?a=b&anything=${key}`, '?key=abc', '?API_KEY=abc', '?k=%74hk_live_a'])(
    'fault 21: a key in the query',
    (search) => {
      expect(extract({}, search)).toBe('key_in_query');
    },
  );

  test('fault 21: a key of ours in the query even when a header has one too', () => {
    expect(extract({ 'x-api-key': key }, `?key=${key}`)).toBe('key_in_query');
  });

  test('a query that names no key is just a request without one', () => {
    expect(extract({}, '?beta=true')).toBe('missing');
  });
});

test('fault 21: 10,000 made-up headers never throw, and no message echoes their value', () => {
  const latin1 = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)) });
  const noise = fc.oneof(
    latin1,
    fc.string(),
    fc.constantFrom("' OR 1=1--", "'; DROP TABLE keys;--", 'k'.repeat(10_000), '../../etc/passwd', '${jndi:ldap://a}'),
    fc
      .constantFrom('Basic ', 'Bearer ', 'Bearer Bearer ', 'thk_live_', '"', ',')
      .chain((head) => latin1.map((tail) => head + tail)),
  );
  const header = fc.option(noise, { nil: undefined });
  fc.assert(
    fc.property(header, header, header, noise, (authorization, xApiKey, apiKey, search) => {
      const headers = new Headers();
      const values = { authorization, 'x-api-key': xApiKey, 'api-key': apiKey };
      for (const [name, value] of Object.entries(values)) {
        if (value !== undefined) headers.set(name, value.replaceAll(/[^\x20-\x7e\x80-\xff]/g, ''));
      }
      const found = extractCredential(headers, `?${search}`);
      if (typeof found === 'string') return;
      for (const value of [authorization, xApiKey, apiKey, search]) {
        if (value !== undefined && value.trim().length > 12) expect(found.message).not.toContain(value.trim());
      }
    }),
    { numRuns: 10_000 },
  );
});
