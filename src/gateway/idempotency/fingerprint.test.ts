import { describe, expect, test } from 'bun:test';
import { type Asked, fingerprint } from './fingerprint.ts';

const encoder = new TextEncoder();
const BODY = encoder.encode('{"model":"m","messages":[]}');

function asked(changes: Partial<Asked> = {}, headers: Record<string, string> = {}): Asked {
  return { route: '/v1/messages', shape: 'anthropic', headers: new Headers(headers), ...changes };
}

describe('O8: the fingerprint of a request', () => {
  test('is another where anything that decides the answer is', () => {
    const prints = [
      fingerprint(asked(), BODY),
      fingerprint(asked(), encoder.encode('{"model":"m","messages":[] }')),
      fingerprint(asked(), encoder.encode('')),
      fingerprint(asked({ route: '/v1/chat/completions' }), BODY),
      fingerprint(asked({ shape: 'openai' }), BODY),
      fingerprint(asked({}, { 'anthropic-version': '2023-06-01' }), BODY),
      fingerprint(asked({}, { 'anthropic-version': '2023-01-01' }), BODY),
      fingerprint(asked({}, { 'anthropic-beta': 'a' }), BODY),
      fingerprint(asked({}, { 'anthropic-beta': 'a,b' }), BODY),
      fingerprint(asked({}, { 'x-th-steering': 'off' }), BODY),
      fingerprint(asked({}, { 'x-th-prompt-digest': 'on' }), BODY),
      fingerprint(asked({ shape: 'openai' }, { 'openai-beta': 'a' }), BODY),
    ];
    expect(new Set(prints).size).toBe(prints.length);
    for (const print of prints) expect(print).toMatch(/^[\w-]{43}$/);
  });

  test('is the same whatever else is', () => {
    const headers = {
      'x-stainless-retry-count': '2',
      'user-agent': 'x',
      'x-api-key': 'thk_live_1',
      'idempotency-key': 'k',
      'content-encoding': 'gzip',
      'x-th-store': 'off',
      // Of the other shape: it reaches no upstream from here.
      'openai-beta': 'a',
    };
    expect(fingerprint(asked({}, headers), BODY)).toBe(fingerprint(asked(), BODY));
  });
});
