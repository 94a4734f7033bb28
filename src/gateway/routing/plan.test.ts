import { describe, expect, test } from 'bun:test';
import { ApiError } from '../../protocol/api-error.ts';
import { InputEstimates } from '../input-estimate.ts';
import { seeded } from '../attempts/sim-world.fixture.ts';
import type { Model, Target } from './catalogue.ts';
import { Planner } from './plan.ts';
import { modelOf, place, routedOf } from './route.fixture.ts';
import { Sessions } from './session-memory.ts';

function plannerAt(clock: { now: number }): Planner {
  const random = seeded(3);
  return new Planner({ sessions: new Sessions(), estimates: new InputEstimates(), now: () => clock.now, random });
}

const down = (target: Target, now = 1000) => {
  for (let i = 0; i < 5; i++) target.health.breaker.fail(now, now);
};
const names = (planner: Planner, model: Model, body: object = {}, headers: Record<string, string> = {}) =>
  planner.plan(routedOf(model, body, headers)).targets.map(({ provider }) => provider.name);
const SESSION = { 'x-session-id': 's' };
const LOOP = {
  messages: [
    { role: 'user', content: 'a' },
    { role: 'assistant', tool_calls: [] },
    { role: 'tool', tool_call_id: 'c', content: 'x' },
  ],
};

describe('Planner', () => {
  test('a lone target is asked whatever it lacks and however it is', () => {
    const blind = place('a', { capabilities: { images: 'none', tools: false } });
    down(blind);
    const planner = plannerAt({ now: 1000 });
    const plan = planner.plan(routedOf(modelOf([blind]), { tools: [{ type: 'function' }] }));
    expect(plan).toEqual({ targets: [blind], key: undefined, session: undefined, stays: false });
  });

  test('C14: targets that cannot honour a request are passed over; where none can, it is refused', () => {
    const planner = plannerAt({ now: 1000 });
    const model = modelOf([
      place('a', { capabilities: { tools: false } }),
      place('b', { priority: 1 }),
      place('c', { priority: 2, capabilities: { tools: false, images: 'none' } }),
    ]);
    const tools = { tools: [{ type: 'function' }] };
    expect(names(planner, model, tools)).toEqual(['b']);
    expect(names(planner, model)).toEqual(['a', 'b', 'c']);
    const none = modelOf(model.targets.filter(({ provider }) => provider.name !== 'b'));
    const refusal = (() => {
      try {
        return planner.plan(routedOf(none, tools));
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(ApiError);
    expect(refusal).toMatchObject({
      code: 'unsupported_value',
      details: { param: 'tools' },
      message: 'No place that serves m can honour this request: a calls no tools; c calls no tools',
    });
  });

  test('what is only liked never refuses: the ones that have it are asked, if any do', () => {
    const planner = plannerAt({ now: 1000 });
    const long = { messages: [{ role: 'user', content: 'word '.repeat(4000) }] };
    const [short, larger] = [place('a', { capabilities: { context: 4000 } }), place('b', { priority: 1 })];
    expect(names(planner, modelOf([short, larger]), long)).toEqual(['b']);
    expect(names(planner, modelOf([short, larger]))).toEqual(['a', 'b']);
    const both = modelOf([short, place('c', { priority: 1, capabilities: { context: 3000 } })]);
    expect(names(planner, both, long)).toEqual(['a', 'c']);
  });

  test('targets that are down are left out; where all are, the one that is first back is tried', () => {
    const clock = { now: 2000 };
    const planner = plannerAt(clock);
    const [a, b] = [place('a'), place('b', { priority: 1 })];
    const model = modelOf([a, b]);
    down(a, 2000);
    expect(names(planner, model)).toEqual(['b']);
    down(b, 1000);
    expect(names(planner, model)).toEqual(['b', 'a']);
    clock.now = 7000;
    expect(names(planner, model)).toEqual(['a', 'b']);
  });

  test('a provider that cannot be reached is down for all its models', () => {
    const planner = plannerAt({ now: 2000 });
    const [a, b] = [place('a'), place('b', { priority: 1 })];
    const refused = new ApiError('upstream_unavailable', 'no', { failover: 'next' });
    for (let i = 0; i < 5; i++) a.health.failed(refused, 2000, 2000, false);
    expect(a.health.provider.breaker.isOpen).toBe(true);
    expect(names(planner, modelOf([a, b]))).toEqual(['b']);
  });

  test('D1: a session stays where it was while that is up, with its key, and moves when it is not', () => {
    const clock = { now: 1000 };
    const planner = plannerAt(clock);
    const [a, b] = [place('a'), place('b', { priority: 1, keys: 3 })];
    const model = modelOf([a, b]);
    planner.keep(planner.plan(routedOf(model, {}, SESSION)), b, 2);
    expect(planner.plan(routedOf(model, {}, SESSION))).toMatchObject({ targets: [b, a], key: 2, stays: false });
    expect(names(planner, model)).toEqual(['a', 'b']);
    down(b);
    expect(planner.plan(routedOf(model, {}, SESSION))).toMatchObject({ targets: [a], key: undefined });
  });

  test('D1: within a tool loop it stays even at a place that asked for a pause, but not at a broken one', () => {
    const planner = plannerAt({ now: 1000 });
    const [a, b] = [place('a'), place('b', { priority: 1 })];
    const model = modelOf([a, b]);
    planner.keep(planner.plan(routedOf(model, {}, SESSION)), b, 0);
    b.health.failed(new ApiError('upstream_rate_limited', 'wait', { retryAfterS: 30 }), 1000, 1000, false);
    expect(planner.plan(routedOf(model, {}, SESSION))).toMatchObject({ targets: [a], stays: false });
    expect(planner.plan(routedOf(model, LOOP, SESSION))).toMatchObject({ targets: [b, a], stays: true });
    const broken = place('b', { priority: 1 });
    const other = modelOf([a, broken]);
    planner.keep(planner.plan(routedOf(other, {}, SESSION)), broken, 0);
    down(broken);
    expect(planner.plan(routedOf(other, LOOP, SESSION))).toMatchObject({ targets: [a], stays: false });
  });

  test('a session leaves a target that cannot honour its next request', () => {
    const planner = plannerAt({ now: 1000 });
    const model = modelOf([place('a'), place('b', { priority: 1, capabilities: { tools: false } })]);
    planner.keep(planner.plan(routedOf(model, {}, SESSION)), model.targets[1] as Target, 0);
    expect(names(planner, model, {}, SESSION)).toEqual(['b', 'a']);
    expect(names(planner, model, { tools: [{ type: 'function' }] }, SESSION)).toEqual(['a']);
  });
});
