import { describe, expect, test } from 'bun:test';
import { anthropicClient, post } from '../support/clients.ts';
import { jsonOf, readStream } from '../support/sse-events.ts';
import { OPENAI_DONE } from '../support/answers.ts';
import { conformance, hasWarning, type Answer, type ConformanceModel } from './support/conformance.ts';
import { chunk, chunks, completion, usageChunk } from './support/openai-answers.ts';
import { streamAnthropic } from './support/through-sdk.ts';

const th = conformance({ config: { server: { heartbeat: '300ms' } } });
const body = (model: ConformanceModel, more: object = {}) => ({
  model: model.id,
  max_tokens: 1000,
  messages: [{ role: 'user', content: 'Hi' }],
  ...more,
});
const thinkingOn = { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 4000 };

describe('an OpenAI stream for an Anthropic client', () => {
  const model = th.model('openai');
  const stream = (answer: Answer, more: object = {}) => streamAnthropic(th, body(model.answer(answer), more));

  test('C004 msg-stream: start, ping, one text block, delta, stop, in order', async () => {
    const { events, message } = await stream(chunks([{ content: 'Hello' }, { content: ' there' }]));
    expect(events.map(({ type }) => type)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(message).toMatchObject({
      model: model.id,
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: 'Hello there' }],
    });
    expect(model.sent()).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    let text = '';
    for await (const event of th.anthropic.messages.stream(body(model) as never)) {
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
    }
    expect(text).toBe('Hello there');
  });

  test('C002 msg-hello: who does not ask for thinking has the text as block 0', async () => {
    model.answer(completion({ content: 'Hello there', reasoning_content: 'They greet me.' }));
    const message = (await th.anthropic.messages.create(body(model) as never)) as unknown as {
      content: object[];
      model: string;
      stop_reason: string;
    };
    expect(message.content).toMatchObject([{ type: 'text', text: 'Hello there' }]);
    expect(message).toMatchObject({ model: model.id, stop_reason: 'end_turn', stop_sequence: null });
  });

  test('C034 no-done, A12: finish and usage, then the end: a clean message', async () => {
    const { message } = await stream(chunks([{ content: 'Hello' }], { done: false }));
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { output_tokens: 11 } });
  });

  test('A11, A12: a [DONE] without a finish reason ends what is open; nothing after it counts', async () => {
    const { message, outline } = await stream([
      ...chunks([{ content: 'Hello' }], { finish: null }),
      chunk({ content: 'late' }),
    ]);
    expect(message).toMatchObject({ stop_reason: 'end_turn', content: [{ text: 'Hello' }] });
    expect(outline.slice(-2)).toEqual(['message_delta', 'message_stop']);
  });

  test('C038 ws-between: white space between reasoning and a tool is no text block', async () => {
    const call = {
      tool_calls: [{ index: 0, id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
    };
    const { message } = await stream(
      chunks([{ reasoning_content: 'hm' }, { content: '\n\n' }, call], { finish: 'tool_calls' }),
      thinkingOn,
    );
    expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);
  });

  test('C039 leading-ws: white space before a text stays', async () => {
    const { message } = await stream(chunks([{ content: '\n\n' }, { content: 'Hello' }]));
    expect(message.content).toMatchObject([{ type: 'text', text: '\n\nHello' }]);
  });

  test('C053 openrouter-comment: comments are no events', async () => {
    const answer = [
      ': OPENROUTER PROCESSING\n\n',
      ...chunks([{ content: 'Hello' }]).flatMap((event) => [event, ': OPENROUTER PROCESSING\n\n']),
    ];
    expect((await stream(answer)).message.content).toMatchObject([{ text: 'Hello' }]);
  });

  test('C054 role-repeat, A9: a role on every chunk makes one message_start', async () => {
    const pieces = ['Hel', 'lo'].map((content) => chunk({ role: 'assistant', content }));
    const { outline, message } = await stream([
      ...pieces,
      chunk({ role: 'assistant' }, 'stop'),
      usageChunk(),
      OPENAI_DONE,
    ]);
    expect(outline).toEqual(['message_start', 'start:text', 'text_delta', 'stop', 'message_delta', 'message_stop']);
    expect(message.content).toMatchObject([{ text: 'Hello' }]);
  });

  test('A14, L6: empty deltas open no block', async () => {
    const call = {
      tool_calls: [{ index: 0, id: 't1', type: 'function', function: { name: 'f', arguments: '{}' } }],
      content: '',
    };
    const deltas = [{ content: '' }, { content: null, reasoning_content: '' }, call, { content: '' }];
    const { message } = await stream(chunks(deltas, { finish: 'tool_calls' }), thinkingOn);
    expect(message.content.map(({ type }) => type)).toEqual(['tool_use']);
  });

  test('C122 dup-finish, A8: two finish chunks with text between, usage last: one end, and no text lost', async () => {
    const { events, message } = await stream([
      chunk({ role: 'assistant', content: 'Hel' }),
      chunk({}, 'stop'),
      chunk({ content: 'lo' }),
      chunk({}, 'stop'),
      usageChunk(),
      OPENAI_DONE,
    ]);
    expect(message).toMatchObject({ content: [{ text: 'Hello' }], usage: { output_tokens: 11 } });
    expect(events.filter(({ type }) => type === 'message_delta')).toHaveLength(1);
  });

  test('C123 multi-choice: other choices are not mixed in', async () => {
    const second = (delta: object) => chunk(delta, null, { index: 1 });
    const { message } = await stream([
      chunk({ role: 'assistant', content: 'Hel' }),
      second({ role: 'assistant', content: 'WRONG' }),
      chunk({ content: 'lo' }),
      second({ content: 'WRONG' }),
      chunk({}, 'stop'),
      usageChunk(),
      OPENAI_DONE,
    ]);
    expect(message.content).toMatchObject([{ text: 'Hello' }]);
    const both = completion({ content: 'Hello' }) as { choices: object[] };
    both.choices.push({ index: 1, message: { role: 'assistant', content: 'WRONG' }, finish_reason: 'stop' });
    model.answer(both);
    expect(await th.anthropic.messages.create(body(model) as never)).toMatchObject({ content: [{ text: 'Hello' }] });
  });

  test('C027 length, J1: every reason has its counterpart, and is never null', async () => {
    const rows: [string, string][] = [
      ['stop', 'end_turn'],
      ['length', 'max_tokens'],
      ['content_filter', 'refusal'],
      ['eos', 'end_turn'],
      ['something_new', 'end_turn'],
    ];
    for (const [finish, expected] of rows) {
      const { message } = await stream(chunks([{ content: 'Hello' }], { finish }));
      expect(message.stop_reason as string, finish).toBe(expected);
      model.answer(completion({ content: 'Hello' }, { finish }));
      expect(await th.anthropic.messages.create(body(model) as never), finish).toMatchObject({ stop_reason: expected });
    }
  });

  test('C100 vllm-stop-reason, J2: the sequence that stopped the model is told', async () => {
    const { message } = await stream([
      chunk({ role: 'assistant', content: 'Hello' }),
      chunk({}, 'stop', { stop_reason: 'END' }),
      usageChunk(),
      OPENAI_DONE,
    ]);
    expect(message).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
    model.answer(completion({ content: 'Hello' }, { choice: { stop_reason: 'END' } }));
    expect(await th.anthropic.messages.create(body(model) as never)).toMatchObject({
      stop_reason: 'stop_sequence',
      stop_sequence: 'END',
    });
  });

  test('C102 content-filter: a filtered answer is a refusal', async () => {
    const { events, message } = await stream(chunks([{ content: 'I' }], { finish: 'content_filter' }));
    expect(message.stop_reason).toBe('refusal');
    expect(events.at(-2).delta.stop_details).toMatchObject({ type: 'refusal' });
    model.answer(completion({ content: null, refusal: 'I cannot help.' }));
    expect(await th.anthropic.messages.create(body(model) as never)).toMatchObject({
      stop_reason: 'refusal',
      content: [{ type: 'text', text: 'I cannot help.' }],
    });
  });

  test('C119 json-for-stream: an upstream that ignores `stream` is made a stream', async () => {
    const tool_calls = [{ id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }];
    const { message, outline } = await stream(completion({ content: 'Hello', tool_calls }, { finish: 'tool_calls' }));
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
    expect(message).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ text: 'Hello' }, { id: 't1', input: { a: 1 } }],
    });
  });

  const streamOnly = th.model('openai', { dialect: { stream_only: true } });
  test('C119 stream-for-json: an upstream that only streams serves a client that does not', async () => {
    streamOnly.answer(chunks([{ content: 'Hello' }, { content: ' there' }]));
    const message = await th.anthropic.messages.create(body(streamOnly) as never);
    expect(message).toMatchObject({ content: [{ type: 'text', text: 'Hello there' }], stop_reason: 'end_turn' });
    expect(streamOnly.sent().stream).toBe(true);
  });

  test('A10, A22: an answer without anything is a legal, empty message', async () => {
    const { message, outline } = await stream(chunks([]));
    expect(outline).toEqual(['message_start', 'message_delta', 'message_stop']);
    expect(message).toMatchObject({ content: [], stop_reason: 'end_turn' });
  });

  test('C051 ping, A25, B1: silence is filled with pings that no SDK minds, between events only', async () => {
    const bytes = Buffer.from(chunk({ content: 'Schöne 🌍' }));
    model.answer(async (exchange) => {
      await exchange.stream([chunk({ role: 'assistant', content: '' })], { ending: 'keep-open' });
      // What has no content yet is held back for 1.5 s.
      await Bun.sleep(2_500);
      for (const byte of bytes) await exchange.write(Uint8Array.of(byte));
      await Bun.sleep(1_200);
      for (const event of [chunk({}, 'stop'), usageChunk(), OPENAI_DONE]) await exchange.write(event);
      await exchange.end();
    });
    const { events, message } = await streamAnthropic(th, body(model));
    expect(events.filter(({ type }) => type === 'ping').length).toBeGreaterThanOrEqual(3);
    expect(message.content).toMatchObject([{ text: 'Schöne 🌍' }]);
  });

  test('A3: streams that run at the same time share nothing', async () => {
    model.answer(async (exchange) => {
      const { messages } = JSON.parse(exchange.request.text()) as { messages: { content: string }[] };
      const word = messages[0]!.content;
      await exchange.stream(chunks([...word].map((content) => ({ content }))), { delayMs: 3 });
    });
    const words = Array.from({ length: 20 }, (_, i) => `answer-${i}-${'x'.repeat(i)}`);
    const client = anthropicClient(th);
    const texts = await Promise.all(
      words.map(async (content) => {
        const request = { ...body(model), messages: [{ role: 'user', content }] };
        return (await client.messages.stream(request as never).finalMessage()).content;
      }),
    );
    expect(texts).toMatchObject(words.map((text) => [{ type: 'text', text }]));
  });

  test('A7: the same answer, streamed and whole, gives the same blocks', async () => {
    const tool_calls = [
      { id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
      { id: 't2', type: 'function', function: { name: 'g', arguments: '' } },
    ];
    const whole = { reasoning_content: 'hm', content: 'Hello', tool_calls };
    model.answer(completion(whole, { finish: 'tool_calls' }));
    const json = (await th.anthropic.messages.create(body(model, thinkingOn) as never)) as unknown as {
      content: Record<string, unknown>[];
    };
    const deltas = [
      { reasoning_content: 'hm' },
      { content: 'Hello' },
      { tool_calls: tool_calls.map((call, index) => ({ index, ...call })) },
    ];
    const { message } = await stream(chunks(deltas, { finish: 'tool_calls' }), thinkingOn);
    const plain = (content: unknown) =>
      (JSON.parse(JSON.stringify(content)) as Record<string, unknown>[]).map(
        ({ type, text, thinking, id, name, input }) => ({ type, text, thinking, id, name, input }),
      );
    expect(plain(message.content)).toEqual(plain(json.content));
    expect(plain(json.content)).toMatchObject([
      { type: 'thinking', thinking: 'hm' },
      { type: 'text', text: 'Hello' },
      { type: 'tool_use', id: 't1', input: { a: 1 } },
      { type: 'tool_use', id: 't2', input: {} },
    ]);
  });

  test('B2, B3, C111 crlf: no space after the colon and CRLF line ends, a byte at a time', async () => {
    const bytes = Buffer.from(
      chunks([{ content: 'Größe 🌍' }])
        .join('')
        .replaceAll('data: ', 'data:')
        .replaceAll('\n', '\r\n'),
    );
    model.answer((exchange) => exchange.stream(Array.from(bytes, (byte) => Uint8Array.of(byte))));
    const response = await post(th, 'anthropic', { ...body(model), stream: true });
    const events = (await readStream(response)).events.map(jsonOf);
    const texts = events.map((event) => (event as { delta?: { text?: string } }).delta?.text ?? '');
    expect(texts.join('')).toBe('Größe 🌍');
    expect(events.at(-1)).toEqual({ type: 'message_stop' });
    expect(hasWarning(response, 'dropped.stream')).toBe(false);
  });
});
