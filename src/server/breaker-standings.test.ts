import { expect, test } from 'bun:test';
import { Catalogue, type ModelTemplate, type TargetTemplate } from '../gateway/routing/catalogue.ts';
import { Health } from '../gateway/routing/health-registry.ts';
import { ApiError } from '../protocol/api-error.ts';
import { breakerStandings } from './breaker-standings.ts';

const health = new Health();

function target(provider: string, model: string): TargetTemplate {
  const named = { provider: { name: provider }, model, priority: 0, weight: 1, hasWeight: false };
  return {
    ...named,
    capabilitiesOf: () => ({}),
    priceOf: () => undefined,
    healthOf: (upstreamModel: string) => health.of(provider, upstreamModel),
  } as unknown as TargetTemplate;
}

function model(id: string, ...targets: readonly TargetTemplate[]): ModelTemplate {
  const rest = { policy: 'weight', hedge: false, price: undefined, context: undefined, maxOutput: undefined } as const;
  return { id, targets, ...rest };
}

const catalogue = new Catalogue([model('fast', target('a', 'm'), target('b', 'n')), model('b/*', target('b', '*'))]);

function states(now: number) {
  return breakerStandings(catalogue, now).map(({ provider, target: at, state }) => `${provider} ${at} ${state}`);
}

test('each target stands as its breakers do; those of a glob as the worst of what was asked for', () => {
  expect(states(1000)).toEqual(['a m 0', 'b n 0']);
  for (const id of ['b/one', 'b/two', 'b/three']) catalogue.find(id);
  expect(states(1000)).toEqual(['a m 0', 'b n 0', 'b * 0']);
  health.of('b', 'two').failed(new ApiError('upstream_rate_limited', 'no', { retryAfterS: 5 }), 1000, 1000, false);
  expect(states(1001)).toEqual(['a m 0', 'b n 0', 'b * 2']);
  expect(states(6001)).toEqual(['a m 0', 'b n 0', 'b * 1']);
  // What cannot be reached is down for all that is there.
  const refused = new ApiError('upstream_unavailable', 'no', { failover: 'next' });
  for (let i = 0; i < 5; i++) health.of('a', 'other').failed(refused, 1000, 1000, false);
  expect(states(1001)[0]).toBe('a m 2');
});

test('a model as a client names it is known by the id that was configured', () => {
  const asked = ['fast', 'fast[1m]', 'b/x', 'b/x[1m]', 'fas', 'b', '*'];
  expect(asked.map((id) => catalogue.configuredId(id))).toEqual([
    'fast',
    'fast',
    'b/*',
    'b/*',
    undefined,
    undefined,
    undefined,
  ]);
});
