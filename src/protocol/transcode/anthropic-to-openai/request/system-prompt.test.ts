import { describe, expect, test } from 'bun:test';
import type { Capabilities } from '../../capabilities.ts';
import { ephemeral, hi, image, sent, text } from './blocks.fixture.ts';
import { prepare, refused } from './prepare.fixture.ts';

describe('system prompts', () => {
  const billing = text('x-anthropic-billing-header: cc_version=2.1.0; cc_entrypoint=cli; cch=0a1b2;');

  test('C012 cc-system-array: three blocks, the first one Claude Code’s attribution', () => {
    const system = [billing, text('You are Claude Code.'), text('# Rules')];
    const { json, codes } = prepare({ system });
    expect(json.messages[0]).toEqual({ role: 'system', content: 'You are Claude Code.\n\n# Rules' });
    expect(codes).toEqual(['dropped.attribution_block=system[0]']);
    expect(json.messages).toHaveLength(2);
  });

  test('a text that only begins like an attribution stays', () => {
    const content = 'x-anthropic-billing-header: is a header.\nIt is explained here.';
    expect(prepare({ system: [text(content)] }).json.messages[0].content).toBe(content);
  });

  test('L5: blocks stay blocks where the upstream takes them, with their marks', () => {
    const system = [text('a'), text('b', ephemeral)];
    const parts: Partial<Capabilities> = { system: 'parts', cache: 'cache_control' };
    expect(sent([hi], parts, { system })[0]).toEqual({ role: 'system', content: [text('a'), text('b', ephemeral)] });
    expect(sent([hi], { system: 'many' }, { system: [text('a')] })[0].content).toBe('a');
  });

  test('an empty prompt is none', () => {
    expect(sent([hi], {}, { system: '' })).toEqual([hi]);
    expect(sent([hi], {}, { system: [] })).toEqual([hi]);
    expect(sent([hi], {}, { system: [text(''), text('a')] })[0].content).toBe('a');
  });

  test('only texts', () => {
    expect(refused({ system: [image] })).toBe('unsupported_value system[0].type');
    expect(refused({ system: 5 })).toBe('invalid_value system');
    expect(refused({ system: [5] })).toBe('invalid_value system[0]');
  });

  test('C096 system-role-a: in place, or at the head where it cannot stand there', () => {
    const messages = [hi, { role: 'system', content: 'new rule' }];
    expect(sent(messages, { midSystem: true }, { system: 'old' })).toEqual([
      { role: 'system', content: 'old' },
      hi,
      { role: 'system', content: 'new rule' },
    ]);
    const hoisted = prepare({ messages, system: 'old' }, { midSystem: false });
    expect(hoisted.json.messages).toEqual([{ role: 'system', content: 'old\n\nnew rule' }, hi]);
    expect(hoisted.codes).toEqual(['approx.system_position=messages[1]']);
    expect(sent(messages, { midSystem: false })[0]).toEqual({ role: 'system', content: 'new rule' });
  });

  test('L1: a system message for one turn is gone in the next', () => {
    const note = { role: 'system', content: [text('now')], clear_at: 'next_user_message' };
    const answer = { role: 'assistant', content: 'ok' };
    expect(sent([hi, note])).toHaveLength(2);
    expect(sent([hi, note, answer, hi])).toEqual([hi, answer, hi]);
  });

  test('a tool that is added on the way is there from the start; a new one cannot be', () => {
    const adding = (tool: object) => ({
      tools: [{ name: 'f', defer_loading: true, input_schema: { type: 'object' } }],
      messages: [hi, { role: 'system', content: [{ type: 'tool_addition', tool }] }],
    });
    const { json, codes } = prepare(adding({ type: 'tool_reference', name: 'f' }));
    expect([json.messages, json.tools.length]).toEqual([[hi], 1]);
    expect(codes).toEqual(['approx.tool_addition=messages[1].content[0]']);
    const at = 'unsupported_value messages[1].content[0].tool';
    expect(refused(adding({ type: 'tool_reference', name: 'g' }))).toBe(at);
    expect(refused(adding({ type: 'tool_definition', definition: { name: 'f' } }))).toBe(at);
  });

  test('a system message that sets an effort alone', () => {
    const { json, codes } = prepare({ messages: [hi, { role: 'system', output_config: { effort: 'low' } }] });
    expect(json.messages).toEqual([hi]);
    expect(codes).toEqual(['dropped.effort=messages[1].output_config.effort']);
  });
});
