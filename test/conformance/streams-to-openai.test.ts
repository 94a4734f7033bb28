import { describe, expect, test } from 'bun:test';
import type OpenAI from 'openai';
import { anthropicEvent } from '../support/answers.ts';
import {
  blockEvents,
  message,
  messageEnd,
  messageEvents,
  messageStart,
  text,
  thinking,
  toolUse,
  type Block,
} from './support/anthropic-answers.ts';
import { conformance, hasWarning, type Answer, type ConformanceModel } from './support/conformance.ts';
import { streamOpenAi, type Json } from './support/through-sdk.ts';

const th = conformance({ config: { server: { heartbeat: '300ms' } } });
const body = (model: ConformanceModel, more: object = {}) => ({
  model: model.id,
  messages: [{ role: 'user', content: 'Hi' }],
  ...more,
});
const withUsage = { stream_options: { include_usage: true } };

describe('an Anthropic stream for an OpenAI client', () => {
  const model = th.model('anthropic');
  const stream = (answer: Answer, more: object = {}) => streamOpenAi(th, body(model.answer(answer), more));
  const json = async (answer: Answer, more: object = {}) =>
    (await th.openai.chat.completions.create(body(model.answer(answer), more) as never)) as OpenAI.ChatCompletion &
      Json;

  test('C005 stream-usage, F8: usage comes once, last, with the same id, and null before it', async () => {
    const { chunks, completion } = await stream(messageEvents([text('Hello there')]), withUsage);
    expect(chunks.at(-1)).toMatchObject({ choices: [], id: chunks[0].id });
    expect(completion.usage).toMatchObject({ prompt_tokens: 42, completion_tokens: 11, total_tokens: 53 });
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'Hello there' } });
    const { chunks: silent } = await stream(messageEvents([text('Hello there')]));
    expect(JSON.stringify(silent)).not.toContain('usage');
  });

  test('C055 role-once-out, A17: one role, in the first chunk, however long the stream', async () => {
    const { python, chunks, completion } = await stream(
      messageEvents(Array.from({ length: 30 }, (_, i) => text(`part ${i}. `))),
    );
    expect(python.role).toBe('assistant');
    expect(chunks[0].choices[0].delta).toEqual({ role: 'assistant', content: '' });
    expect(python.content).toBe(completion.choices[0]!.message.content);
    expect(python.content).toStartWith('part 0. part 1. ');
  });

  test('C024 tool-no-args, K4, A18: a call without arguments has the arguments {}', async () => {
    const { completion, python } = await stream(messageEvents([toolUse('t1', 'f', {}, [''])], { stop: 'tool_use' }));
    const [call] = completion.choices[0]!.message.tool_calls as Json[];
    expect(JSON.parse(call.function.arguments)).toEqual({});
    expect(python.tool_calls).toMatchObject([{ id: 't1', type: 'function', function: { name: 'f', arguments: '{}' } }]);
    const whole = await json(message([toolUse('t1', 'f', {})], { stop: 'tool_use' }));
    expect(whole.choices[0]!.message.tool_calls).toMatchObject([{ function: { arguments: '{}' } }]);
  });

  test('A16: tool indexes count tools, from 0, whatever blocks stand before them', async () => {
    const blocks = [thinking('hm', 'SIG'), text('Two.'), toolUse('t1', 'f', { a: 1 }), toolUse('t2', 'g', { b: 2 })];
    const { completion, python, chunks } = await stream(messageEvents(blocks, { stop: 'tool_use' }));
    const indexes = chunks.flatMap(({ choices }) => choices[0].delta.tool_calls ?? []).map(({ index }: Json) => index);
    expect([...new Set(indexes)]).toEqual([0, 1]);
    const expected = [
      { id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
      { id: 't2', type: 'function', function: { name: 'g', arguments: '{"b":2}' } },
    ];
    expect(completion.choices[0]!.message.tool_calls).toMatchObject(expected);
    expect(python.tool_calls).toMatchObject(expected);
    expect(completion.choices[0]!.finish_reason).toBe('tool_calls');
  });

  test('C027 length, J1: every reason has its counterpart', async () => {
    const rows: [string, string][] = [
      ['end_turn', 'stop'],
      ['stop_sequence', 'stop'],
      ['max_tokens', 'length'],
      ['model_context_window_exceeded', 'length'],
      ['refusal', 'content_filter'],
      ['something_new', 'stop'],
    ];
    for (const [stop, expected] of rows) {
      const { completion } = await stream(messageEvents([text('Hello')], { stop }));
      expect(completion.choices[0]!.finish_reason as string, stop).toBe(expected);
      expect((await json(message([text('Hello')], { stop }))).choices[0]!.finish_reason as string, stop).toBe(expected);
    }
  });

  test('J4: the chunk that finishes holds nothing else', async () => {
    const { chunks } = await stream(
      messageEvents([text('Hello'), toolUse('t1', 'f', {})], { stop: 'tool_use' }),
      withUsage,
    );
    expect(chunks.at(-2).choices).toEqual([{ index: 0, delta: {}, logprobs: null, finish_reason: 'tool_calls' }]);
  });

  test('C052 o-keepalive, A25: silence is filled with comments', async () => {
    model.answer(async (exchange) => {
      const events = messageEvents([text('Hello there')]);
      const begun = events.findIndex((event) => event.includes('Hello')) + 1;
      await exchange.stream(events.slice(0, begun), { ending: 'keep-open' });
      await Bun.sleep(1_000);
      for (const event of events.slice(begun)) await exchange.write(event);
      await exchange.end();
    });
    const { comments, completion } = await streamOpenAi(th, body(model));
    expect(comments.length).toBeGreaterThanOrEqual(2);
    expect(completion.choices[0]!.message.content).toBe('Hello there');
  });

  test('C101 refusal-a2o: a refusal without words is one', async () => {
    const details = { stop_details: { type: 'refusal', category: null, explanation: 'Not this.' } };
    const { completion, python } = await stream(messageEvents([], { stop: 'refusal', more: details }));
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'content_filter', message: { refusal: 'Not this.' } });
    expect(python.refusal).toBe('Not this.');
    const whole = await json(message([], { stop: 'refusal', more: details }));
    expect(whole.choices[0]).toMatchObject({
      finish_reason: 'content_filter',
      message: { refusal: 'Not this.', content: '' },
    });
    const unexplained = await json(message([], { stop: 'refusal' }));
    expect(unexplained.choices[0]!.message.refusal!.length).toBeGreaterThan(0);
  });

  const searching = th.model('anthropic', { dialect: { server_tools: ['web_search'] } });
  test('C105 annotations: citations come together in one delta', async () => {
    const citation = (url: string) => ({
      type: 'web_search_result_location',
      url,
      title: `Title of ${url}`,
      encrypted_index: 'e',
      cited_text: 'c',
    });
    const cited: Block = {
      ...text('It rained. '),
      citations: [citation('https://a.example'), citation('https://b.example')],
    };
    searching.answer(messageEvents([cited, { ...text('Then not.'), citations: [citation('https://c.example')] }]));
    const request = body(searching, { web_search_options: { search_context_size: 'low' } });
    const { chunks, python, completion } = await streamOpenAi(th, request);
    expect(searching.sent().tools).toMatchObject([{ name: 'web_search', max_uses: 1 }]);
    const carrying = chunks.filter(({ choices }) => 'annotations' in choices[0].delta);
    expect(carrying).toHaveLength(1);
    const urls = python.annotations.map(({ type, url_citation }: Json) => [type, url_citation.url]);
    expect(urls).toEqual(['a', 'b', 'c'].map((name) => ['url_citation', `https://${name}.example`]));
    const { content } = completion.choices[0]!.message;
    const { start_index, end_index } = python.annotations[2].url_citation;
    expect(content!.slice(start_index, end_index)).toBe('Then not.');
  });

  test('C106 details-once: the details of reasoning stand in exactly one chunk, and both SDKs end up with them', async () => {
    const blocks = [thinking('One thought.', 'SIG1'), thinking('Another.', 'SIG2'), text('Hello')];
    const { chunks, python, completion } = await stream(messageEvents(blocks));
    expect(chunks.filter(({ choices }) => 'reasoning_details' in choices[0].delta)).toHaveLength(1);
    expect(python.reasoning_content).toBe('One thought.\n\nAnother.');
    expect(python.reasoning_details).toMatchObject([
      { index: 0, type: 'reasoning.text', text: 'One thought.', signature: 'SIG1', format: 'anthropic-claude-v1' },
      { index: 1, type: 'reasoning.text', text: 'Another.', signature: 'SIG2', format: 'anthropic-claude-v1' },
    ]);
    expect((completion.choices[0]!.message as Json).reasoning_details).toEqual(python.reasoning_details);
  });

  test('D3: thinking without text keeps its signature', async () => {
    const { python } = await stream(
      messageEvents([thinking('', 'SIG-ONLY'), toolUse('t1', 'f', {})], { stop: 'tool_use' }),
    );
    expect(python.reasoning_details).toMatchObject([{ type: 'reasoning.text', text: '', signature: 'SIG-ONLY' }]);
    expect(python).not.toHaveProperty('reasoning_content');
  });

  test('C130 pause-turn: a paused turn ends as stop, and that is said', async () => {
    model.answer(message([text('Searching…')], { stop: 'pause_turn' }));
    const { data, response } = await th.openai.chat.completions.create(body(model) as never).withResponse();
    expect((data as OpenAI.ChatCompletion).choices[0]!.finish_reason).toBe('stop');
    expect(hasWarning(response, 'approx.pause_turn')).toBe(true);
    const { completion } = await stream(messageEvents([text('Searching…')], { stop: 'pause_turn' }));
    expect(completion.choices[0]!.finish_reason).toBe('stop');
  });

  test('K7: what the upstream ran itself is not shown as a call of the client’s', async () => {
    const search: Block = { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} };
    const results: Block = { type: 'web_search_tool_result', tool_use_id: 's1', content: [] };
    const { completion } = await stream(messageEvents([text('First.'), search, results, text('Then.')]));
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'First.\n\nThen.' } });
    expect(completion.choices[0]!.message.tool_calls ?? []).toEqual([]);
    expect((await json(message([text('First.'), search, results, text('Then.')]))).choices[0]!.message.content).toBe(
      'First.\n\nThen.',
    );
  });

  test('C001 shape: a whole answer has every member a strict client reads, and none it would misread', async () => {
    const { choices, ...rest } = await json(message([text('Hello there')]));
    expect(rest).toMatchObject({ object: 'chat.completion', model: model.id });
    expect(rest.id).toMatch(/^chatcmpl-/);
    expect(Math.abs(rest.created - Date.now() / 1000)).toBeLessThan(60);
    expect(choices).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: 'Hello there', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      } as never,
    ]);
    const called = await json(message([toolUse('t1', 'f', { a: 1 })], { stop: 'tool_use' }));
    expect(called.choices[0]!.message.content).toBeNull();
  });

  test('C119 json-for-stream: an upstream that ignores `stream` is made a stream', async () => {
    const { completion } = await stream(
      message([text('Hello'), toolUse('t1', 'f', { a: 1 })], { stop: 'tool_use' }),
      withUsage,
    );
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: 'Hello', tool_calls: [{ id: 't1' }] },
    });
    expect(completion.usage!.total_tokens).toBe(53);
  });

  test('A7: the same answer, streamed and whole, is the same message', async () => {
    const blocks = [thinking('hm', 'SIG'), text('Hello'), toolUse('t1', 'f', { a: 1 })];
    const { completion, python } = await stream(messageEvents(blocks, { stop: 'tool_use' }));
    const whole = (await json(message(blocks, { stop: 'tool_use' }))).choices[0]!.message as Json;
    expect(whole.reasoning_details).toEqual(python.reasoning_details);
    expect(whole.reasoning_content).toBe(python.reasoning_content);
    expect(whole.content).toBe('Hello');
    expect(completion.choices[0]!.message.tool_calls).toMatchObject(whole.tool_calls);
  });

  test('C034 no-stop: an upstream that ends behind its message_delta has said all', async () => {
    const { completion } = await stream(messageEvents([text('Hello')]).slice(0, -1), withUsage);
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'Hello' } });
    expect(completion.usage!.total_tokens).toBe(53);
  });

  test('A11: nothing counts that comes behind the end', async () => {
    const late = blockEvents(text('LATE'), 1);
    const { text: raw } = await stream([...messageEvents([text('Hello')]), ...late, ...messageEnd('max_tokens')]);
    expect(raw).not.toContain('LATE');
    expect(raw.match(/"finish_reason":"/g)).toHaveLength(1);
  });

  test('C016 streamed: warnings stand in the headers of a stream too', async () => {
    const { response } = await stream(messageEvents([text('Hello')]), { seed: 7 });
    expect(hasWarning(response, 'dropped.seed')).toBe(true);
  });

  test('C118 unknown: events and blocks of a later version are passed over', async () => {
    const { completion } = await stream([
      messageStart(),
      anthropicEvent({ type: 'novelty', index: 7 }),
      ...blockEvents({ type: 'hologram', data: 'x' }, 0),
      ...blockEvents(text('Hello'), 1).slice(0, 2),
      anthropicEvent({ type: 'content_block_delta', index: 1, delta: { type: 'smell_delta', smell: 'rose' } }),
      ...blockEvents(text('Hello'), 1).slice(2),
      ...messageEnd('end_turn'),
    ]);
    expect(completion.choices[0]!.message.content).toBe('Hello');
  });
});
