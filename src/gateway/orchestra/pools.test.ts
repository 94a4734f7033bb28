import { expect, test } from 'bun:test';
import { modelOf, place } from '../routing/route.fixture.ts';
import { modelsOf, type Pools, poolsFor } from './pools.ts';
import { ROLES } from './role.ts';

const [a, b] = [modelOf([place('a')]), modelOf([place('b')])];
const pools: Pools = new Map([
  ['summarizer', [a]],
  ['coder', [a, b]],
  ['vision', []],
]);

test('a role is served from its own pool, else from a related one, else from any', () => {
  const names = (role: (typeof ROLES)[number]) => poolsFor(role, pools).map(({ name }) => name);
  expect(names('coder')).toEqual(['coder', 'summarizer']);
  expect(names('fetcher')).toEqual(['summarizer', 'coder']);
  expect(names('vision')).toEqual(['coder', 'summarizer']);
  for (const role of ROLES) expect(names(role).length).toBe(2);
});

test('a model of several pools is one model', () => {
  expect(modelsOf(pools)).toEqual([a, b]);
});
