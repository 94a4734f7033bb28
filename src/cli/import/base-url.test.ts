import { expect, test } from 'bun:test';
import { carryBaseUrl, faultOfBaseUrl } from './base-url.ts';

test.each([
  ['https://llm.example.com/v1/', 'openai', '', 'https://llm.example.com/v1'],
  ['https://llm.example.com/v1/chat/completions', 'openai', '', 'https://llm.example.com/v1'],
  ['https://llm.example.com', 'openai', '/v1', 'https://llm.example.com/v1'],
  ['https://llm.example.com/v1', 'openai', '/v1', 'https://llm.example.com/v1'],
  ['https://eu.openai.azure.com/', 'openai', '/openai/v1', 'https://eu.openai.azure.com/openai/v1'],
  [
    'https://eu.openai.azure.com/openai/deployments/x/chat/completions?api-version=2024-10-21',
    'openai',
    '/openai/v1',
    'https://eu.openai.azure.com/openai/v1',
  ],
  ['https://claude.example.com/v1/messages', 'anthropic', '', 'https://claude.example.com'],
  ['https://claude.example.com/v1', 'anthropic', '/v1', 'https://claude.example.com'],
  ['${BASE}', 'openai', '/v1', '${BASE}/v1'],
] as const)('%s for %s with %p is %s', (given, shape, path, url) => {
  expect(carryBaseUrl(given, shape, path)).toBe(url);
});

test('an address with a password is not one, and is not quoted', () => {
  expect(faultOfBaseUrl('https://user:SECRET@host/v1')).toBe('holds a user name or password');
  expect(faultOfBaseUrl('not a url')).toBeDefined();
  expect(faultOfBaseUrl('${BASE}/v1')).toBeUndefined();
});
