import { describe, expect, test } from 'bun:test';
import { ApiError } from '../../protocol/api-error.ts';
import { InputEstimates } from '../input-estimate.ts';
import type { Model } from '../routing/catalogue.ts';
import { Planner } from '../routing/plan.ts';
import { modelOf, place, type PlaceOptions, routedOf } from '../routing/route.fixture.ts';
import { Sessions } from '../routing/session-memory.ts';
import { Orchestra } from './orchestra.ts';
import type { PoolName } from './role.ts';

/** US dollars per million tokens. */
const price = (input: number, output: number) => ({
  input: BigInt(input * 1e9),
  output: BigInt(output * 1e9),
  cacheRead: BigInt(input * 1e8),
  cacheWrite: BigInt(input * 1e9),
});
const model = (id: string, options: PlaceOptions = {}): Model => ({
  ...modelOf([place(id, { price: price(1, 2), ...options })]),
  id,
});

/** An orchestra and what its requests go through; `answer` tells it that the plan's first target answered. */
function stage(pools: Partial<Record<PoolName, readonly Model[]>>, quality = 0.5) {
  const orchestra = new Orchestra({ id: 'routed', pools: new Map(Object.entries(pools)) as never, quality });
  const estimates = new InputEstimates();
  const planner = new Planner({ sessions: new Sessions(), estimates, now: () => 1000, random: () => 0.5 });
  const route = (body: object, headers: Record<string, string> = {}) => {
    const routed = routedOf(orchestra.model, body, headers);
    const routing = orchestra.route(routed, 'on', planner, estimates);
    const [first] = routing.plan.targets;
    const decision = routing.decisionAt(first!);
    return { decision, routing, answer: () => planner.keep(routing.plan, first!, 0) };
  };
  return { orchestra, route };
}

const refusal = (act: () => unknown): ApiError => {
  try {
    act();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const SESSION = { 'x-session-id': 's' };
const user = (content: unknown) => ({ role: 'user', content });
const CALL = {
  role: 'assistant',
  tool_calls: [{ id: 'c', type: 'function', function: { name: 'edit', arguments: '{}' } }],
};
const RESULT = { role: 'tool', tool_call_id: 'c', content: 'ok' };
const tools = [{ type: 'function', function: { name: 'edit' } }];
const IMAGE = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } };

describe('Orchestra', () => {
  test('a role that is asked for gets a model of its pool', () => {
    const { route } = stage({ planner: [model('p')], coder: [model('c')], chat: [model('h')] });
    for (const [role, expected] of [
      ['planner', 'p'],
      ['debugger', 'c'],
      ['chat', 'h'],
    ] as const) {
      expect(route({}, { 'x-th-role': role }).decision).toMatchObject({ model: expected, role, confidence: 1 });
    }
    expect(refusal(() => route({}, { 'x-th-role': 'poet' })).message).toContain('reviewer');
  });

  test('D1: inside an open tool loop the model stays, whatever else is asked for', () => {
    const { route } = stage({ planner: [model('p')], coder: [model('c')], chat: [model('h')] });
    route({ messages: [user('a')], tools }, { ...SESSION, 'x-th-role': 'coder' }).answer();
    const loop = { messages: [user('Plan the migration, and make a plan for it.'), CALL, RESULT], tools };
    for (const headers of [SESSION, { ...SESSION, 'x-th-role': 'planner' }]) {
      const { decision, routing } = route(loop, headers);
      expect(decision.model).toBe('c');
      expect(routing.plan.stays).toBe(true);
    }
  });

  test('it moves on when the model is dead, and then stays with the next one', () => {
    const dead = model('c');
    const { route } = stage({ coder: [dead, model('d')], chat: [model('h')] });
    route({ messages: [user('a')], tools }, { ...SESSION, 'x-th-role': 'coder' }).answer();
    for (let i = 0; i < 5; i++) dead.targets[0]!.health.breaker.fail(1000, 1000);
    const loop = { messages: [user('a'), CALL, RESULT], tools };
    const moved = route(loop, SESSION);
    expect(moved.decision).toMatchObject({ model: 'd', pool: 'coder' });
    expect(moved.decision.reason).toEndWith('in the place of c');
    moved.answer();
    const next = route({ ...loop, messages: [...loop.messages, CALL, RESULT] }, SESSION);
    expect(next.decision.model).toBe('d');
    expect(next.routing.plan.stays).toBe(true);
  });

  test('an image needs a model that sees: of the vision pool, else of any other', () => {
    const blind = { capabilities: { images: 'none' } } as const;
    const see = stage({ vision: [model('v')], chat: [model('h')] });
    expect(see.route({ messages: [user([IMAGE])] }).decision).toMatchObject({ model: 'v', pool: 'vision' });
    const one = stage({ chat: [model('h', blind)], reviewer: [model('r')] });
    expect(one.route({ messages: [user([IMAGE])] }).decision).toMatchObject({ model: 'r', pool: 'reviewer' });
    const none = stage({ chat: [model('h', blind), model('i', blind)] });
    expect(refusal(() => none.route({ messages: [user([IMAGE])] })).code).toBe('unsupported_value');
  });

  test('what the other pools have is tried when the whole pool is down', () => {
    const down = model('h');
    const { route } = stage({ chat: [down], coder: [model('c')] });
    expect(route({}).routing.plan.targets).toHaveLength(2);
    for (let i = 0; i < 5; i++) down.targets[0]!.health.breaker.fail(1000, 1000);
    expect(route({}).decision).toMatchObject({ model: 'c', pool: 'coder' });
  });

  test('a session stays with its model where another one is served by the same target', () => {
    const at = modelOf([place('shared', { price: price(1, 2) })]);
    const twin = (id: string): Model => ({ ...at, id, targets: at.targets.map((target) => ({ ...target })) });
    const { route } = stage({ coder: [twin('first')], summarizer: [twin('second')], chat: [model('h')] });
    route({ messages: [user('a')] }, { ...SESSION, 'x-th-role': 'summarizer' }).answer();
    const next = route({ messages: [user('a'), { role: 'assistant', content: 'b' }, user('go on')] }, SESSION);
    expect(next.decision).toMatchObject({ model: 'second', pool: 'summarizer', role: 'summarizer' });
  });

  test('a prompt in the cache is not given up for a change that is worth less', () => {
    const long = user(`Please review this pull request.\n${'word '.repeat(100_000)}`);
    const pools = { reviewer: [model('r', { price: price(5, 5) })], chat: [model('h', { price: price(1, 2) })] };
    const begin = (quality: number) => {
      const { route } = stage(pools, quality);
      route({ messages: [user('Hi')] }, { ...SESSION, 'x-th-role': 'chat' }).answer();
      return route({ messages: [user('Hi'), { role: 'assistant', content: 'Hi' }, long] }, SESSION).decision;
    };
    expect(begin(0.1)).toMatchObject({ model: 'h', pool: 'chat' });
    expect(begin(0.1).reason).toContain('prompt cache');
    expect(begin(0.9)).toMatchObject({ model: 'r', pool: 'reviewer' });
  });

  test('the dial and the prices choose within a pool', () => {
    const pool = { chat: [model('strong', { price: price(30, 60) }), model('weak', { price: price(0.5, 1) })] };
    const hard = { messages: [user('Prove that every finite integral domain is a field, step by step.')] };
    expect(stage(pool, 0).route(hard).decision.model).toBe('weak');
    expect(stage(pool, 1).route(hard).decision.model).toBe('strong');
  });

  test('without models nobody answers, and the error says what is missing', () => {
    const { orchestra, route } = stage({});
    expect(orchestra.isServed).toBe(false);
    const error = refusal(() => route({}));
    expect(error.code).toBe('model_not_found');
    expect(error.message).toContain('orchestra.pools');
  });
});
