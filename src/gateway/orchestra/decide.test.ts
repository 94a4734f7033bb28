import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { parseRole } from './asked-role.ts';
import { decideRole } from './decide.ts';
import { ROLES } from './role.ts';
import type { RoleContext } from './stages/stage.ts';
import type { ToolCall } from './turn/tool-calls.ts';
import type { Turn } from './turn.ts';

const CALM: Turn = {
  lastUser: '',
  tools: false,
  workbench: false,
  inToolLoop: false,
  calls: [],
  repeats: 0,
  errors: 0,
  answers: 0,
  media: 'none',
  marker: () => undefined,
};
const NOTHING: RoleContext = { asked: undefined, pinned: undefined, gain: () => 0.5 };

const decide = (turn: Partial<Turn>, context: Partial<RoleContext> = {}) =>
  decideRole({ ...CALM, ...turn }, { ...NOTHING, ...context });
const marked = (role: 'planner' | 'coder' | 'debugger' | 'summarizer' | 'reviewer', confidence = 0.9) => ({
  marker: () => ({ role, confidence, marker: 'a marker' }),
});
const called = (kind: ToolCall['kind'], failed = false): ToolCall => ({ name: 'f', kind, failed });
const agent = { tools: true, workbench: true, lastUser: 'please go on with the work' };

describe('the order of the stages', () => {
  const pinned = { model: 'm', role: 'coder' } as const;
  const everything = {
    ...agent,
    inToolLoop: true,
    media: 'now',
    calls: [called('edit')],
    ...marked('planner'),
  } as const;

  test('each goes before those behind it', () => {
    const stages = [
      decide(everything, { asked: 'reviewer', pinned }),
      decide(everything, { pinned }),
      decide({ ...everything, media: 'none' }, { pinned }),
      decide({ ...everything, media: 'none' }),
      decide({ ...marked('planner') }, { pinned }),
      decide({}, { pinned }),
      decide({}),
    ].map(({ stage }) => stage);
    expect(stages).toEqual(['asked', 'vision', 'tool loop', 'agent', 'markers', 'session', 'score']);
  });

  test('the gain is computed by the last one alone', () => {
    const gain = () => {
      throw new Error('computed');
    };
    expect(decide({}, { pinned, gain }).stage).toBe('session');
    expect(() => decide({}, { gain })).toThrow('computed');
  });
});

describe('the session’s model', () => {
  const keep = (turn: Partial<Turn>, role: (typeof ROLES)[number], more: Partial<RoleContext> = {}) =>
    decide(turn, { pinned: { model: 'm', role }, ...more }).keep;

  test('goes on in a loop and where nothing else is asked for', () => {
    expect(decide({ inToolLoop: true, ...marked('planner') }, { pinned: { model: 'm', role: 'coder' } })).toMatchObject(
      {
        role: 'coder',
        keep: true,
        confidence: 1,
      },
    );
    expect(keep({}, 'chat')).toBe(true);
    expect(decide({}).keep).toBe(false);
  });

  test('goes on for roles of the same pool, and not for others', () => {
    expect(keep(marked('debugger'), 'coder')).toBe(true);
    expect(keep(marked('reviewer'), 'coder')).toBe(false);
    expect(keep({}, 'coder', { asked: 'coder' })).toBe(true);
    expect(keep({}, 'coder', { asked: 'chat' })).toBe(false);
  });

  test('not where it is stuck', () => {
    expect(keep({ ...agent, calls: [called('edit'), called('run', true)], errors: 2 }, 'coder')).toBe(false);
    expect(keep({ ...agent, calls: [called('run')], repeats: 3 }, 'coder')).toBe(false);
  });

  test('that sees need not give way to one that does', () => {
    const loop = { inToolLoop: true, media: 'earlier' } as const;
    expect(decide(loop, { pinned: { model: 'm', role: 'coder' } })).toMatchObject({ role: 'vision', keep: false });
    expect(decide(loop, { pinned: { model: 'm', role: 'coder', sees: true } })).toMatchObject({
      role: 'coder',
      keep: true,
    });
    expect(decide(loop, { pinned: { model: 'm', role: 'vision' } })).toMatchObject({ role: 'vision', keep: true });
  });
});

describe('agents', () => {
  test('the first turn is planned, unless it says plainly what it is', () => {
    expect(decide(agent)).toMatchObject({ role: 'planner', stage: 'agent' });
    expect(decide({ ...agent, ...marked('coder') })).toMatchObject({ role: 'coder', stage: 'markers' });
    expect(decide({ ...agent, ...marked('coder', 0.5) }).role).toBe('planner');
    expect(decide({ ...agent, lastUser: 'hi' })).toMatchObject({ role: 'coder', stage: 'score' });
    expect(decide({ ...agent, workbench: false })).toMatchObject({ role: 'chat', stage: 'score' });
  });

  test('the last tools tell, unless the user does', () => {
    expect(decide({ ...agent, calls: [called('read'), called('edit')] }).role).toBe('coder');
    expect(decide({ ...agent, calls: [called('run')] }).role).toBe('coder');
    expect(decide({ ...agent, calls: [called('edit')], ...marked('reviewer') }).role).toBe('reviewer');
    expect(decide({ ...agent, calls: [called('edit')], ...marked('reviewer', 0.6) }).role).toBe('coder');
  });

  test('looking things up is simple while the question is short', () => {
    expect(decide({ ...agent, calls: [called('search')] }).role).toBe('fetcher');
    expect(decide({ ...agent, calls: [called('search')], lastUser: 'x'.repeat(500) }).stage).toBe('score');
    expect(decide({ ...agent, calls: [called(undefined)] }).stage).toBe('score');
  });

  test('an agent that is stuck gets a debugger', () => {
    expect(decide({ ...agent, calls: [called('edit')], errors: 2 }).role).toBe('debugger');
    expect(decide({ ...agent, calls: [called('edit')], errors: 1 }).role).toBe('coder');
    expect(decide({ ...agent, inToolLoop: true, calls: [called('read')], repeats: 3 }).role).toBe('debugger');
    expect(decide({ ...agent, calls: [called('edit')], errors: 2, ...marked('summarizer') }).role).toBe('summarizer');
  });
});

test('the farther the gain is from the middle, the surer the score is', () => {
  const sure = (gain: number) => decide({}, { gain: () => gain }).confidence;
  expect([sure(0.5), sure(0), sure(1)]).toEqual([0.5, 1, 1]);
  expect(sure(0.8)).toBeGreaterThan(sure(0.6));
});

test('any turn gets a role, a short reason fit for a header, and a confidence', () => {
  const kind = fc.constantFrom<ToolCall['kind']>('edit', 'run', 'read', 'search', 'fetch', undefined);
  const turn = fc.record({
    lastUser: fc.string(),
    tools: fc.boolean(),
    workbench: fc.boolean(),
    inToolLoop: fc.boolean(),
    calls: fc.array(fc.record({ name: fc.string(), kind, failed: fc.boolean() }), { maxLength: 8 }),
    repeats: fc.nat(8),
    errors: fc.nat(8),
    answers: fc.nat(100),
    media: fc.constantFrom('now' as const, 'earlier' as const, 'none' as const),
    marker: fc.constantFrom(CALM.marker, marked('coder').marker, marked('planner', 0.4).marker),
  });
  const role = fc.constantFrom(...ROLES);
  const context = fc.record({
    asked: fc.option(role, { nil: undefined }),
    pinned: fc.option(fc.record({ model: fc.string(), role }), { nil: undefined }),
    gain: fc.double({ min: 0, max: 1, noNaN: true }).map((gain) => () => gain),
  });
  fc.assert(
    fc.property(turn, context, (given, around) => {
      const choice = decideRole(given, around);
      expect(ROLES).toContain(choice.role);
      expect(choice.reason).toMatch(/^[\x20-\x7e]{1,100}$/);
      expect(choice.confidence).toBeGreaterThanOrEqual(0);
      expect(choice.confidence).toBeLessThanOrEqual(1);
      if (around.pinned === undefined) expect(choice.keep).toBe(false);
    }),
  );
});

test('parseRole', () => {
  expect(['coder', ' Reviewer ', 'VISION'].map(parseRole)).toEqual(['coder', 'reviewer', 'vision']);
  expect(['', 'boss', 'coder,chat'].map(parseRole)).toEqual([undefined, undefined, undefined]);
});
