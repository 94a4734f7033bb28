import { describe, expect, test } from 'bun:test';
import { OPENAI_DONE } from '../support/answers.ts';
import { conformance, type Answer } from './support/conformance.ts';
import { chunk, chunks, completion, toolCall, toolDelta, usageChunk } from './support/openai-answers.ts';
import { streamAnthropic, type Json } from './support/through-sdk.ts';

const th = conformance();

describe('tool calls in an OpenAI stream for an Anthropic client', () => {
  const model = th.model('openai');
  const body = (more: object = {}) => ({
    model: model.id,
    max_tokens: 1000,
    messages: [{ role: 'user', content: 'Hi' }],
    tools: ['f', 'g'].map((name) => ({ name, input_schema: { type: 'object' } })),
    ...more,
  });
  const stream = (answer: Answer, more: object = {}, headers: Record<string, string> = {}) => {
    model.answer(answer);
    return streamAnthropic(th, body(more), headers);
  };
  const calls = (deltas: readonly object[], finish = 'tool_calls') => stream(chunks(deltas, { finish }));
  const inputs = (message: { content: readonly object[] }) =>
    (message.content as Json[]).filter(({ type }) => type === 'tool_use').map(({ name, input }) => [name, input]);

  test('C006 cc-tool-loop, A1, A2, A18: a call in five fragments is one tool_use with its input', async () => {
    const { message, outline, events } = await calls([
      toolDelta({ index: 0, id: 't1', name: 'f', args: '' }),
      ...['{"pa', 'th":', '"/tmp/', 'ä"', '}'].map((args) => toolDelta({ index: 0, args })),
    ]);
    expect(outline).toEqual([
      'message_start',
      'start:tool_use',
      'input_json_delta',
      'stop',
      'message_delta',
      'message_stop',
    ]);
    expect(message).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', id: 't1', name: 'f', input: { path: '/tmp/ä' } }],
    });
    const partials = events
      .filter(({ delta }) => delta?.type === 'input_json_delta')
      .map(({ delta }) => delta.partial_json);
    expect(partials[0]).toBe('');
    expect(partials.join('')).toBe('{"path":"/tmp/ä"}');
  });

  test('C009 cc-parallel-stream, A5, A20: interleaved calls become one block after the other, each with its own input', async () => {
    const { message } = await calls([
      toolDelta({ index: 0, id: 't1', name: 'f', args: '' }),
      toolDelta({ index: 1, id: 't2', name: 'g', args: '' }),
      toolDelta({ index: 0, args: '{"a"' }),
      toolDelta({ index: 1, args: '{"b"' }),
      toolDelta({ index: 0, args: ':1}' }),
      toolDelta({ index: 1, args: ':2}' }),
    ]);
    expect(inputs(message)).toEqual([
      ['f', { a: 1 }],
      ['g', { b: 2 }],
    ]);
  });

  test('C025 tool-empty-str, A24, K4: arguments that are empty, null or absent are {}', async () => {
    for (const args of ['', null, undefined]) {
      const { message, events } = await calls([
        toolDelta({ index: 0, id: 't1', name: 'f', ...(args === undefined ? {} : { args }) }),
      ]);
      expect(inputs(message)).toEqual([['f', {}]]);
      const json = events
        .filter(({ delta }) => delta?.type === 'input_json_delta')
        .map(({ delta }) => delta.partial_json)
        .join('');
      expect(json).toBe('{}');
      model.answer(
        completion(
          { content: null, tool_calls: [{ id: 't1', type: 'function', function: { name: 'f', arguments: args } }] },
          { finish: 'tool_calls' },
        ),
      );
      expect(await th.anthropic.messages.create(body() as never)).toMatchObject({
        content: [{ type: 'tool_use', input: {} }],
      });
    }
  });

  test('C026 finish-stop-with-tools, A19, A23: whoever calls a tool stopped to call it', async () => {
    const { message } = await calls([toolDelta({ index: 0, id: 't1', name: 'f', args: '{}' })], 'stop');
    expect(message.stop_reason).toBe('tool_use');
    model.answer(completion({ content: null, tool_calls: [toolCall('t1', 'f', '{}')] }, { finish: 'stop' }));
    expect(await th.anthropic.messages.create(body() as never)).toMatchObject({ stop_reason: 'tool_use' });
    model.answer(completion({ content: null, tool_calls: [toolCall('t1', 'f', '{}')] }, { finish: null }));
    expect(await th.anthropic.messages.create(body() as never)).toMatchObject({ stop_reason: 'tool_use' });
    expect((await calls([{ content: 'Hi' }], 'tool_calls')).message.stop_reason).toBe('end_turn');
  });

  test('C056 id-repeat: id and name on every fragment are one call, its name told once', async () => {
    const { message } = await calls(
      ['{"a"', ':1', '}'].map((args) => toolDelta({ index: 0, id: 't1', name: 'f', args })),
    );
    expect(message.content).toMatchObject([{ id: 't1', name: 'f', input: { a: 1 } }]);
    expect(message.content).toHaveLength(1);
  });

  test('C057 no-index, A5: two calls in one chunk without indexes are two', async () => {
    const { message } = await calls([
      toolDelta({ id: 't1', name: 'f', args: '{"a":1}' }, { id: 't2', name: 'g', args: '{"b":2}' }),
    ]);
    expect(inputs(message)).toEqual([
      ['f', { a: 1 }],
      ['g', { b: 2 }],
    ]);
  });

  test('C058 index-reuse: whole calls that all bear index 0 are as many calls', async () => {
    const { message } = await calls([
      toolDelta({ index: 0, id: 't1', name: 'f', args: '{"a":1}' }),
      toolDelta({ index: 0, id: 't2', name: 'g', args: '{"b":2}' }),
      toolDelta({ index: 0, id: 't3', name: 'g', args: '{"c":3}' }),
    ]);
    expect(inputs(message)).toEqual([
      ['f', { a: 1 }],
      ['g', { b: 2 }],
      ['g', { c: 3 }],
    ]);
    expect((message.content as Json[]).map(({ id }) => id)).toEqual(['t1', 't2', 't3']);
  });

  test('C058b id-per-fragment: a new id on every fragment is still one call, with the first id', async () => {
    const { message } = await calls([
      toolDelta({ index: 0, id: 'x1', name: 'f', args: '' }),
      toolDelta({ index: 0, id: 'x2', args: '{"a"' }),
      toolDelta({ index: 0, id: 'x3', args: ':1}' }),
    ]);
    expect(message.content).toMatchObject([{ id: 'x1', name: 'f', input: { a: 1 } }]);
    expect(message.content).toHaveLength(1);
  });

  test('C059 no-id: a call without an id gets one, and its result finds it', async () => {
    const { message } = await calls([toolDelta({ index: 0, name: 'f', args: '{"a":1}' })]);
    const [call] = message.content as Json[];
    expect(call.id).toMatch(/^[A-Za-z0-9_-]{8,}$/);
    model.answer(completion({ content: 'done' }));
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: message.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'r' }] },
    ];
    await th.anthropic.messages.create(body({ messages }) as never);
    const sent = model.sent().messages;
    expect(sent[2].tool_call_id).toBe(sent[1].tool_calls[0].id);
  });

  test('C060 whole-call, A21: a whole call in the chunk that finishes is complete', async () => {
    const finish = chunk(toolDelta({ index: 0, id: 't1', name: 'f', args: '{"a":1}' }), 'tool_calls');
    const { message } = await stream([chunk({ role: 'assistant', content: null }), finish, usageChunk(), OPENAI_DONE]);
    expect(message).toMatchObject({ stop_reason: 'tool_use', content: [{ type: 'tool_use', input: { a: 1 } }] });
    const inMessage = chunk(undefined, 'tool_calls', {
      message: { role: 'assistant', tool_calls: [toolCall('t1', 'f', '{"a":1}')] },
    });
    expect((await stream([inMessage, usageChunk(), OPENAI_DONE])).message.content).toMatchObject([
      { type: 'tool_use', input: { a: 1 } },
    ]);
  });

  test('C061 args-object: arguments that are an object already are taken as one', async () => {
    const { message } = await calls([toolDelta({ index: 0, id: 't1', name: 'f', args: { a: { b: [1] } } })]);
    expect(inputs(message)).toEqual([['f', { a: { b: [1] } }]]);
  });

  test('C062 invalid-args: junk does not break the stream; it arrives as what it is', async () => {
    const { message } = await calls([toolDelta({ index: 0, id: 't1', name: 'f', args: '{"a": tru,}' })]);
    expect(inputs(message)).toEqual([['f', { _raw_arguments: '{"a": tru,}' }]]);
  });

  test('C063 garbage-after: leftovers behind the object, or a placeholder before it, are left out', async () => {
    for (const pieces of [['{"a":1}', '</tool_call>'], ['{}', '{"a":1}'], ['"{\\"a\\"', ':1}"'], ['{"a":1}\n```']]) {
      const { message } = await calls([
        toolDelta({ index: 0, id: 't1', name: 'f', args: '' }),
        ...pieces.map((args) => toolDelta({ index: 0, args })),
      ]);
      expect(inputs(message), pieces.join('')).toEqual([['f', { a: 1 }]]);
    }
  });

  test('C064 text-then-tool: the text is closed before the tool opens', async () => {
    const { outline } = await calls([
      { content: 'Let me see.' },
      toolDelta({ index: 0, id: 't1', name: 'f', args: '{}' }),
    ]);
    expect(outline).toEqual([
      'message_start',
      'start:text',
      'text_delta',
      'stop',
      'start:tool_use',
      'input_json_delta',
      'stop',
      'message_delta',
      'message_stop',
    ]);
  });

  test('C065 tool-then-text: text after a call is a block behind it', async () => {
    const { message } = await calls([
      toolDelta({ index: 0, id: 't1', name: 'f', args: '{"a"' }),
      { content: 'Some words' },
      toolDelta({ index: 0, args: ':1}' }),
      { content: ' after.' },
    ]);
    expect(message.content).toMatchObject([
      { type: 'tool_use', input: { a: 1 } },
      { type: 'text', text: 'Some words after.' },
    ]);
    const { message: held } = await calls([
      toolDelta({ index: 0, id: 't1', name: 'f', args: '{"a"' }),
      { content: 'Some words' },
      toolDelta({ index: 0, args: ':1}' }),
    ]);
    expect(held.content).toMatchObject([
      { type: 'tool_use', input: { a: 1 } },
      { type: 'text', text: 'Some words' },
    ]);
  });

  test('A13: a call’s block opens when its name is known', async () => {
    const { message } = await calls([
      toolDelta({ index: 0, id: 't1', name: '', args: '' }),
      toolDelta({ index: 0, name: 'f' }),
      toolDelta({ index: 0, args: '{"a":1}' }),
      toolDelta({ index: 1, id: 't2', args: '{"b":2}' }),
      toolDelta({ index: 1, name: 'g' }),
    ]);
    expect(inputs(message)).toEqual([
      ['f', { a: 1 }],
      ['g', { b: 2 }],
    ]);
  });

  test('A15: what is still held back at the end is sent before the end', async () => {
    const { message } = await stream([
      chunk(toolDelta({ index: 0, id: 't1', name: 'f', args: '{"a":"' })),
      chunk(toolDelta({ index: 0, args: `${'long '.repeat(4000)}"}` })),
      chunk({}, 'tool_calls'),
    ]);
    expect(inputs(message)).toEqual([['f', { a: 'long '.repeat(4000) }]]);
  });

  test('C027 length, A15: a call that the limit cut ends as max_tokens, not as a call to run', async () => {
    const { message } = await calls([toolDelta({ index: 0, id: 't1', name: 'f', args: '{"a":"cut of' })], 'length');
    expect(message.stop_reason).toBe('max_tokens');
    model.answer(
      completion({ content: null, tool_calls: [toolCall('t1', 'f', '{"a":"x","b":"cut of')] }, { finish: 'length' }),
    );
    expect(await th.anthropic.messages.create(body() as never)).toMatchObject({ stop_reason: 'max_tokens' });
  });

  test('C006 live, C009, C063: passed on as they come, calls are the same calls', async () => {
    const call = (index: number, id: string, name: string) => toolDelta({ index, id, name, args: '' });
    const args = (index: number, ...pieces: string[]) => pieces.map((piece) => toolDelta({ index, args: piece }));
    const answers: Record<string, object[]> = {
      plain: [call(0, 't1', 'f'), ...args(0, '{"a"', ':[1,{"b', '":"}"}]', '}')],
      'two in turn': [call(0, 't1', 'f'), ...args(0, '{"a":', '1}'), call(1, 't2', 'g'), ...args(1, '{"b"', ':2}')],
      interleaved: [
        call(0, 't1', 'f'),
        call(1, 't2', 'g'),
        ...args(0, '{"a"'),
        ...args(1, '{"b"'),
        ...args(0, ':1}'),
        ...args(1, ':2}'),
      ],
      'no arguments': [call(0, 't1', 'f'), call(1, 't2', 'g')],
      'a placeholder first': [call(0, 't1', 'f'), ...args(0, '{}', '{"a":1}')],
      'leftovers behind': [call(0, 't1', 'f'), ...args(0, '{"a":1}', '</tool_call>')],
      'white space around': [call(0, 't1', 'f'), ...args(0, ' \n', '{"a":1}', '\n ')],
      'in a string': [call(0, 't1', 'f'), ...args(0, '"{\\"a\\"', ':1}"')],
      'text between': [
        call(0, 't1', 'f'),
        ...args(0, '{"a"'),
        { content: 'Hm.' },
        ...args(0, ':1}'),
        { content: ' Done.' },
      ],
      'reasoning between': [
        call(0, 't1', 'f'),
        ...args(0, '{"a":1}'),
        { reasoning_content: 'next' },
        call(1, 't2', 'g'),
        ...args(1, '{"b":2}'),
      ],
    };
    const eager = {
      tools: ['f', 'g'].map((name) => ({ name, input_schema: { type: 'object' }, eager_input_streaming: true })),
    };
    for (const [name, deltas] of Object.entries(answers)) {
      const buffered = await calls(deltas);
      const live = await stream(chunks(deltas, { finish: 'tool_calls' }), eager);
      expect(live.message.content, name).toEqual(buffered.message.content);
      expect(live.message.stop_reason, name).toBe('tool_use');
    }
  });

  test('C006 live: a client that asked for it sees the arguments as they come', async () => {
    const first = Promise.withResolvers<void>();
    model.answer(async (exchange) => {
      await exchange.stream([chunk(toolDelta({ index: 0, id: 't1', name: 'f', args: '{"a":' }))], {
        ending: 'keep-open',
      });
      await first.promise;
      for (const event of [
        chunk(toolDelta({ index: 0, args: '1}' })),
        chunk({}, 'tool_calls'),
        usageChunk(),
        OPENAI_DONE,
      ])
        await exchange.write(event);
      await exchange.end();
    });
    const headers = { 'anthropic-beta': 'fine-grained-tool-streaming-2025-05-14' };
    const live = th.anthropic.messages.stream(body() as never, { headers });
    let seen = '';
    live.on('inputJson', (partial) => {
      seen += partial;
      if (seen === '{"a":') first.resolve();
    });
    const message = await live.finalMessage();
    expect(seen).toBe('{"a":1}');
    expect(inputs(message)).toEqual([['f', { a: 1 }]]);
  });
});
