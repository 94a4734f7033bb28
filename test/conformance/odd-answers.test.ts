import { describe, expect, test } from 'bun:test';
import type OpenAI from 'openai';
import { message, messageEvents, text, toolUse } from './support/anthropic-answers.ts';
import { conformance } from './support/conformance.ts';
import { chunks, completion, toolDelta } from './support/openai-answers.ts';
import { streamAnthropic, streamOpenAi, type Json } from './support/through-sdk.ts';

const th = conformance();
const user = (content: unknown) => ({ role: 'user', content });
const ON = { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 4000 };

describe('what one shape has and the other spells otherwise', () => {
  const upstreamA = th.model('anthropic');
  const upstreamO = th.model('openai');
  const bodyO = (more: object) => ({ model: upstreamA.id, messages: [user('Hi')], ...more });
  const bodyA = (more: object) => ({ model: upstreamO.id, max_tokens: 1000, messages: [user('Hi')], ...more });

  test('C125 functions-legacy: a streamed function_call, name once, arguments in pieces', async () => {
    upstreamA.answer(messageEvents([toolUse('t1', 'f', { path: 'x' })], { stop: 'tool_use' }));
    const request = bodyO({ functions: [{ name: 'f', parameters: { type: 'object' } }], stream: true });
    const stream = (await th.openai.chat.completions.create(
      request as never,
    )) as unknown as AsyncIterable<OpenAI.ChatCompletionChunk>;
    let name = '';
    let args = '';
    const finishes: unknown[] = [];
    for await (const { choices } of stream) {
      expect(choices[0]!.delta).not.toHaveProperty('tool_calls');
      name += choices[0]!.delta.function_call?.name ?? '';
      args += choices[0]!.delta.function_call?.arguments ?? '';
      if (choices[0]!.finish_reason !== null) finishes.push(choices[0]!.finish_reason);
    }
    expect([name, args, finishes]).toEqual(['f', '{"path":"x"}', ['function_call']]);
  });

  const CUSTOM = { tools: [{ type: 'custom', custom: { name: 'patch', description: 'Apply a patch.' } }] };
  test('K6: a custom tool is a tool with one text; the call comes back as the text alone', async () => {
    upstreamA.answer(message([toolUse('t1', 'patch', { input: '*** Begin\n"x" 🌍' })], { stop: 'tool_use' }));
    const { choices } = (await th.openai.chat.completions.create(bodyO(CUSTOM) as never)) as OpenAI.ChatCompletion;
    const call = { id: 't1', type: 'custom', custom: { name: 'patch', input: '*** Begin\n"x" 🌍' } };
    expect(choices[0]!.message.tool_calls as unknown).toEqual([call]);
    expect(choices[0]!.finish_reason).toBe('tool_calls');
    expect(upstreamA.sent().tools).toMatchObject([
      {
        name: 'patch',
        input_schema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
      },
    ]);
    const messages = [user('Hi'), choices[0]!.message, { role: 'tool', tool_call_id: 't1', content: 'applied' }];
    upstreamA.answer(message([text('ok')]));
    await th.openai.chat.completions.create(bodyO({ ...CUSTOM, messages }) as never);
    expect(upstreamA.sent().messages[1].content).toEqual([toolUse('t1', 'patch', { input: '*** Begin\n"x" 🌍' })]);
  });

  test('K6: and streamed', async () => {
    const pieces = ['{"inp', 'ut": "*** Be', 'gin\\n\\u00e9', ' \\"x\\""', '}'];
    upstreamA.answer(messageEvents([toolUse('t1', 'patch', {}, pieces)], { stop: 'tool_use' }));
    const request = bodyO({ ...CUSTOM, stream: true });
    const stream = (await th.openai.chat.completions.create(request as never)) as unknown as AsyncIterable<Json>;
    let name = '';
    let input = '';
    for await (const { choices } of stream) {
      for (const call of choices[0].delta.tool_calls ?? []) {
        name += call.custom?.name ?? '';
        input += call.custom?.input ?? '';
      }
    }
    expect([name, input]).toEqual(['patch', '*** Begin\né "x"']);
  });

  test('C035 mistral: thinking and text as parts of the content', async () => {
    const part = (value: string) => ({ type: 'thinking', thinking: [{ type: 'text', text: value }] });
    upstreamO.answer(completion({ content: [part('Hm. '), { type: 'text', text: 'Hello' }] }));
    const whole = (await th.anthropic.messages.create(bodyA(ON) as never)) as unknown as Json;
    expect(whole.content).toMatchObject([
      { type: 'thinking', thinking: 'Hm. ' },
      { type: 'text', text: 'Hello' },
    ]);
    upstreamO.answer(
      chunks([
        { content: [part('Hm')] },
        { content: [part('. ')] },
        { content: 'Hel' },
        { content: [{ type: 'text', text: 'lo' }] },
      ]),
    );
    const { message: streamed } = await streamAnthropic(th, bodyA(ON));
    expect(streamed.content).toMatchObject([
      { type: 'thinking', thinking: 'Hm. ' },
      { type: 'text', text: 'Hello' },
    ]);
  });

  test('C105 reverse: url citations of an OpenAI upstream are Anthropic’s citations of the text they stand in', async () => {
    const content = 'It rained 🌧 today.';
    const annotations = [
      { type: 'url_citation', url_citation: { url: 'https://a.example', title: 'A', start_index: 3, end_index: 9 } },
    ];
    upstreamO.answer(completion({ content, annotations }));
    const whole = (await th.anthropic.messages.create(bodyA({}) as never)) as unknown as Json;
    expect(whole.content[0].citations).toMatchObject([
      { type: 'web_search_result_location', url: 'https://a.example', title: 'A', cited_text: 'rained' },
    ]);
    upstreamO.answer(chunks([{ content }, { annotations }]));
    const { message: streamed } = await streamAnthropic(th, bodyA({}));
    expect((streamed.content[0] as Json).citations).toMatchObject([{ url: 'https://a.example' }]);
  });

  test('C060 legacy-upstream: an upstream that still streams function_call', async () => {
    const pieces = [
      { function_call: { name: 'f', arguments: '' } },
      { function_call: { arguments: '{"a"' } },
      { function_call: { arguments: ':1}' } },
    ];
    upstreamO.answer(chunks(pieces, { finish: 'function_call' }));
    const { message: streamed } = await streamAnthropic(th, bodyA({}));
    expect(streamed).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', name: 'f', input: { a: 1 } }],
    });
    upstreamO.answer(
      completion({ content: null, function_call: { name: 'f', arguments: '{"a":1}' } }, { finish: 'function_call' }),
    );
    expect(await th.anthropic.messages.create(bodyA({}) as never)).toMatchObject({
      content: [{ type: 'tool_use', name: 'f', input: { a: 1 } }],
    });
  });

  test('C086 long-tool-name: a streamed call of a shortened name bears the client’s own', async () => {
    const name = `mcp__server__${'very_'.repeat(20)}`.slice(0, 90);
    upstreamO.answer((exchange) => {
      const sent = JSON.parse(exchange.request.text()) as { tools: { function: { name: string } }[] };
      const alias = sent.tools[0]!.function.name;
      expect(alias.length).toBeLessThanOrEqual(64);
      return exchange.stream(
        chunks([toolDelta({ index: 0, id: 't1', name: alias, args: '{}' })], { finish: 'tool_calls' }),
      );
    });
    const { message: streamed } = await streamAnthropic(
      th,
      bodyA({ tools: [{ name, input_schema: { type: 'object' } }] }),
    );
    expect(streamed.content).toMatchObject([{ type: 'tool_use', name }]);
  });

  test('C106 exclude: a client that wants no reasoning gets none, and it is restored all the same', async () => {
    const blocks = [{ type: 'thinking', thinking: 'Secret.', signature: 'SIG-SECRET' }, toolUse('toolu_excl', 'f', {})];
    const more = {
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
      reasoning: { effort: 'medium', exclude: true },
      max_tokens: 4000,
    };
    upstreamA.answer(messageEvents(blocks, { stop: 'tool_use' }));
    const { python } = await streamOpenAi(th, bodyO(more));
    expect(JSON.stringify(python)).not.toMatch(/Secret|SIG|reasoning/);
    upstreamA.answer(message([text('ok')]));
    const { role, content, tool_calls } = python;
    const messages = [
      user('Hi'),
      { role, content, tool_calls },
      { role: 'tool', tool_call_id: 'toolu_excl', content: 'r' },
    ];
    await th.openai.chat.completions.create(bodyO({ ...more, messages }) as never);
    expect(upstreamA.sent().messages[1].content).toEqual(blocks);
  });

  test('C070 opt-out: nothing is kept for a client that says so', async () => {
    const blocks = [
      { type: 'thinking', thinking: 'Private.', signature: 'SIG-PRIVATE' },
      toolUse('toolu_off', 'f', {}),
    ];
    const more = {
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
      reasoning_effort: 'medium',
      max_tokens: 4000,
    };
    upstreamA.answer(message(blocks, { stop: 'tool_use' }));
    const headers = { 'x-th-store': 'off' };
    await (await th.post('openai', bodyO(more), headers)).text();
    upstreamA.answer(message([text('ok')]));
    const assistant = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'toolu_off', type: 'function', function: { name: 'f', arguments: '{}' } }],
    };
    const messages = [user('Hi'), assistant, { role: 'tool', tool_call_id: 'toolu_off', content: 'r' }];
    await (await th.post('openai', bodyO({ ...more, messages }), headers)).text();
    expect(upstreamA.sentText()).not.toContain('SIG-PRIVATE');
  });
});

describe('a history with what only Anthropic runs', () => {
  const upstreamO = th.model('openai');
  test('K7: searches of the past are told as text, in their place, never as base64 or JSON', async () => {
    upstreamO.answer(completion({ content: 'ok' }));
    const turn = [
      { type: 'text', text: 'Let me look.' },
      { type: 'server_tool_use', id: 'srv1', name: 'web_search', input: { query: 'rain today' } },
      {
        type: 'web_search_tool_result',
        tool_use_id: 'srv1',
        content: [
          {
            type: 'web_search_result',
            url: 'https://a.example',
            title: 'Weather',
            encrypted_content: 'ENCRYPTED',
            page_age: null,
          },
        ],
      },
      { type: 'text', text: 'It rained.' },
    ];
    const messages = [user('Rain?'), { role: 'assistant', content: turn }, user('Sure?')];
    await th.anthropic.messages.create({ model: upstreamO.id, max_tokens: 100, messages } as never);
    const { content } = upstreamO.sent().messages[1];
    expect(content).toMatch(/^Let me look\.[\s\S]*\[web_search: rain today\][\s\S]*It rained\.$/);
    expect(content).toContain('Weather');
    expect(content).toContain('https://a.example');
    expect(content).not.toContain('ENCRYPTED');
  });

  test('C042 render: search results and documents within a tool result are text', async () => {
    upstreamO.answer(completion({ content: 'ok' }));
    const result = {
      type: 'tool_result',
      tool_use_id: 't1',
      content: [
        {
          type: 'search_result',
          source: 'https://b.example',
          title: 'Title B',
          content: [{ type: 'text', text: 'Body B' }],
        },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Document text' } },
      ],
    };
    const messages = [user('Hi'), { role: 'assistant', content: [toolUse('t1', 'f', {})] }, user([result])];
    await th.anthropic.messages.create({ model: upstreamO.id, max_tokens: 100, messages } as never);
    const { content } = upstreamO.sent().messages[2];
    expect(content).toMatch(/Title B[\s\S]*https:\/\/b\.example[\s\S]*Body B[\s\S]*Document text/);
    expect(content).not.toMatch(/"type"|search_result/);
  });
});
