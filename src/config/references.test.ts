import { describe, expect, test } from 'bun:test';
import { expandReferences } from './references.ts';

const SOURCES = {
  env: { KEY: 'sk-1', NESTED: '${KEY}', EMPTY: '', CREDENTIALS_DIRECTORY: '/run/cred' },
  readText: (path: string): string => {
    if (path === 'key.txt') return 'sk-2\n';
    if (path === '/run/cred/openai') return 'sk-3\r\n\n';
    if (path === 'inner.txt') return 'a\nb\n';
    throw Object.assign(new Error('no'), { code: 'ENOENT' });
  },
};

function expand(text: string): string {
  const { text: expanded, faults } = expandReferences(text, SOURCES);
  expect(faults).toEqual([]);
  return expanded;
}

function faultOf(text: string): string | undefined {
  return expandReferences(text, SOURCES).faults[0]?.message;
}

describe('a reference', () => {
  test('takes a variable, a file or a credential', () => {
    expect(expand('${KEY}')).toBe('sk-1');
    expect(expand('${file:key.txt}')).toBe('sk-2');
    expect(expand('${cred:openai}')).toBe('sk-3');
  });

  test('may stand inside a text, several times', () => {
    expect(expand('Bearer ${KEY}/${KEY}')).toBe('Bearer sk-1/sk-1');
  });

  test('O6: loses the newline at the end of its file and no other', () => {
    expect(expand('${file:inner.txt}')).toBe('a\nb');
  });

  test('is not expanded again in what it brought in', () => {
    expect(expand('${NESTED}')).toBe('${KEY}');
  });

  test('can be written literally', () => {
    const { text, used } = expandReferences('$${KEY} costs $5', SOURCES);
    expect([text, used]).toEqual(['${KEY} costs $5', false]);
  });
});

describe('a reference that leads nowhere names what is missing', () => {
  test('a variable', () => expect(faultOf('${NOPE}')).toBe('environment variable NOPE is not set'));
  test('a file', () => expect(faultOf('${file:nope.txt}')).toBe('file nope.txt cannot be read: ENOENT'));
  test('a credential', () => expect(faultOf('${cred:nope}')).toBe('file /run/cred/nope cannot be read: ENOENT'));
  test('a credential that would leave its directory', () => {
    expect(faultOf('${cred:../shadow}')).toBe('credential name "../shadow" is not a plain file name');
  });
  test('a credential outside systemd', () => {
    const { faults } = expandReferences('${cred:openai}', { ...SOURCES, env: {} });
    expect(faults[0]?.message).toBe('credential openai is not available: $CREDENTIALS_DIRECTORY is not set');
  });
  test('an unknown kind', () => expect(faultOf('${vault:x}')).toBe('does not know the reference ${vault:x}'));
  test('a forgotten brace', () => expect(faultOf('${KEY')).toBe('has a reference that is not closed'));
  test('each of several', () => expect(expandReferences('${A}${B}', SOURCES).faults).toHaveLength(2));
});
