import { describe, expect, test } from 'bun:test';
import { type Capabilities, EFFORTS } from '../../capabilities.ts';
import { assistant, call, functionTool, prepare, refusalOf, tool, user } from './prepare.fixture.ts';

const BUDGET = { thinking: 'budget' } as const;
const ADAPTIVE = { thinking: 'adaptive', effortLevels: ['low', 'medium', 'high', 'max'] } as const;
const BOTH = { ...ADAPTIVE, thinking: 'both' } as const;
const ALWAYS = { ...ADAPTIVE, thinking: 'always' } as const;
const SUMMARIZED = { type: 'adaptive', display: 'summarized' };

/** What is sent of thinking and effort, and the warnings. */
function thought(body: Record<string, unknown>, capabilities: Partial<Capabilities>) {
  const { sent, warnings } = prepare({ max_tokens: 8000, ...body }, capabilities);
  return [sent.thinking, sent.output_config?.effort, warnings];
}

describe('reasoning_effort', () => {
  test.each([
    ['none', { type: 'disabled' }],
    ['minimal', { type: 'enabled', budget_tokens: 1024 }],
    ['low', { type: 'enabled', budget_tokens: 1600 }],
    ['medium', { type: 'enabled', budget_tokens: 4000 }],
    ['high', { type: 'enabled', budget_tokens: 6400 }],
    ['xhigh', { type: 'enabled', budget_tokens: 7600 }],
    ['max', { type: 'enabled', budget_tokens: 7600 }],
  ])('C076 effort-budget: D7: %s of 8,000 tokens', (reasoning_effort, sent) => {
    expect(thought({ reasoning_effort }, BUDGET)).toEqual([sent, undefined, []]);
    expect(thought({ reasoning: { effort: reasoning_effort } }, BUDGET)).toEqual([sent, undefined, []]);
  });

  test('D7: a budget is within what the upstream takes, and left out where the answer is too short', () => {
    const budget = (max_tokens: number, reasoning_effort: string) =>
      thought({ max_tokens, reasoning_effort }, BUDGET)[0]?.budget_tokens as unknown;
    expect(budget(200_000, 'high')).toBe(32_000);
    expect(budget(1025, 'max')).toBe(1024);
    expect(thought({ max_tokens: 1024, reasoning_effort: 'high' }, BUDGET)).toEqual([
      undefined,
      undefined,
      ['dropped.reasoning_effort'],
    ]);
  });

  test.each([
    ['none', { type: 'disabled' }, undefined, []],
    ['minimal', SUMMARIZED, 'low', []],
    ['low', SUMMARIZED, 'low', []],
    ['high', SUMMARIZED, 'high', []],
    ['xhigh', SUMMARIZED, 'high', ['clamped.reasoning_effort']],
    ['max', SUMMARIZED, 'max', []],
  ])('C075 effort-adaptive: %s', (reasoning_effort, sent, effort, warnings) => {
    expect(thought({ reasoning_effort }, ADAPTIVE)).toEqual([sent, effort, warnings]);
    expect(thought({ reasoning_effort }, BOTH)).toEqual([sent, effort, warnings]);
  });

  test('a model that always thinks cannot be stopped, but held to little', () => {
    expect(thought({ reasoning_effort: 'none' }, ALWAYS)).toEqual([undefined, 'low', ['dropped.reasoning_effort']]);
    expect(thought({ reasoning_effort: 'minimal' }, ALWAYS)).toEqual([SUMMARIZED, 'low', []]);
    expect(thought({ reasoning_effort: 'high' }, ALWAYS)).toEqual([SUMMARIZED, 'high', []]);
    expect(thought({}, ALWAYS)).toEqual([undefined, undefined, []]);
    expect(thought({ temperature: 0 }, ALWAYS)[2]).toEqual(['dropped.temperature']);
  });

  test('a model that does not think is told nothing', () => {
    const none = { thinking: 'none' } as const;
    expect(thought({ reasoning_effort: 'none' }, none)).toEqual([undefined, undefined, []]);
    expect(thought({ reasoning_effort: 'low' }, none)).toEqual([undefined, undefined, ['dropped.reasoning_effort']]);
    expect(thought({ thinking: { type: 'enabled' } }, none)).toEqual([undefined, undefined, ['dropped.thinking']]);
  });

  test('nothing said, nothing sent', () => {
    for (const capabilities of [BUDGET, ADAPTIVE, BOTH]) {
      expect(thought({ reasoning: { exclude: false } }, capabilities)).toEqual([undefined, undefined, []]);
    }
  });

  test('an unknown word is refused', () => {
    expect(refusalOf({ reasoning_effort: 'hihg' })).toBe('invalid_value reasoning_effort');
    expect(refusalOf({ reasoning: { effort: 'hihg' } })).toBe('invalid_value reasoning.effort');
    expect(refusalOf({ thinking: { type: 'on' } })).toBe('invalid_value thinking.type');
  });

  test('a model with effort levels of its own is sent none it does not know', () => {
    for (const reasoning_effort of EFFORTS.filter((effort) => effort !== 'none')) {
      const [, effort] = thought({ reasoning_effort }, { thinking: 'adaptive', effortLevels: ['medium', 'high'] });
      expect(effort).toBe(['minimal', 'low', 'medium'].includes(reasoning_effort) ? 'medium' : 'high');
    }
    expect(thought({ reasoning_effort: 'high' }, { thinking: 'adaptive' })).toEqual([
      SUMMARIZED,
      undefined,
      ['approx.reasoning_effort'],
    ]);
  });
});

describe('the other ways to ask for reasoning', () => {
  test('an exact budget where the model takes one, else the effort it stands for', () => {
    for (const body of [{ reasoning: { max_tokens: 3000 } }, { thinking: { type: 'enabled', budget_tokens: 3000 } }]) {
      const [field] = Object.keys(body);
      expect(thought(body, BUDGET)).toEqual([{ type: 'enabled', budget_tokens: 3000 }, undefined, []]);
      expect(thought(body, BOTH)).toEqual([
        { type: 'enabled', budget_tokens: 3000, display: 'summarized' },
        undefined,
        [],
      ]);
      expect(thought(body, ADAPTIVE)).toEqual([SUMMARIZED, 'medium', [`approx.${field}`]]);
    }
    expect(thought({ thinking: { type: 'enabled', budget_tokens: 9000 } }, BUDGET)).toEqual([
      { type: 'enabled', budget_tokens: 7999 },
      undefined,
      ['clamped.thinking=thinking.budget_tokens'],
    ]);
    expect(thought({ reasoning: { max_tokens: 5 } }, BUDGET)[0]).toEqual({ type: 'enabled', budget_tokens: 1024 });
  });

  test('thinking goes before effort, and takes its degree from it', () => {
    const effort = { reasoning_effort: 'high' };
    expect(thought({ ...effort, thinking: { type: 'disabled' } }, ADAPTIVE)[0]).toEqual({ type: 'disabled' });
    expect(thought({ ...effort, thinking: { type: 'enabled' } }, BUDGET)[0]).toEqual({
      type: 'enabled',
      budget_tokens: 6400,
    });
    expect(thought({ thinking: { type: 'enabled' } }, BUDGET)[0]).toEqual({ type: 'enabled', budget_tokens: 4000 });
    expect(thought({ thinking: { type: 'adaptive' } }, ADAPTIVE)).toEqual([SUMMARIZED, undefined, []]);
    expect(thought({ thinking: { type: 'adaptive', display: 'omitted' } }, ADAPTIVE)[0].display).toBe('omitted');
    expect(thought({ thinking: { type: 'between_tools' } }, ADAPTIVE)[0]).toEqual({ type: 'between_tools' });
    expect(thought({ thinking: { type: 'between_tools' } }, BUDGET)).toEqual([
      undefined,
      undefined,
      ['approx.thinking'],
    ]);
  });

  test('reasoning can be switched on and off, and hidden', () => {
    expect(thought({ reasoning: { enabled: true } }, ADAPTIVE)).toEqual([SUMMARIZED, undefined, []]);
    expect(thought({ reasoning: { enabled: false, effort: 'high' } }, ADAPTIVE)[0]).toEqual({ type: 'disabled' });
    const hidden = prepare({ reasoning: { effort: 'low', exclude: true } }, ADAPTIVE);
    expect(hidden.sent.thinking).toEqual({ type: 'adaptive', display: 'omitted' });
    expect(hidden.prepared.plan.showReasoning).toBe(false);
    expect(prepare({ reasoning_effort: 'low' }, ADAPTIVE).prepared.plan.showReasoning).toBe(true);
  });

  test('Anthropic’s own effort goes before a derived one', () => {
    expect(thought({ output_config: { effort: 'max' }, reasoning_effort: 'low' }, ADAPTIVE)).toEqual([
      SUMMARIZED,
      'max',
      [],
    ]);
    expect(thought({ output_config: { effort: 'xhigh', task_budget: {} } }, ADAPTIVE)).toEqual([
      undefined,
      'high',
      ['clamped.output_config', 'dropped.output_config.task_budget'],
    ]);
  });
});

describe('what does not go with thinking', () => {
  const tools = [functionTool('f')];

  test('C077 forced-tool-thinking: a forced call goes without it', () => {
    const forced = { tools, tool_choice: 'required', reasoning_effort: 'high' };
    expect(thought(forced, BUDGET)).toEqual([{ type: 'disabled' }, undefined, ['approx.thinking']]);
    expect(thought(forced, ADAPTIVE)[0]).toEqual({ type: 'disabled' });
    expect(thought(forced, { ...ADAPTIVE, forcedToolWithThinking: true })).toEqual([SUMMARIZED, 'high', []]);
    const always = prepare(forced, ALWAYS);
    expect(always.sent.tool_choice).toEqual({ type: 'auto' });
    expect(always.warnings).toEqual(['approx.tool_choice']);
    expect(prepare({ ...forced, tool_choice: 'auto' }, BUDGET).warnings).toEqual([]);
  });

  test('a prefill goes without it', () => {
    const messages = [user('Q'), assistant('{')];
    expect(thought({ messages, reasoning_effort: 'high' }, BUDGET)).toEqual([
      { type: 'disabled' },
      undefined,
      ['approx.thinking'],
    ]);
  });

  const turn = (more: Record<string, unknown> = {}) => [
    assistant(null, { tool_calls: [call('a')], ...more }),
    tool('a', 'ok'),
  ];
  const signed = { thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 'SIG' }] };
  const effort = { reasoning_effort: 'high' };

  test('C069 thinking-miss: D10: within a tool loop that did not think, a budget model goes on without', () => {
    const messages = [user('go'), ...turn()];
    expect(thought({ messages, ...effort }, BUDGET)).toEqual([{ type: 'disabled' }, undefined, ['approx.thinking']]);
    expect(thought({ messages: [...messages, user('and?')], ...effort }, BUDGET)[0]).toEqual({ type: 'disabled' });
    expect(thought({ messages, reasoning: { max_tokens: 2000 } }, BOTH)[0]).toEqual({ type: 'disabled' });
    expect(thought({ messages, ...effort }, ADAPTIVE)).toEqual([SUMMARIZED, 'high', []]);
  });

  test('D10: thinking anywhere in the loop is enough, and loops that are over do not matter', () => {
    const on = { type: 'enabled', budget_tokens: 6400 };
    const again = [assistant(null, { tool_calls: [call('b')] }), tool('b', 'ok')];
    expect(thought({ messages: [user('go'), ...turn(signed)], ...effort }, BUDGET)[0]).toEqual(on);
    expect(thought({ messages: [user('go'), ...turn(signed), ...again], ...effort }, BUDGET)[0]).toEqual(on);
    expect(
      thought({ messages: [user('go'), ...turn(), assistant('done'), user('next')], ...effort }, BUDGET)[0],
    ).toEqual(on);
    // What the system says in between ends no loop.
    const between = [user('go'), ...turn(signed), { role: 'system', content: 'S' }, ...again];
    expect(thought({ messages: between, ...effort }, { ...BUDGET, midSystem: true })[0]).toEqual(on);
    const earlier = [user('go'), ...turn(signed), assistant('done'), user('next'), ...again];
    expect(thought({ messages: earlier, ...effort }, BUDGET)[0]).toEqual({ type: 'disabled' });
  });
});
