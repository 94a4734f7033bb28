import { describe, expect, test } from 'bun:test';
import { FIELDS } from './fields.ts';
import { prepare, refusal, refused } from './prepare.fixture.ts';

describe('model, stream and limits', () => {
  test('the model is the one the upstream knows; the plan remembers the public one', () => {
    const { json, plan } = prepare({});
    expect(json).toEqual({ model: 'upstream-model', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }] });
    expect([plan.publicModel, plan.upstreamModel]).toEqual(['public', 'upstream-model']);
  });

  test('a stream asks for usage where the upstream may be asked', () => {
    expect(prepare({ stream: true }).json).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    const { json, asksForStream } = prepare({ stream: true }, { usageInStream: false });
    expect([json.stream, json.stream_options, asksForStream]).toEqual([true, undefined, true]);
    expect(prepare({ stream: false }).json.stream).toBeUndefined();
  });

  test('an upstream that only streams is asked for a stream', () => {
    const { json, asksForStream } = prepare({}, { streamOnly: true });
    expect([json.stream, asksForStream]).toEqual([true, true]);
  });

  test('C010 cc-max-tokens: 32000 of a model with 8192', () => {
    const { json, codes } = prepare({ max_tokens: 32000 }, { maxOutput: 8192 });
    expect(json.max_tokens).toBe(8192);
    expect(codes).toEqual(['clamped.max_tokens']);
  });

  test('M1: exactly one member limits the answer', () => {
    const { json } = prepare({ max_tokens: 7 }, { maxTokensField: 'max_completion_tokens' });
    expect([json.max_completion_tokens, 'max_tokens' in json]).toEqual([7, false]);
    expect(prepare('{"model":"m","max_tokens":64.0,"messages":[{"role":"user","content":"x"}]}').json.max_tokens).toBe(
      64,
    );
  });

  test('max_tokens is required, whole and at least 1', () => {
    const missing = refusal({ max_tokens: null });
    expect([missing.code, missing.details.param, missing.message]).toEqual([
      'missing_required_parameter',
      'max_tokens',
      'Field required',
    ]);
    expect(refused({ max_tokens: 0 })).toBe('unsupported_value max_tokens');
    expect(refused({ max_tokens: -1 })).toBe('invalid_value max_tokens');
    expect(refused({ max_tokens: 1.5 })).toBe('invalid_value max_tokens');
    expect(refused({ max_tokens: '100' })).toBe('invalid_value max_tokens');
  });
});

describe('members with no place upstream', () => {
  test('C011 cc-betas: Claude Code’s members neither refuse the request nor reach the upstream', () => {
    const { json, codes } = prepare(
      {
        context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
        cache_control: { type: 'ephemeral' },
        diagnostics: { previous_message_id: null },
        system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }],
      },
      {},
      { betas: ['claude-code-20250219', 'unheard-of-2030-01-01'] },
    );
    expect(json).toEqual({
      model: 'upstream-model',
      max_tokens: 100,
      messages: [
        { role: 'system', content: 'a' },
        { role: 'user', content: 'hi' },
      ],
    });
    expect(codes).toEqual(['dropped.context_management']);
  });

  test('every member of the shape is decided on, and null is absence', () => {
    const dropped = Object.entries(FIELDS).filter(([, field]) => field.act === 'drop');
    const { json, codes } = prepare(Object.fromEntries(dropped.map(([name]) => [name, { x: 1 }])));
    expect([Object.keys(json), codes]).toEqual([['model', 'max_tokens', 'messages'], []]);
    const nulls = Object.keys(FIELDS).filter((name) => !['model', 'max_tokens', 'messages'].includes(name));
    const absent = prepare(Object.fromEntries(nulls.map((name) => [name, null])));
    expect([Object.keys(absent.json), absent.codes]).toEqual([['model', 'max_tokens', 'messages'], []]);
  });

  test('state and tools on the vendor’s servers are refused', () => {
    expect(refused({ container: 'c' })).toBe('unsupported_value container');
    expect(refused({ compaction: {} })).toBe('unsupported_value compaction');
    expect(refusal({ thread: { type: 'create' } }).details).toEqual({
      param: 'thread',
      anthropicErrorCode: 'thread_unsupported_request',
    });
  });

  test('C131 mcp-servers: refused unless there are none', () => {
    expect(refused({ mcp_servers: [{ type: 'url', url: 'https://x', name: 'x' }] })).toBe(
      'unsupported_value mcp_servers',
    );
    expect(prepare({ mcp_servers: [] }).codes).toEqual([]);
  });

  test('a pinned region is refused unless the upstream runs there', () => {
    expect(refused({ inference_geo: 'us' })).toBe('unsupported_value inference_geo');
    expect(refused({ inference_geo: 'us' }, { regions: ['eu'] })).toBe('unsupported_value inference_geo');
    expect('inference_geo' in prepare({ inference_geo: 'us' }, { regions: ['us'] }).json).toBe(false);
    expect(prepare({ inference_geo: 'global' }).codes).toEqual([]);
  });

  test('speed', () => {
    expect(prepare({ speed: 'standard' }).codes).toEqual([]);
    expect(prepare({ speed: 'fast' }).codes).toEqual(['dropped.speed']);
  });

  test('M4: what nobody knows is left out and told, or crosses as it is where the record names it', () => {
    const { json, codes } = prepare({ min_p: 0.1, th_steering: 'off' });
    expect(['min_p' in json, codes]).toEqual([false, ['dropped.min_p']]);
    const text = '{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"min_p":1.0,"th_x":1}';
    expect(prepare(text, { extraAllow: ['min_p', 'th_x'] }).text).toEndWith('"min_p":1.0}');
  });

  test('an extension cannot stand in for a member that is written', () => {
    const { text, codes } = prepare(
      { stream: true, stream_options: { include_usage: false } },
      { extraAllow: ['stream_options'] },
    );
    expect(text.match(/stream_options/g)).toHaveLength(1);
    expect(text).toContain('"include_usage":true');
    expect(codes).toEqual(['dropped.stream_options']);
  });

  test('cache_control at the top crosses to those who know it', () => {
    const cache_control = { type: 'ephemeral', ttl: '1h' };
    expect(prepare({ cache_control }, { cache: 'cache_control' }).json.cache_control).toEqual(cache_control);
    expect('cache_control' in prepare({ cache_control }, { cache: 'breakpoint' }).json).toBe(false);
  });
});

describe('places', () => {
  test('a path of the upstream’s becomes the client’s own', () => {
    const { locate, json } = prepare({
      system: [{ type: 'text', text: 's' }],
      tools: [
        { type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' },
        { name: 'f', input_schema: { type: 'object', properties: {} } },
      ],
      tool_choice: { type: 'any' },
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
      stop_sequences: ['x'],
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'tool_result', tool_use_id: 't', content: 'r' },
            { type: 'text', text: 'b' },
          ],
        },
      ],
    });
    expect(json.messages.map((message: { role: string }) => message.role)).toEqual([
      'system',
      'assistant',
      'tool',
      'user',
    ]);
    const cases = {
      'messages[0].content': 'system[0]',
      'messages[1].tool_calls[0].function.arguments': 'messages[0]',
      'messages.2.tool_call_id': 'messages[1].content[1]',
      'messages[3].content[0].text': 'messages[1].content[0]',
      'body.messages[3].content[1]': 'messages[1].content[2]',
      'messages[3]': 'messages[1]',
      messages: 'messages',
      'tools[0].function.parameters': 'tools[1].input_schema',
      'tools[0].function.name': 'tools[1]',
      tool_choice: 'tool_choice',
      'response_format.json_schema.schema.type': 'output_config.format.schema',
      response_format: 'output_config.format',
      stop: 'stop_sequences',
      max_tokens: 'max_tokens',
      model: 'model',
    };
    expect(Object.fromEntries(Object.keys(cases).map((path) => [path, locate(path)]))).toEqual(cases);
    expect(locate('stream_options.include_usage')).toBeUndefined();
    expect(locate('unheard_of')).toBeUndefined();
  });
});

describe('the plan of the answer', () => {
  test('tools whose input is passed on early', () => {
    const tool = (name: string, eager_input_streaming?: boolean | null) => ({
      name,
      input_schema: { type: 'object' },
      eager_input_streaming,
    });
    const betas = ['fine-grained-tool-streaming-2025-05-14'];
    expect(prepare({ tools: [tool('a'), tool('b', true)] }).plan.liveTools).toEqual(new Set(['b']));
    expect(prepare({ tools: [tool('a', null)] }, {}, { betas }).plan.liveTools).toBe('all');
    expect(prepare({ tools: [tool('a'), tool('b', false)] }, {}, { betas }).plan.liveTools).toEqual(new Set(['a']));
  });
});
