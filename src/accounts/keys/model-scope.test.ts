import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { allowsModel, matchesGlob } from './model-scope.ts';

test('no list allows every model, an empty one none', () => {
  expect(allowsModel(null, 'openai/gpt-5')).toBe(true);
  expect(allowsModel([], 'openai/gpt-5')).toBe(false);
  expect(allowsModel(['anthropic/*', 'openai/gpt-5'], 'openai/gpt-5')).toBe(true);
  expect(allowsModel(['anthropic/*'], 'openai/gpt-5')).toBe(false);
});

test.each([
  ['*', '', true],
  ['*', 'a/b/c', true],
  ['anthropic/*', 'anthropic/claude/x', true],
  ['anthropic/*', 'anthropic/', true],
  ['anthropic/*', 'Anthropic/claude', false],
  ['*/qwen*', 'dashscope/qwen3-max', true],
  ['a*b*c', 'aXbXbXc', true],
  ['a*b*c', 'aXbXbX', false],
  ['gpt-5', 'gpt-5-mini', false],
  ['gpt.5', 'gpt-5', false],
  ['', 'a', false],
  ['', '', true],
  ['**', 'anything', true],
])('%j and %j: %p', (glob, text, matches) => {
  expect(matchesGlob(glob, text)).toBe(matches);
});

test('agrees with a regular expression on small texts', () => {
  const small = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 8 });
  fc.assert(
    fc.property(small, small, (glob, text) => {
      const pattern = new RegExp(`^${glob.replaceAll('*', '.*')}$`);
      expect(matchesGlob(glob, text)).toBe(pattern.test(text));
    }),
    { numRuns: 2000 },
  );
});

test('a hostile glob takes no longer than glob × text', () => {
  const started = performance.now();
  expect(matchesGlob(`${'a*'.repeat(100)}b`, 'a'.repeat(2000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(5_000);
});
