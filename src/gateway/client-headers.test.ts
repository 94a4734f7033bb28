import { expect, test } from 'bun:test';
import { forwardedHeaders } from './client-headers.ts';

const ALL = new Headers({
  authorization: 'Bearer thk_live_secret',
  'x-api-key': 'thk_live_secret',
  cookie: 'a=b',
  'openai-beta': 'assistants=v2',
  'openai-organization': 'org-1',
  'openai-project': 'proj-1',
  'anthropic-version': '2026-10-21',
  'anthropic-beta': 'context-1m, tools-2',
  'anthropic-dangerous-direct-browser-access': 'true',
  'x-stainless-lang': 'js',
  'user-agent': 'OpenAI/JS',
  'x-th-steering': 'off',
  'x-forwarded-for': '10.0.0.1',
  host: 'gateway.internal',
  via: '1.1 x',
});

test('O4: of the client’s headers only those that mean something to the upstream’s shape go on', () => {
  expect(forwardedHeaders('openai', ALL)).toEqual({ 'openai-beta': 'assistants=v2' });
  // M2, M3: forwarded as they are, all of them.
  expect(forwardedHeaders('anthropic', ALL)).toEqual({
    'anthropic-version': '2026-10-21',
    'anthropic-beta': 'context-1m, tools-2',
  });
});

test('a client that sends none has none forwarded', () => {
  for (const shape of ['openai', 'anthropic'] as const) {
    expect(Object.keys(forwardedHeaders(shape, new Headers({ authorization: 'Bearer x' })) ?? {})).toEqual([]);
  }
});
