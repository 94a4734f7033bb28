import { expect, test } from 'bun:test';
import { accountCommand, keyCommand, toAccountName } from './commands.ts';

test('a name of somebody else is one word to a shell', () => {
  expect(keyCommand('a; rm -rf "$HOME"', {})).toBe(`tokenharbor keys create --name 'a; rm -rf "$HOME"'`);
  expect(keyCommand("it's", {})).toBe(`tokenharbor keys create --name 'it'\\''s'`);
  expect(keyCommand('two\nlines\u001b[2J', {})).toBe(`tokenharbor keys create --name 'two lines [2J'`);
  expect(keyCommand('x'.repeat(300), {})).toHaveLength('tokenharbor keys create --name '.length + 100);
});

test('a period goes with a budget', () => {
  expect(accountCommand('a', { period: 'week', tpm: 5 })).toBe('tokenharbor accounts create a --tpm 5');
  expect(accountCommand('a', { period: 'week', budget: '0.5' })).toBe(
    'tokenharbor accounts create a --budget 0.5 --budget-period week',
  );
});

test('names of accounts are small letters, digits and dashes', () => {
  expect(toAccountName('Acme & Söhne GmbH!')).toBe('acme-sohne-gmbh');
  expect(toAccountName('--')).toBe('account');
  expect(toAccountName('研究')).toBe('account');
  expect(toAccountName('A'.repeat(100))).toHaveLength(64);
});
