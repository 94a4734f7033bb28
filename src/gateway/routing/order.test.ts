import { describe, expect, test } from 'bun:test';
import { seeded } from '../attempts/sim-world.fixture.ts';
import type { Target } from './catalogue.ts';
import { orderTargets, type Policy } from './order.ts';
import { place } from './route.fixture.ts';

const random = seeded(7);
const order = (targets: readonly Target[], policy: Policy = 'weight', now = 1000) =>
  orderTargets(targets, { policy, shape: 'openai', now, random }).map(({ provider }) => provider.name);

/** How often each comes first. */
function firsts(targets: readonly Target[], policy: Policy = 'weight', runs = 4000): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < runs; i++) {
    const [first = ''] = order(targets, policy);
    counts[first] = (counts[first] ?? 0) + 1 / runs;
  }
  return counts;
}

const price = (input: bigint) => ({ input, output: input, cacheRead: input, cacheWrite: input });

describe('orderTargets', () => {
  test('by priority, each once', () => {
    const targets = [place('a'), place('b', { priority: 1 }), place('c', { priority: 5 })];
    expect(order(targets)).toEqual(['a', 'b', 'c']);
  });

  test('weight: shares are kept, among those that are left too', () => {
    const targets = [place('a', { weight: 3, hasWeight: true }), place('b'), place('c', { priority: 1 })];
    const counts = firsts(targets);
    expect(counts.a).toBeCloseTo(0.75, 1);
    expect(counts.b).toBeCloseTo(0.25, 1);
    expect(order(targets).sort()).toEqual(['a', 'b', 'c']);
  });

  test('weight: a weight that is written counts, whatever shape a target speaks', () => {
    const counts = firsts([place('a', { hasWeight: true }), place('b', { shape: 'anthropic' })]);
    expect(counts.b).toBeCloseTo(0.5, 1);
  });

  test('weight: where none is written, those that speak the client’s shape share among themselves', () => {
    const counts = firsts([place('b', { shape: 'anthropic' }), place('a'), place('c')]);
    expect(counts.b).toBeUndefined();
    expect(counts.a).toBeCloseTo(0.5, 1);
    expect(order([place('b', { shape: 'anthropic' }), place('a')])).toEqual(['a', 'b']);
  });

  test('cost: the cheapest first; what has no price is not taken for cheap; of equals the client’s shape', () => {
    const targets = [place('none'), place('dear', { price: price(9n) }), place('cheap', { price: price(2n) })];
    expect(order(targets, 'cost')).toEqual(['cheap', 'dear', 'none']);
    const equal = [place('x', { shape: 'anthropic', price: price(2n) }), place('y', { price: price(2n) })];
    for (let i = 0; i < 20; i++) expect(order(equal, 'cost')).toEqual(['y', 'x']);
  });

  test('latency: the faster of two drawn; the slowest of three is first for nobody', () => {
    const targets = [place('fast'), place('slow'), place('slower')];
    for (const [i, ms] of [100, 400, 800].entries()) targets[i]?.health.latency.observe(ms, 1000);
    const counts = firsts(targets, 'latency');
    expect(counts.fast).toBeCloseTo(2 / 3, 1);
    expect(counts.slow).toBeCloseTo(1 / 3, 1);
    expect(counts.slower).toBeUndefined();
  });

  test('latency: those who wait count, and a peak at once', () => {
    const [busy, idle] = [place('busy'), place('idle')];
    busy.health.latency.observe(100, 1000);
    idle.health.latency.observe(150, 1000);
    expect(order([busy, idle], 'latency')).toEqual(['busy', 'idle']);
    busy.health.pending = 3;
    expect(order([busy, idle], 'latency')).toEqual(['idle', 'busy']);
    busy.health.pending = 0;
    busy.health.latency.observe(5000, 1001);
    expect(order([busy, idle], 'latency', 1001)).toEqual(['idle', 'busy']);
    // Forgotten in time, so that it is tried again.
    idle.health.latency.observe(250, 60_000);
    expect(order([busy, idle], 'latency', 60_000)).toEqual(['busy', 'idle']);
  });

  test('latency: however many wait at a fast place, none goes to one that is several times as slow', () => {
    const [fast, slow] = [place('fast'), place('slow')];
    fast.health.latency.observe(100, 1000);
    slow.health.latency.observe(300, 1000);
    fast.health.pending = 1000;
    expect(order([fast, slow], 'latency')).toEqual(['fast', 'slow']);
  });

  test('latency: what was slow is tried again, by one request at a time', () => {
    const [fast, slow] = [place('fast'), place('slow')];
    slow.health.latency.observe(1000, 1000);
    fast.health.latency.observe(100, 60_000);
    fast.health.pending = 20;
    expect(order([fast, slow], 'latency', 60_000)).toEqual(['slow', 'fast']);
    slow.health.pending = 1;
    expect(order([fast, slow], 'latency', 60_000)).toEqual(['fast', 'slow']);
  });

  test('latency: places that are about as fast share those who wait', () => {
    const places = [place('a'), place('b')];
    for (const [i, { health }] of places.entries()) health.latency.observe(100 + i, 1000);
    for (let i = 0; i < 100; i++) {
      const name = order(places, 'latency')[0];
      const first = places.find(({ provider }) => provider.name === name) as Target;
      first.health.pending++;
    }
    for (const { health } of places) expect(health.pending).toBeWithin(45, 56);
  });

  test('latency: where nobody has been heard of, requests spread', () => {
    const [a, b] = [place('a'), place('b', { shape: 'anthropic' })];
    expect(order([b, a], 'latency')).toEqual(['a', 'b']);
    a.health.pending = 1;
    expect(order([b, a], 'latency')).toEqual(['b', 'a']);
  });
});
