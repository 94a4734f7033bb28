import { describe, expect, test } from 'bun:test';
import { loadCorpus, recordedResponse } from '../../../test/support/corpus.ts';
import { ApiError } from '../api-error.ts';
import { type AggregateOptions, OpenAiAggregator } from './aggregate.ts';
import { streamOfCompletion } from './as-stream.ts';

const encoder = new TextEncoder();
type Json = Record<string, unknown>;

function aggregate(stream: string | Uint8Array, options?: AggregateOptions, most = Infinity): Json {
  const aggregator = new OpenAiAggregator(options);
  const bytes = typeof stream === 'string' ? encoder.encode(stream) : stream;
  for (let at = 0; at < bytes.length; at += most) aggregator.push(bytes.slice(at, at + most));
  return JSON.parse(Buffer.from(aggregator.end()).toString()) as Json;
}

const sse = (chunks: (object | string)[], end = 'data: [DONE]\n\n') =>
  chunks.map((c) => (typeof c === 'string' ? c : `data: ${JSON.stringify(c)}\n\n`)).join('') + end;
const chunk = (delta: object | null, finish_reason: string | null = null, more = {}) => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});
const messageOf = (chunks: object[], options?: AggregateOptions) =>
  (aggregate(sse(chunks), options).choices as { message: Json }[])[0]?.message;

describe('a stream becomes one completion', () => {
  test('texts, reasoning, calls, sources, the end and the usage', () => {
    const completion = aggregate(
      sse([
        { ...chunk({ role: 'assistant', content: '' }), system_fingerprint: 'fp' },
        chunk({ reasoning_content: 'h' }),
        chunk({ reasoning_content: 'm' }),
        chunk({ content: 'a\u{1f30d}' }),
        chunk({ content: 'b"' }),
        chunk({ annotations: [{ a: 1 }] }),
        chunk({ annotations: [{ a: 2 }] }),
        chunk({ tool_calls: [{ index: 0, id: 't', type: 'function', function: { name: 'f', arguments: '' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: '{"x":1.0' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: '}' } }] }),
        chunk({}, 'tool_calls'),
        { id: 'c1', choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 }, system_fingerprint: null },
      ]),
    );
    expect(completion).toEqual({
      object: 'chat.completion',
      id: 'c1',
      created: 1,
      model: 'm',
      system_fingerprint: 'fp',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'a\u{1f30d}b"',
            reasoning_content: 'hm',
            annotations: [{ a: 1 }, { a: 2 }],
            tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '{"x":1.0}' } }],
          },
          logprobs: null,
          finish_reason: 'tool_calls',
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    });
  });

  test('several choices stay several, in order', () => {
    const at = (index: number, content: string, finish_reason: string | null = null) => ({
      choices: [{ index, delta: { content }, finish_reason }],
    });
    const { choices } = aggregate(sse([at(1, 'b'), at(0, 'a'), at(1, 'B', 'length'), at(0, 'A', 'stop')]));
    expect(
      (choices as Json[]).map(({ index, message, finish_reason }) => [index, (message as Json).content, finish_reason]),
    ).toEqual([
      [0, 'aA', 'stop'],
      [1, 'bB', 'length'],
    ]);
  });

  test('lists of texts and thoughts are put together piece by piece', () => {
    const thought = (text: string) => ({ type: 'thinking', thinking: [{ type: 'text', text }] });
    const content = [
      [thought('h')],
      [thought('m')],
      '',
      'y',
      [{ type: 'text', text: 'es' }],
      [{ type: 'reference', ids: [1] }],
    ];
    expect(messageOf(content.map((c) => chunk({ content: c })))?.content).toEqual([
      thought('hm'),
      { type: 'text', text: 'yes' },
      { type: 'reference', ids: [1] },
    ]);
    expect(messageOf([chunk({ content: 'a' }), chunk({ content: [{ type: 'text', text: 'b' }] })])?.content).toEqual([
      { type: 'text', text: 'ab' },
    ]);
  });

  test('fragments of reasoning_details become whole entries', () => {
    const text = (t: string, more = {}) => ({ type: 'reasoning.text', text: t, index: 0, ...more });
    const details = [
      text('h'),
      text('m'),
      { type: 'reasoning.text', signature: 'S', index: 0 },
      text('2'),
      { type: 'reasoning.encrypted', data: 'd', index: 0 },
    ];
    expect(messageOf(details.map((entry) => chunk({ reasoning_details: [entry] })))?.reasoning_details).toEqual([
      text('hm', { signature: 'S' }),
      text('2'),
      { type: 'reasoning.encrypted', data: 'd', index: 0 },
    ]);
  });

  test('probabilities of all tokens, and members nobody knows', () => {
    const one = {
      choices: [
        { index: 0, delta: { content: 'a', odd: 1 }, logprobs: { content: [{ token: 'a' }], refusal: null }, seed: 5 },
      ],
      x: 1,
    };
    const two = {
      choices: [{ index: 0, delta: { odd: null, more: [2] }, logprobs: { content: [{ token: 'b' }] }, seed: null }],
      x: { y: 2 },
    };
    const { choices, x } = aggregate(sse([one, two, chunk({}, 'stop')]));
    expect(x).toEqual({ y: 2 });
    expect((choices as Json[])[0]).toMatchObject({
      message: { content: 'a', odd: 1, more: [2] },
      logprobs: { content: [{ token: 'a' }, { token: 'b' }] },
      seed: 5,
    });
  });

  test('no content is null, and without a reason one is found', () => {
    const call = { tool_calls: [{ index: 0, id: 't', function: { name: 'f', arguments: '{}' } }] };
    const { choices } = aggregate(sse([chunk(call)]));
    expect((choices as Json[])[0]).toMatchObject({ message: { content: null }, finish_reason: 'tool_calls' });
    expect(
      messageOf([chunk({ function_call: { name: 'f', arguments: '{' } }), chunk({ function_call: { arguments: '}' } })])
        ?.function_call,
    ).toEqual({
      name: 'f',
      arguments: '{}',
    });
  });
});

describe('a stream that is no answer', () => {
  const errorOf = (stream: string, options?: AggregateOptions) => {
    try {
      aggregate(stream, options, 7);
    } catch (error) {
      expect(error).toBeInstanceOf(ApiError);
      return error as ApiError;
    }
    throw new Error('it was taken for one');
  };

  test('is refused: an error, a broken end, a cut', () => {
    expect(
      errorOf(sse([chunk({ content: 'a' }), { error: { message: 'down sk-1', code: 503 } }]), {
        redact: (t) => t.replace('sk-1', '***'),
      }),
    ).toMatchObject({
      code: 'upstream_overloaded',
      message: 'down ***',
    });
    expect(errorOf(sse([chunk({ content: 'a' }, 'error')])).code).toBe('upstream_error');
    expect(errorOf(sse([chunk({ content: 'a' })], '')).code).toBe('upstream_eof');
    expect(errorOf(sse([chunk({ content: 'a' })], ''), { eofWithoutDone: 'error' }).code).toBe('upstream_eof');
    expect(errorOf('', { eofWithoutDone: 'ok' }).code).toBe('upstream_eof');
    expect(errorOf(sse([])).code).toBe('upstream_error');
    expect(errorOf('data: x\n\n'.repeat(3)).code).toBe('upstream_error');
  });

  test('is told at once', () => {
    const aggregator = new OpenAiAggregator();
    expect(() => aggregator.push(encoder.encode('data: {"error":{"message":"no"}}\n\n'))).toThrow('no');
    expect(() => aggregator.end()).toThrow('no');
  });

  test('but for vendors that do not tell the end', () => {
    const { choices } = aggregate(sse([chunk({ content: 'a' })], ''), { eofWithoutDone: 'ok' });
    expect((choices as Json[])[0]).toMatchObject({ message: { content: 'a' }, finish_reason: 'stop' });
  });
});

const corpus = loadCorpus();
describe.skipIf(corpus === undefined)('every recorded completion', () => {
  const completions = (corpus ?? [])
    .filter(({ shape, response, status }) => shape === 'openai-chat' && response.endsWith('.json') && status === 200)
    .map((entry) => [entry.path, recordedResponse(entry)] as const)
    .filter(([, bytes]) => 'choices' in (JSON.parse(Buffer.from(bytes).toString()) as object));

  /** Without what a stream has no place for: null for absent, numbers of calls, an order of members. */
  function normal(completion: Json): Json {
    const choices = (completion.choices as Json[]).map(({ message, finish_reason, logprobs, ...rest }, index) => {
      const { tool_calls, content, role, function_call, ...said } = (message ?? {}) as Json;
      const calls = ((tool_calls ?? []) as Json[]).map(({ index: __, ...call }) => ({ type: 'function', ...call }));
      const legacy = function_call as { name: string; arguments: string } | undefined;
      const hasLegacy = legacy && (legacy.name !== '' || legacy.arguments !== '');
      return {
        index,
        ...rest,
        delta: undefined,
        logprobs: withoutNulls((logprobs ?? {}) as Json),
        finish_reason: finish_reason || (calls.length > 0 ? 'tool_calls' : 'stop'),
        message: withoutNulls({
          role: role ?? 'assistant',
          ...said,
          content,
          tool_calls: calls.length > 0 ? calls : undefined,
          function_call: hasLegacy ? legacy : undefined,
        }),
      };
    });
    return {
      ...withoutNulls(completion),
      object: 'chat.completion',
      choices: choices.map((choice) => withoutNulls(choice)),
    };
  }
  const withoutNulls = (json: Json) =>
    Object.fromEntries(
      Object.entries(json).filter(
        ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
      ),
    );

  test('is the same after it was streamed and put together again', () => {
    expect(completions.length).toBeGreaterThan(200);
    for (const [path, bytes] of completions) {
      if (path.endsWith('j-nousresearch-hermes-4-405b-token-limit-20d4d0')) continue;
      const stream = streamOfCompletion(bytes);
      const original = JSON.parse(Buffer.from(bytes).toString()) as Json;
      expect([path, normal(aggregate(stream))]).toEqual([path, normal(original)]);
    }
  });

  test('one with an error in it stays one', () => {
    const failed = completions.find(([path]) => path.endsWith('j-nousresearch-hermes-4-405b-token-limit-20d4d0'));
    expect(() => aggregate(streamOfCompletion(failed?.[1] as Uint8Array))).toThrow('Error processing stream');
  });
});
