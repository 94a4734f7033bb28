import { describe, expect, test } from 'bun:test';
import { OPENAI_CAPABILITIES } from '../../protocol/transcode/capabilities.ts';
import { missesOf, unmetOf } from './lacks.ts';
import { readNeeds } from './needs.ts';
import { factsOf } from './route.fixture.ts';

const needs = (body: object) => readNeeds(factsOf(body));
const user = (...content: object[]) => ({ messages: [{ role: 'user', content }] });
const PNG = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };

describe('readNeeds', () => {
  test('a plain request needs nothing', () => {
    expect(needs({})).toEqual({ hard: [], json: false, thinking: false, outputTokens: 0 });
    expect(
      needs({ tools: [], tool_choice: 'none', response_format: { type: 'text' }, reasoning_effort: 'none' }),
    ).toEqual(needs({}));
  });

  test('tools that the client runs, in either shape; not those the vendor does', () => {
    expect(needs({ tools: [{ type: 'function', function: { name: 'f' } }] }).hard).toEqual(['tools']);
    expect(needs({ tools: [{ name: 'f', input_schema: {} }] }).hard).toEqual(['tools']);
    expect(needs({ functions: [{ name: 'f' }] }).hard).toEqual(['tools']);
    for (const type of ['bash_20250124', 'text_editor_20250728', 'computer_20250124', 'memory_20250818']) {
      expect(needs({ tools: [{ type, name: 'f' }] }).hard).toEqual(['tools']);
    }
    for (const type of ['web_search_20250305', 'code_execution_20250825', 'text_editor', 'bash_code_execution_1']) {
      expect(needs({ tools: [{ type, name: 'f' }] }).hard).toEqual([]);
    }
  });

  test('images, wherever they stand as one', () => {
    expect(needs(user({ type: 'image_url', image_url: { url: 'https://x/y' } })).hard).toEqual(['images']);
    expect(needs(user({ type: 'image', source: PNG })).hard).toEqual(['images']);
    expect(needs(user({ type: 'tool_result', content: [{ type: 'image', source: PNG }] })).hard).toEqual(['images']);
  });

  test('words about images are none', () => {
    expect(needs(user({ type: 'text', text: '{"type":"image"} "image_url" "document"' })).hard).toEqual([]);
    const call = { type: 'tool_use', id: 'a', name: 'f', input: { type: 'image', content: [{ type: 'image' }] } };
    expect(needs({ messages: [{ role: 'assistant', content: [call] }] }).hard).toEqual([]);
    expect(needs({ tools: [{ name: 'f', input_schema: { properties: { type: { enum: ['image'] } } } }] }).hard).toEqual(
      ['tools'],
    );
  });

  test('PDF documents, but not texts sent as documents', () => {
    const document = (source: object) => user({ type: 'document', source });
    expect(needs(document({ type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' })).hard).toEqual(['pdf']);
    expect(needs(document({ type: 'url', url: 'https://x/y.pdf' })).hard).toEqual(['pdf']);
    expect(needs(document({ type: 'text', media_type: 'text/plain', data: 'application/pdf' })).hard).toEqual([]);
    expect(needs(user({ type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=' } })).hard).toEqual([
      'pdf',
    ]);
  });

  test('a schema for the answer, by any of its names; JSON alone is only liked', () => {
    expect(needs({ response_format: { type: 'json_schema', json_schema: {} } }).hard).toEqual(['schema']);
    expect(needs({ output_config: { format: { type: 'json_schema', schema: {} } } }).hard).toEqual(['schema']);
    expect(needs({ output_format: { type: 'json_schema', schema: {} } }).hard).toEqual(['schema']);
    expect(needs({ response_format: { type: 'json_object' } })).toMatchObject({ hard: [], json: true });
  });

  test('thinking and the length of the answer', () => {
    expect(needs({ reasoning_effort: 'high' }).thinking).toBe(true);
    expect(needs({ thinking: { type: 'enabled', budget_tokens: 2000 } }).thinking).toBe(true);
    expect(needs({ thinking: { type: 'disabled' } }).thinking).toBe(false);
    expect(needs({ max_tokens: 5, max_completion_tokens: 7 }).outputTokens).toBe(7);
    expect(needs({ max_tokens: 'many' }).outputTokens).toBe(0);
  });
});

describe('what a model lacks', () => {
  const all = needs({
    ...user({ type: 'image', source: PNG }, { type: 'file', file: { file_id: 'x' } }),
    tools: [{ type: 'function' }],
    response_format: { type: 'json_schema' },
    reasoning_effort: 'low',
    max_tokens: 100,
  });

  test('nothing of what its capabilities have', () => {
    expect(unmetOf(all, OPENAI_CAPABILITIES)).toEqual([]);
    const none = {
      ...OPENAI_CAPABILITIES,
      tools: false,
      images: 'none',
      pdf: false,
      structured: 'json_object',
    } as const;
    expect(unmetOf(all, none)).toEqual(['tools', 'images', 'pdf', 'schema']);
  });

  test('a context that holds the prompt and the answer, where it is known', () => {
    const within = (context: number | undefined) =>
      missesOf(all, { ...OPENAI_CAPABILITIES, thinkSwitch: 'reasoning_effort', context }, () => 900);
    expect([within(999), within(1000), within(undefined)]).toEqual([['context'], [], []]);
    expect(missesOf(all, OPENAI_CAPABILITIES, () => 0)).toEqual(['thinking']);
  });
});
