import { describe, expect, test } from 'bun:test';
import type { Capabilities } from '../../capabilities.ts';
import { testPorts } from '../../crossing.fixture.ts';
import type { ReasoningPayload, ThinkingPorts } from '../../ports.ts';
import { testThinking } from '../../thinking-ports.fixture.ts';
import { prepare, refused } from './prepare.fixture.ts';

const LEVELS = ['low', 'medium', 'high'] as const;
const tools = [{ name: 'f', input_schema: { type: 'object', properties: {} } }];

/** The members a wish adds, and the warnings. */
function asked(request: object, capabilities: Partial<Capabilities>) {
  const { json, codes } = prepare({ max_tokens: 16000, ...request }, capabilities);
  const known = new Set(['model', 'max_tokens', 'messages', 'tools']);
  return [Object.fromEntries(Object.entries(json).filter(([name]) => !known.has(name))), ...codes];
}

describe('how much to think', () => {
  const enabled = (budget_tokens: number) => ({ thinking: { type: 'enabled', budget_tokens } });
  const adaptive = { thinking: { type: 'adaptive' } };
  const disabled = { thinking: { type: 'disabled' } };
  const effort = (word: string) => ({ output_config: { effort: word } });
  const byEffort: Partial<Capabilities> = { thinkSwitch: 'reasoning_effort', effortLevels: LEVELS };

  test('a budget becomes an effort', () => {
    expect(asked(enabled(2048), byEffort)).toEqual([{ reasoning_effort: 'low' }]);
    expect(asked(enabled(8192), byEffort)).toEqual([{ reasoning_effort: 'medium' }]);
    expect(asked(enabled(10000), byEffort)).toEqual([{ reasoning_effort: 'high' }]);
  });

  test('an effort is the client’s own word, or the nearest', () => {
    expect(asked({ ...adaptive, ...effort('low') }, byEffort)).toEqual([{ reasoning_effort: 'low' }]);
    expect(asked({ ...enabled(1024), ...effort('high') }, byEffort)).toEqual([{ reasoning_effort: 'high' }]);
    expect(asked(effort('max'), byEffort)).toEqual([
      { reasoning_effort: 'high' },
      'clamped.effort=output_config.effort',
    ]);
    expect(asked(effort('low'), {})).toEqual([{}, 'dropped.effort=output_config.effort']);
    expect(asked(adaptive, byEffort)).toEqual([{}]);
  });

  test('a budget stays one where the upstream takes one', () => {
    const qwen: Partial<Capabilities> = { thinkSwitch: 'enable_thinking', thinkBudget: 'thinking_budget' };
    expect(asked(enabled(3000), qwen)).toEqual([{ enable_thinking: true, thinking_budget: 3000 }]);
    expect(asked(enabled(3000), { thinkBudget: 'thinking_budget_tokens' })).toEqual([{ thinking_budget_tokens: 3000 }]);
    const router: Partial<Capabilities> = { thinkSwitch: 'reasoning', thinkBudget: 'reasoning', effortLevels: LEVELS };
    expect(asked(enabled(3000), router)).toEqual([{ reasoning: { max_tokens: 3000 } }]);
    expect(asked({ ...enabled(3000), ...effort('low') }, router)).toEqual([{ reasoning: { effort: 'low' } }]);
    expect(asked(adaptive, router)).toEqual([{ reasoning: { enabled: true } }]);
    expect(asked(disabled, router)).toEqual([{ reasoning: { enabled: false } }]);
  });

  test('D7: a budget stays below the limit of the answer', () => {
    const qwen: Partial<Capabilities> = { thinkBudget: 'thinking_budget', maxOutput: 2000 };
    expect(asked(enabled(8000), qwen)).toEqual([
      { thinking_budget: 1999 },
      'clamped.max_tokens',
      'clamped.budget_tokens=thinking.budget_tokens',
    ]);
  });

  test('every switch, on and off', () => {
    const both = (thinkSwitch: Capabilities['thinkSwitch'], effortLevels: Capabilities['effortLevels'] = []) => [
      ...asked(adaptive, { thinkSwitch, effortLevels }),
      ...asked(disabled, { thinkSwitch, effortLevels }),
    ];
    expect(both('thinking')).toEqual([{ thinking: { type: 'enabled' } }, { thinking: { type: 'disabled' } }]);
    expect(both('enable_thinking')).toEqual([{ enable_thinking: true }, { enable_thinking: false }]);
    expect(both('chat_template_kwargs')).toEqual([
      { chat_template_kwargs: { enable_thinking: true } },
      { chat_template_kwargs: { enable_thinking: false } },
    ]);
    expect(both('reasoning_effort', ['none', 'low'])).toEqual([{}, { reasoning_effort: 'none' }]);
    expect(both('reasoning_effort', ['low'])).toEqual([{}, { reasoning_effort: 'low' }, 'approx.thinking']);
    expect(both('none')).toEqual([{}, 'dropped.thinking', {}, 'dropped.thinking']);
    expect(asked(enabled(2000), { thinkSwitch: 'thinking' })).toEqual([
      { thinking: { type: 'enabled' } },
      'approx.budget_tokens=thinking.budget_tokens',
    ]);
  });

  test('nothing said, nothing sent; between tools is what the upstream does by itself', () => {
    expect(asked({}, { thinkSwitch: 'thinking', effortLevels: LEVELS })).toEqual([{}]);
    expect(asked({ thinking: { type: 'between_tools' } }, { thinkSwitch: 'thinking' })).toEqual([
      {},
      'approx.thinking',
    ]);
  });

  test('C078 gpt56-tools: function tools want effort none', () => {
    const flagged: Partial<Capabilities> = {
      ...byEffort,
      effortLevels: ['none', ...LEVELS],
      toolsNeedEffortNone: true,
    };
    expect(asked({ tools, ...adaptive }, flagged)).toEqual([{ reasoning_effort: 'none' }, 'approx.reasoning_effort']);
    expect(asked({ tools }, flagged)).toEqual([{ reasoning_effort: 'none' }, 'approx.reasoning_effort']);
    expect(asked({ tools, ...disabled }, flagged)).toEqual([{ reasoning_effort: 'none' }]);
    expect(asked(effort('high'), flagged)).toEqual([{ reasoning_effort: 'high' }]);
  });

  test('C077 forced-tool-thinking: thinking goes, or where it cannot, the force', () => {
    const forced = { tools, tool_choice: { type: 'any' } };
    const deepseek: Partial<Capabilities> = { thinkSwitch: 'thinking', forcedToolWithThinking: false };
    const off = { tool_choice: 'required', thinking: { type: 'disabled' } };
    expect(asked({ ...forced, ...adaptive }, deepseek)).toEqual([off, 'approx.thinking']);
    expect(asked(forced, deepseek)).toEqual([off]);
    expect(asked({ ...forced, ...disabled }, deepseek)).toEqual([off]);
    expect(asked({ ...forced, ...adaptive }, { forcedToolWithThinking: false, ...byEffort })).toEqual([
      { tool_choice: 'auto' },
      'approx.tool_choice',
    ]);
    expect(asked({ tools, tool_choice: { type: 'auto' }, ...adaptive }, deepseek)).toEqual([
      { tool_choice: 'auto', thinking: { type: 'enabled' } },
    ]);
  });

  test('wrong wishes', () => {
    expect(refused({ thinking: { type: 'yes' } })).toBe('invalid_value thinking.type');
    expect(refused({ thinking: true })).toBe('invalid_value thinking');
    expect(refused({ thinking: { type: 'enabled' } })).toBe('missing_required_parameter thinking.budget_tokens');
    expect(refused(enabled(0))).toBe('invalid_value thinking.budget_tokens');
    expect(refused(effort('very'))).toBe('invalid_value output_config.effort');
  });

  test('C036 reasoning-hidden: thinking is shown to those who asked', () => {
    const shown = (request: object) => prepare(request).plan.showThinking;
    expect([{}, disabled, { ...disabled, ...effort('low') }].map(shown)).toEqual([false, false, false]);
    const wishes = [enabled(1024), adaptive, { thinking: { type: 'between_tools' } }, effort('low')];
    expect(wishes.map(shown)).toEqual([true, true, true, true]);
  });
});

describe('what was thought goes back', () => {
  const KEPT = 'call_0123456789abcdef';
  const ports = testPorts(new Map([[KEPT, `{"text":"from \\u006demory","rd":[{"n":1.0}],"sig":{"${KEPT}":"S"}}`]]));
  const signed = (thinking: string, payload: Partial<ReasoningPayload> = {}) => ({
    type: 'thinking',
    thinking,
    signature: ports.sign(thinking, { v: 1, m: 'upstream-model', ...payload }),
  });
  const redacted = (payload: Partial<ReasoningPayload>) => ({
    type: 'redacted_thinking',
    data: ports.sign('', { v: 1, m: 'upstream-model', ...payload }),
  });
  const call = (id: string) => ({ type: 'tool_use', id, name: 'f', input: {} });
  const say = { type: 'text', text: 'ok' };

  /** The assistant message of a tool turn, or of a plain one. */
  function turn(blocks: object[], capabilities: Partial<Capabilities>, more: object = {}, thinking?: ThinkingPorts) {
    const ids = blocks.filter((block): block is { id: string } => 'id' in block).map(({ id }) => id);
    const results = ids.map((id) => ({ type: 'tool_result', tool_use_id: id, content: 'r' }));
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: blocks },
      { role: 'user', content: [...results, { type: 'text', text: 'go on' }] },
    ];
    return prepare({ messages, ...more }, capabilities, { ports, thinking }).json.messages[1];
  }
  const deepseek: Partial<Capabilities> = { reasoningIn: 'reasoning_content', reasoningEcho: 'tool_turns' };
  const router: Partial<Capabilities> = { reasoningIn: 'reasoning_details', reasoningEcho: 'always' };

  test('C071 th1-echo: the text of a block of ours', () => {
    expect(turn([signed('hm "é"\n'), say, call('t')], deepseek)).toMatchObject({
      content: 'ok',
      reasoning_content: 'hm "é"\n',
    });
    expect(turn([signed('a'), signed('b'), call('t')], deepseek).reasoning_content).toBe('a\n\nb');
    expect(turn([signed('a'), call('t')], { ...deepseek, reasoningIn: 'reasoning' }).reasoning).toBe('a');
  });

  test('D8: to each as it wants it', () => {
    const back = (blocks: object[], capabilities: Partial<Capabilities>) =>
      turn(blocks, capabilities).reasoning_content as unknown;
    expect(back([signed('a'), say], deepseek)).toBeUndefined();
    expect(back([signed('a'), say], { ...deepseek, reasoningEcho: 'always' })).toBe('a');
    expect(back([say], { ...deepseek, reasoningEcho: 'always' })).toBeUndefined();
    expect(back([signed('a'), call('t')], { ...deepseek, reasoningEcho: 'ignore' })).toBeUndefined();
    expect(back([signed('a'), call('t')], { ...deepseek, reasoningEcho: 'forbid' })).toBeUndefined();
    expect(back([signed('a'), call('t')], { ...deepseek, reasoningIn: 'none' })).toBeUndefined();
  });

  test('C073 th1-tampered: altered and foreign blocks are left out without a word', () => {
    const altered = { ...signed('a'), thinking: 'b' };
    const foreign = { type: 'thinking', thinking: 'c', signature: 'EqQB' };
    const unsigned = { type: 'thinking', thinking: 'd', signature: '' };
    const hidden = { type: 'redacted_thinking', data: 'Eo8B' };
    const message = turn([altered, foreign, unsigned, hidden, say, call('t')], deepseek);
    expect([message.reasoning_content, message.content]).toEqual(['', 'ok']);
  });

  test('C074 deepseek-echo: a tool turn whose thoughts nobody knows', () => {
    expect(turn([call('t')], deepseek).reasoning_content).toBe('');
    expect('reasoning' in turn([call('t')], { ...deepseek, reasoningIn: 'reasoning' })).toBe(false);
    const off = { thinking: { type: 'disabled' } };
    expect('reasoning_content' in turn([call('t')], { ...deepseek, thinkSwitch: 'thinking' }, off)).toBe(false);
    expect(turn([call('t')], deepseek, off).reasoning_content).toBe('');
  });

  test('the answer that concludes a tool loop is a part of it, a later one is not', () => {
    const reasoningOf = (answer: object[], capabilities: Partial<Capabilities>) => {
      const messages = [
        { role: 'user', content: 'go' },
        { role: 'assistant', content: [signed('a'), call('t')] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't' },
            { type: 'text', text: 'a reminder' },
          ],
        },
        { role: 'assistant', content: answer },
        { role: 'user', content: 'thanks' },
        { role: 'assistant', content: [signed('c'), say] },
        { role: 'user', content: 'and?' },
      ];
      const { json } = prepare({ messages }, capabilities, { ports });
      return (json.messages as { role: string; reasoning_content?: string }[])
        .filter(({ role }) => role === 'assistant')
        .map((message) => message.reasoning_content);
    };
    expect(reasoningOf([signed('b'), say], deepseek)).toEqual(['a', 'b', undefined]);
    expect(reasoningOf([say], deepseek)).toEqual(['a', '', undefined]);
    expect(reasoningOf([say], { ...deepseek, reasoningEcho: 'ignore' })).toEqual([undefined, undefined, undefined]);
  });

  test('a turn that was kept, by its first call', () => {
    const message = turn([call(KEPT), call('t')], deepseek);
    expect(message.reasoning_content).toBe('from memory');
    expect(message.tool_calls.map((made: { extra_content?: unknown }) => made.extra_content)).toEqual([
      { google: { thought_signature: 'S' } },
      undefined,
    ]);
    expect(turn([signed('own'), call(KEPT)], deepseek).reasoning_content).toBe('own');
    expect(turn([call(KEPT)], router).reasoning_details).toEqual([{ n: 1 }]);
  });

  test('D5: details go back as they came, in order', () => {
    const rd = ['{"type":"reasoning.text","text":"a","n":1.0}', '{"type":"reasoning.encrypted","data":"X"}'];
    const blocks = [signed('a', { rd }), redacted({ rd: ['{"z":1}'] }), say];
    const { text } = prepare(
      {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', content: blocks },
          { role: 'user', content: 'y' },
        ],
      },
      router,
      { ports },
    );
    expect(text).toContain(`"reasoning_details":[${rd.join(',')},{"z":1}]`);
    expect(turn([signed('a'), say], router)).toEqual({ role: 'assistant', content: 'ok', reasoning: 'a' });
  });

  test('a thought signature goes back to its call', () => {
    const blocks = [redacted({ sig: { t: 'SIG', toString: 'x' } }), call('t'), call('u')];
    const message = turn(blocks, {});
    expect(message.tool_calls[0].extra_content).toEqual({ google: { thought_signature: 'SIG' } });
    expect('extra_content' in message.tool_calls[1]).toBe(false);
  });

  test('D2: where nothing signed may go, the texts alone go', () => {
    const own = { rd: ['{"z":1}'], sig: { t: 'SIG' } };
    const message = turn([signed('a', own), call('t')], router, {}, testThinking(true));
    expect([message.reasoning, message.reasoning_details]).toEqual(['a', undefined]);
    expect('extra_content' in message.tool_calls[0]).toBe(false);
    const kept = turn([call(KEPT)], router, {}, testThinking(true));
    expect([kept.reasoning, kept.reasoning_details]).toEqual(['from memory', undefined]);
    expect('extra_content' in kept.tool_calls[0]).toBe(false);
  });

  test('D1: what another model signed stays behind, its text may go', () => {
    const other = { m: 'other-model', rd: ['{"z":1}'], sig: { t: 'SIG' } };
    const message = turn([signed('a', other), call('t')], router);
    expect([message.reasoning, message.reasoning_details]).toEqual(['a', undefined]);
    expect('extra_content' in message.tool_calls[0]).toBe(false);
    expect(turn([signed('a', other), call('t')], deepseek).reasoning_content).toBe('a');
  });
});
