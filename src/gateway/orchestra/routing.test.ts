import { expect, test } from 'bun:test';
import type { Target } from '../routing/catalogue.ts';
import { factsOf, place } from '../routing/route.fixture.ts';
import type { Decision } from './decision.ts';
import { DIRECTIVES } from './directives/directives.ts';
import { decisionHeader, Routing } from './routing.ts';

const [one, two] = [place('a'), place('b')];
const plan = { targets: [one, two], key: undefined, session: undefined, stays: false };
const decision: Decision = { model: 'x/ü', pool: 'chat', role: 'chat', reason: 'why', confidence: 2 / 3, score: 0.1 };
const directive = DIRECTIVES.get('role:planner')!;
const placeOf = (target: Target) =>
  target === one ? ({ model: 'x/ü', pool: 'chat' } as const) : ({ model: 'y', pool: 'coder' } as const);

test('a decision is a header of plain ASCII, whatever a model is called', () => {
  const header = decisionHeader(decision);
  expect(header).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(header)).toEqual({ model: 'x/ü', pool: 'chat', reason: 'why', confidence: 0.667 });
  expect(() => decisionHeader({ ...decision, model: '\ud800' })).not.toThrow();
});

test('where another model answers, the decision says so, and names its pool', () => {
  const routing = new Routing({ plan, decision, placeOf, directive: undefined, hedge: false });
  expect(routing.decisionAt(one)).toBe(decision);
  expect(routing.decisionAt(two)).toMatchObject({ model: 'y', pool: 'coder', reason: 'why; in the place of x/ü' });
});

test('a request is steered once for each shape it is sent in', () => {
  const routing = new Routing({ plan, decision, placeOf, directive, hedge: false });
  const facts = factsOf({});
  const steered = routing.steer(facts, 'openai', 'openai');
  expect(new TextDecoder().decode(steered?.facts.bytes)).toContain(JSON.stringify(directive.text).slice(1, -1));
  expect(routing.steer(facts, 'openai', 'openai')).toBe(steered!);
  expect(routing.steer(facts, 'openai', 'anthropic')).not.toBe(steered!);
});

test('without a directive a request stays as it is', () => {
  const plain = new Routing({ plan, decision, placeOf, directive: undefined, hedge: false });
  expect(plain.steer(factsOf({}), 'openai', 'openai')).toBeUndefined();
});
