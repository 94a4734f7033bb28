import { describe, expect, test } from 'bun:test';
import { ApiError } from '../../api-error.ts';
import { unpackToolId } from '../tool-ids.ts';
import { Warnings } from '../warnings.ts';
import { encoder, type Message, type PlanOptions, planOf, USAGE } from './answers.fixture.ts';
import { readOpenAiCompletion } from './response.ts';

function answerOf(body: object | string, plan: PlanOptions = {}) {
  return readOpenAiCompletion(encoder.encode(typeof body === 'string' ? body : JSON.stringify(body)), planOf(plan));
}
const textOf = (answer: ReturnType<typeof answerOf>) => Buffer.from(answer.bytes).toString();
const messageOf = (body: object | string, plan: PlanOptions = {}) =>
  JSON.parse(textOf(answerOf(body, plan))) as Message;

const completion = (message: object, finish_reason: string | null = 'stop', choice = {}, more = {}) => ({
  id: 'chatcmpl-0123456789abcdef',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason, ...choice }],
  usage: USAGE,
  ...more,
});
const call = (name: string | undefined, args: unknown, id: string | undefined = 'a') => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});

describe('a completion becomes a message', () => {
  test('C002: reasoning that was not asked for is not shown, and the first block is the text', () => {
    const { content } = messageOf(completion({ reasoning_content: 'hm', content: 'hi' }), { showThinking: false });
    expect(content).toEqual([{ type: 'text', text: 'hi' }]);
  });

  test('reasoning, text, calls: every member', () => {
    const message = messageOf(
      completion(
        { content: 'hi', reasoning: 'hm', tool_calls: [call('f', '{"a":1}'), call('g', '', 'b')] },
        'tool_calls',
      ),
    );
    expect(message as object).toEqual({
      id: 'msg_0123456789abcdef',
      type: 'message',
      role: 'assistant',
      model: 'public-model',
      content: [
        { type: 'thinking', thinking: 'hm', signature: planOf().ports.sign('hm', { v: 1, m: 'upstream-model' }) },
        { type: 'text', text: 'hi' },
        { type: 'tool_use', id: 'a', name: 'f', input: { a: 1 }, caller: { type: 'direct' } },
        { type: 'tool_use', id: 'b', name: 'g', input: {}, caller: { type: 'direct' } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics: null,
      usage: {
        input_tokens: 10,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: 5,
        output_tokens_details: { thinking_tokens: 0 },
        server_tool_use: null,
        cache_creation: null,
        service_tier: 'standard',
      },
    });
  });

  test('C124 bigint-args: texts and inputs stay as they were written', () => {
    const out = textOf(
      answerOf(
        '\n {"choices":[{"message":{"content":"\\u00e9\\/","tool_calls":[{"id":"a","function":{"name":"f","arguments":" {\\"10\\":1.0,\\"2\\":12345678901234567890} "}},{"id":"b","function":{"name":"g","arguments":{"10":1.0,"2":[ ]}}}]}}]}  ',
      ),
    );
    expect(out).toContain('"text":"\\u00e9\\/"');
    expect(out).toContain('"input":{"10":1.0,"2":12345678901234567890}');
    expect(out).toContain('"input":{"10":1.0,"2":[ ]}');
  });

  test('C091: no text, and white space alone, are no block', () => {
    for (const content of [null, '', '\n\n', [], undefined])
      expect(messageOf(completion({ content })).content).toEqual([]);
    expect(messageOf(completion({ content: '\n\nHello ' })).content).toEqual([{ type: 'text', text: '\n\nHello ' }]);
  });

  test('content as a list, and as the structured output itself', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'h' }] },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'm' }] },
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    expect(
      messageOf(completion({ content })).content.map(({ type, text, thinking }) => [type, text ?? thinking]),
    ).toEqual([
      ['thinking', 'hm'],
      ['text', 'ab'],
    ]);
    expect(messageOf(completion({ content: { answer: 1 } })).content[0]?.text).toBe('{"answer":1}');
  });

  test('think tags within the text, for models known for them', () => {
    const capabilities = { reasoningOut: ['think_tags'] };
    const content = '<reasoning>hm</reasoning>\n\nyes';
    expect(messageOf(completion({ content }), { capabilities }).content.map(({ type }) => type)).toEqual([
      'thinking',
      'text',
    ]);
    expect(messageOf(completion({ content })).content).toEqual([{ type: 'text', text: content }]);
  });

  test('a refusal is the text and the reason', () => {
    expect(messageOf(completion({ content: null, refusal: 'I cannot' }))).toMatchObject({
      content: [{ type: 'text', text: 'I cannot' }],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal' },
    });
  });

  test('sources are cited with what they stand behind; without sources there is no such member', () => {
    const source = (start_index: number, end_index: number) => ({
      type: 'url_citation',
      url_citation: { url: 'https://a.b', title: null, start_index, end_index, content: 'snippet' },
    });
    const { content } = messageOf(
      completion({ content: 'x\u{1f30d}said.', annotations: [source(3, 7), source(0, 0), { type: 'file' }] }),
    );
    expect(content[0]?.citations).toMatchObject([
      { type: 'web_search_result_location', url: 'https://a.b', title: null, cited_text: 'said', encrypted_index: '' },
      { cited_text: 'snippet' },
    ]);
    expect(textOf(answerOf(completion({ content: 'x', annotations: [] })))).not.toContain('citations');
  });

  test('C087 kimi-id, C059 no-id: ids are legal, and no two are the same', () => {
    const { content } = messageOf(
      completion({
        tool_calls: [call('f', '{}', 'functions.f:0'), call('f', '{}', ''), call('f', '{}', 'x'), call('f', '{}', 'x')],
      }),
    );
    const ids = content.map(({ id }) => id as string);
    expect(unpackToolId(ids[0] as string)).toBe('functions.f:0');
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  test('a call without a name is left out, a zero-valued function_call is none, a real one is a call', () => {
    const odd = completion({ tool_calls: [call('', '{}'), { id: '', function: { name: '', arguments: '' } }] });
    expect(messageOf(odd)).toMatchObject({ content: [], stop_reason: 'end_turn' });
    expect(answerOf(odd).oddities.toJson()).toEqual({ tool_call_without_name: 1 });
    expect(messageOf(completion({ content: 'a', function_call: { name: '', arguments: '' } })).content).toHaveLength(1);
    expect(
      messageOf(completion({ content: null, function_call: { name: 'f', arguments: '{"a":1}' } }, 'function_call')),
    ).toMatchObject({
      content: [{ type: 'tool_use', name: 'f', input: { a: 1 } }],
      stop_reason: 'tool_use',
    });
  });

  test('arguments that are no object become one; cut ones become what there is of it', () => {
    const inputOf = (args: unknown, finish = 'tool_calls') =>
      messageOf(completion({ tool_calls: [call('f', args)] }, finish)).content[0]?.input;
    expect(inputOf('{"a": tru,}')).toEqual({ _raw_arguments: '{"a": tru,}' });
    expect(inputOf('{"a":1,"b":"x')).toEqual({ _raw_arguments: '{"a":1,"b":"x' });
    expect(inputOf('{"a":1,"b":"x', 'length')).toEqual({ a: 1, b: 'x' });
    expect(inputOf('ls', 'length')).toEqual({});
    for (const args of ['', '{}', null, undefined, 'null']) expect(inputOf(args)).toEqual({});
  });

  test('C100, C102, C027: why it ended', () => {
    expect(messageOf(completion({ content: 'a' }, 'stop', { stop_reason: 'END' }))).toMatchObject({
      stop_reason: 'stop_sequence',
      stop_sequence: 'END',
    });
    expect(messageOf(completion({ content: 'a' }, 'length')).stop_reason).toBe('max_tokens');
    expect(messageOf({ choices: [{ finish_reason: 'content_filter' }] })).toMatchObject({
      content: [],
      stop_reason: 'refusal',
    });
    for (const reason of [null, '']) {
      expect(messageOf(completion({ tool_calls: [call('f', '{}')] }, reason)).stop_reason).toBe('tool_use');
      expect(messageOf(completion({ content: 'a' }, reason)).stop_reason).toBe('end_turn');
    }
  });

  test('C123 multi-choice: the first choice alone', () => {
    const body = {
      choices: [1, 0].map((index) => ({ index, message: { content: `c${index}` }, finish_reason: 'stop' })),
    };
    expect(messageOf(body).content).toEqual([{ type: 'text', text: 'c0' }]);
    expect(answerOf(body).oddities.toJson()).toEqual({ further_choice: 1, usage_missing: 1 });
  });

  test('C032: usage is estimated where none is told, or zeros are', () => {
    for (const usage of [undefined, null, { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }]) {
      const answer = answerOf(completion({ content: '123456', reasoning: 'abc' }, 'stop', {}, { usage }));
      expect([answer.usageEstimated, answer.usage]).toMatchObject([
        true,
        { inputTokens: 42, outputTokens: 3, reasoningTokens: 1 },
      ]);
    }
  });

  test('audio cannot cross', () => {
    const warnings = new Warnings();
    messageOf(completion({ content: null, audio: { id: 'x', data: 'UklG' } }), { warnings });
    messageOf(completion({ content: null, audio: { id: '', data: '' } }), { warnings });
    expect(warnings.list).toEqual(['dropped.audio']);
  });
});

describe('what has to come back in the next turn', () => {
  const details = [
    { type: 'reasoning.text', text: 'hm', signature: 'S' },
    { type: 'reasoning.encrypted', data: 'd' },
  ];
  const signed = { ...call('f', '{}'), extra_content: { google: { thought_signature: 'G' } } };

  test('goes with the thinking block', () => {
    const { content } = messageOf(completion({ reasoning: 'hm', reasoning_details: details, tool_calls: [signed] }));
    expect(content.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);
    expect(planOf().ports.verify(content[0]?.signature as string, 'hm')).toEqual({
      v: 1,
      m: 'upstream-model',
      rd: details.map((entry) => JSON.stringify(entry)),
      sig: { a: 'G' },
    });
  });

  test('else in a redacted one', () => {
    const { content } = messageOf(completion({ content: 'x', tool_calls: [signed] }));
    expect(content.map(({ type }) => type)).toEqual(['text', 'tool_use', 'redacted_thinking']);
    expect(planOf().ports.verify(content[2]?.data as string, '')).toEqual({
      v: 1,
      m: 'upstream-model',
      sig: { a: 'G' },
    });
  });

  test('and is kept where no thinking is shown', () => {
    const answer = answerOf(completion({ reasoning_details: details, tool_calls: [signed] }), { showThinking: false });
    expect(answer.kept?.toolCallId).toStartWith('a\n');
    expect(JSON.parse(answer.kept?.turn as string)).toEqual({
      m: 'upstream-model',
      text: 'hm',
      rd: details,
      sig: { a: 'G' },
    });
    expect(answerOf(completion({ reasoning: 'hm', content: 'x' }), { showThinking: false }).kept).toBeUndefined();
    expect(
      answerOf(completion({ content: 'x', tool_calls: [call('f', '{}')] }), { showThinking: false }).kept,
    ).toBeUndefined();
  });
});

describe('what is no answer', () => {
  const errorOf = (body: object | string, plan: PlanOptions = {}) => {
    try {
      answerOf(body, plan);
    } catch (error) {
      expect(error).toBeInstanceOf(ApiError);
      return error as ApiError;
    }
    throw new Error('it was taken for one');
  };

  test('C120 error-200: an error, wherever it stands', () => {
    expect(errorOf({ error: { message: 'busy', code: 503 } }).code).toBe('upstream_overloaded');
    expect(errorOf({ error: { message: 'down', code: 502 }, choices: [] }).message).toBe('down');
    expect(errorOf({ object: 'error', message: 'down', code: 500 }).message).toBe('down');
    expect(errorOf({ detail: 'down' }).message).toBe('down');
    expect(errorOf(completion({ content: 'part' }, null, { error: { message: 'down' } })).message).toBe('down');
    expect(errorOf(completion({ content: 'part' }, 'error')).code).toBe('upstream_error');
    expect(errorOf({ error: { message: 'no sk-1' } }, { redact: (t) => t.replace('sk-1', '***') }).message).toBe(
      'no ***',
    );
  });

  test('no JSON, a cut one, one without choices', () => {
    for (const body of [
      '',
      '<html>',
      '{"choices":[{"message":{"content":"a"',
      '[]',
      {},
      { choices: [] },
      { choices: null },
      { usage: USAGE },
    ]) {
      expect([body, errorOf(body).code]).toEqual([body, 'upstream_error']);
    }
  });
});
