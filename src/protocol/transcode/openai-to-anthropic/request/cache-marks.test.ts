import { describe, expect, test } from 'bun:test';
import {
  assistant,
  call,
  functionTool,
  prepare,
  prepareMessages,
  refusalOf,
  type Sent,
  tool,
  user,
} from './prepare.fixture.ts';

const EPHEMERAL = { type: 'ephemeral' };
const marked = { cache_control: EPHEMERAL };
const part = (text: string, more: Record<string, unknown> = marked) => ({ type: 'text', text, ...more });

/** The texts of the blocks that bear a mark, in the order the upstream reads them. */
function markedTexts(sent: Sent): unknown[] {
  const messages = sent.messages.flatMap(({ content }: Sent) => content);
  const blocks = [...(sent.system ?? []), ...messages] as Record<string, unknown>[];
  return blocks.filter((block) => block.cache_control !== undefined).map((block) => block.text ?? block.type);
}

describe('cache marks', () => {
  test('E5: they cross on system, texts, images, tools, calls and results', () => {
    const image = { type: 'image_url', image_url: { url: 'https://a/b.png' }, ...marked };
    const { sent } = prepare({
      tools: [{ ...functionTool('f'), ...marked }, functionTool('g', marked)],
      messages: [user('a')],
    });
    expect(sent.tools.map((one: Record<string, unknown>) => one.cache_control)).toEqual([EPHEMERAL, EPHEMERAL]);
    const rest = prepareMessages([
      { role: 'system', content: [part('S')] },
      user([image]),
      assistant(null, { tool_calls: [{ ...call('a'), ...marked }] }),
      tool('a', 'ok', marked),
    ]);
    expect(markedTexts(rest.sent)).toEqual(['S', 'image', 'tool_use', 'tool_result']);
  });

  test('one on a message is one on its last block', () => {
    const { sent } = prepareMessages([
      { role: 'system', content: 'S', ...marked },
      { ...user([part('a', {}), part('b', {})]), ...marked },
      { ...assistant('c'), ...marked },
      { ...user('d'), cache_control: { type: 'ephemeral', ttl: '1h' } },
    ]);
    expect(markedTexts(sent)).toEqual(['S', 'b', 'c', 'd']);
    expect(sent.messages[2].content[0].cache_control).toEqual({ type: 'ephemeral', ttl: '1h' });
  });

  test('E10: OpenAI’s breakpoints are marks, with the lifetime they ask for', () => {
    const mark = (breakpoint: object, more: Record<string, unknown> = {}) =>
      prepare({ messages: [user([part('a', { prompt_cache_breakpoint: breakpoint })])], ...more }).sent.messages[0]
        .content[0].cache_control as unknown;
    expect(mark({ mode: 'explicit' })).toEqual(EPHEMERAL);
    expect(mark({ mode: 'explicit', ttl: '30m' })).toEqual(EPHEMERAL);
    expect(mark({ mode: 'explicit', ttl: '12h' })).toEqual({ type: 'ephemeral', ttl: '1h' });
    expect(mark({ mode: 'explicit' }, { prompt_cache_retention: '24h' })).toEqual({ type: 'ephemeral', ttl: '1h' });
  });

  test('E7: never more than four: the last ones stay, disclosed', () => {
    const { sent, warnings } = prepareMessages([
      { role: 'system', content: [part('1'), part('2')] },
      user([part('3'), part('4')]),
      assistant('x'),
      user([part('5'), part('6')]),
    ]);
    expect(markedTexts(sent)).toEqual(['3', '4', '5', '6']);
    expect(warnings).toEqual([0, 1].map((i) => `dropped.cache_control=messages[0].content[${i}].cache_control`));
  });

  test('the request’s own mark counts: the client’s stays, one that stands for OpenAI’s caching gives way', () => {
    const four = [user([part('1'), part('2'), part('3'), part('4')])];
    const own = prepare({ messages: four, ...marked });
    expect(own.sent.cache_control).toEqual(EPHEMERAL);
    expect(markedTexts(own.sent)).toEqual(['2', '3', '4']);
    const keyed = prepare({ messages: four, prompt_cache_key: 'k' });
    expect(keyed.sent.cache_control).toBeUndefined();
    expect(markedTexts(keyed.sent)).toEqual(['1', '2', '3', '4']);
  });

  test('E10: a key or options ask for a cache, unless the client marks it all itself', () => {
    const top = (body: Record<string, unknown>) => prepare(body).sent.cache_control as unknown;
    expect(top({ prompt_cache_key: 'k' })).toEqual(EPHEMERAL);
    expect(top({ prompt_cache_options: { mode: 'implicit', ttl: '30m' } })).toEqual(EPHEMERAL);
    expect(top({ prompt_cache_key: 'k', prompt_cache_retention: '24h' })).toEqual({ type: 'ephemeral', ttl: '1h' });
    expect(top({ prompt_cache_key: 'k', prompt_cache_retention: 'in_memory' })).toEqual({
      type: 'ephemeral',
      ttl: '5m',
    });
    expect(top({ prompt_cache_key: 'k', prompt_cache_options: { mode: 'explicit' } })).toBeUndefined();
    expect(top({ prompt_cache_retention: '24h' })).toBeUndefined();
    expect(prepare({ prompt_cache_key: 'k' }).warnings).toEqual(['approx.prompt_cache_key']);
  });

  test('E6: none goes to an upstream that knows none', () => {
    const body = {
      messages: [user([part('a')])],
      tools: [{ ...functionTool('f'), ...marked }],
      prompt_cache_key: 'k',
      ...marked,
    };
    const { text, warnings } = prepare(body, { cache: 'none' });
    expect(text).not.toContain('cache');
    expect(warnings).toEqual([]);
  });

  test('an unknown lifetime is the upstream’s own, disclosed; a mark of the wrong type is refused', () => {
    const odd = prepareMessages([user([part('a', { cache_control: { type: 'ephemeral', ttl: '9h' } })])]);
    expect(odd.sent.messages[0].content[0].cache_control).toEqual(EPHEMERAL);
    expect(odd.warnings).toEqual(['dropped.cache_control.ttl=messages[0].content[0].cache_control.ttl']);
    expect(refusalOf({ messages: [user([part('a', { cache_control: true })])] })).toBe(
      'invalid_value messages[0].content[0].cache_control',
    );
  });
});
