import { describe, expect, test } from 'bun:test';
import type { Capabilities } from '../../capabilities.ts';
import { ephemeral, image, imagePart, result, text, use } from './blocks.fixture.ts';
import { prepare } from './prepare.fixture.ts';

describe('results of tools', () => {
  const resultOf = (block: object, capabilities: Partial<Capabilities> = {}) =>
    prepare(
      {
        messages: [
          { role: 'assistant', content: [use('t')] },
          { role: 'user', content: [block] },
        ],
      },
      capabilities,
    );
  const contentOf = (block: object, capabilities: Partial<Capabilities> = {}) =>
    resultOf(block, capabilities).json.messages[1].content;

  test('C097 is-error: only an error that says nothing is said to be one', () => {
    expect(contentOf(result('t', undefined, { is_error: true }))).toBe('error');
    expect(contentOf(result('t', [], { is_error: true }))).toBe('error');
    expect(contentOf(result('t', 'no such file', { is_error: true }))).toBe('no such file');
    expect(contentOf(result('t'))).toBe('');
    expect(contentOf(result('t', ''))).toBe('');
  });

  test('K10: texts are one string', () => {
    expect(contentOf(result('t', [text('a'), text(''), text('b')]))).toBe('a\n\nb');
  });

  const pictured = {
    messages: [
      { role: 'assistant', content: [use('t'), use('u')] },
      { role: 'user', content: [result('t', [text('shot'), image]), text('well?'), result('u', [image])] },
    ],
  };

  test('C042 image-in-result: the images follow behind all results', () => {
    expect(prepare(pictured).json.messages.slice(1)).toEqual([
      { role: 'tool', content: 'shot\n\n[image 1 of 2 follows]', tool_call_id: 't' },
      { role: 'tool', content: '[image 2 of 2 follows]', tool_call_id: 'u' },
      { role: 'user', content: [imagePart, imagePart] },
      { role: 'user', content: 'well?' },
    ]);
  });

  test('K9: images stay within results where the upstream takes them', () => {
    expect(prepare(pictured, { toolImages: 'parts' }).json.messages.slice(1)).toEqual([
      { role: 'tool', content: [text('shot'), imagePart], tool_call_id: 't' },
      { role: 'tool', content: [imagePart], tool_call_id: 'u' },
      { role: 'user', content: 'well?' },
    ]);
  });

  test('a PDF follows; other blocks are told as text', () => {
    const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'aGk=' } };
    const { json } = resultOf(result('t', [pdf]), { toolImages: 'parts' });
    expect(json.messages[1].content).toBe('[document 1 of 1 follows]');
    expect(json.messages[2].content[0].type).toBe('file');
    const plain = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'words' } };
    expect(contentOf(result('t', [plain]))).toBe('words');
    const search = { type: 'search_result', title: 'T', source: 'https://s', content: [text('c'), text('d')] };
    const rendered = resultOf(result('t', [search]));
    expect(rendered.json.messages[1].content).toBe('T\nhttps://s\n\nc\nd');
    expect(rendered.codes).toEqual(['approx.search_result=messages[1].content[0].content[0]']);
    expect(contentOf(result('t', [{ type: 'tool_reference', tool_name: 'mcp__x' }]))).toBe('[tool: mcp__x]');
    const state = { type: 'browser_state', tabs: [{ tab_id: '1', title: 'Home', url: 'https://h', active: true }] };
    expect(contentOf(result('t', [state]))).toBe('Home\nhttps://h');
  });

  test('E5: a mark on a result, or within it, ends the prefix with its text', () => {
    const breakpoint = { prompt_cache_breakpoint: { mode: 'explicit' } };
    const marked = [text('a', breakpoint)];
    expect(contentOf(result('t', 'a', ephemeral), { cache: 'breakpoint' })).toEqual(marked);
    expect(contentOf(result('t', [text('a', ephemeral)]), { cache: 'breakpoint' })).toEqual(marked);
    expect(contentOf(result('t', 'a', ephemeral))).toBe('a');
    const shot = result('t', [text('a'), { ...image, ...ephemeral }]);
    expect(resultOf(shot, { cache: 'breakpoint' }).json.messages.slice(1)).toEqual([
      { role: 'tool', content: [text('a\n\n[image 1 of 1 follows]', breakpoint)], tool_call_id: 't' },
      { role: 'user', content: [imagePart] },
    ]);
  });
});
