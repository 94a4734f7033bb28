import { expect, test } from 'bun:test';
import { NO_LIMITS } from '../limits/ports.ts';
import { budgetsOf } from './budgets-of.ts';

const own = { period: 'day', limitNano: 5n } as const;
const shared = { period: 'month', limitNano: 7n } as const;
const payer = { account: 'acme', prepaid: false, limits: NO_LIMITS };

test.each([
  ['nothing', null, null, []],
  ['the key', own, null, [{ holder: 'key', ...own }]],
  ['the account', null, shared, [{ holder: 'account', ...shared }]],
  [
    'both, the key first',
    own,
    shared,
    [
      { holder: 'key', ...own },
      { holder: 'account', ...shared },
    ],
  ],
] as const)('budgets of %s', (_, budget, all, budgets) => {
  expect(budgetsOf({ budget, payer: { ...payer, budget: all } })).toEqual([...budgets]);
});

test('of most callers it is the same nothing', () => {
  const caller = { budget: null, payer: { ...payer, budget: null } };
  expect(budgetsOf(caller)).toBe(budgetsOf({ ...caller }));
});
