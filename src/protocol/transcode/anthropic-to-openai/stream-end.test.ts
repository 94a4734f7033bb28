import { describe, expect, test } from 'bun:test';
import { ApiError } from '../../api-error.ts';
import { eventsOf } from '../same-shape/stream-runs.fixture.ts';
import { chunk, cross, crossChunks, encoder, planOf, sse, USAGE, usageChunk } from './answers.fixture.ts';
import { AnthropicFromOpenAiStream } from './stream.ts';

const text = (content: string) => chunk({ content });
const STOP = chunk({}, 'stop');
const CALL = chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }] });

describe('why an answer ended', () => {
  const stopOf = (chunks: object[], plan = {}) => crossChunks(chunks, plan).message.stop_reason;

  test.each([
    ['stop', 'end_turn'],
    ['eos', 'end_turn'],
    ['length', 'max_tokens'],
    ['MAX_TOKENS', 'max_tokens'],
    ['content_filter', 'refusal'],
    ['sensitive', 'refusal'],
    ['tool_calls', 'end_turn'],
    ['somehow', 'end_turn'],
  ])('%s without a call is %s', (reason, stop) => {
    expect(stopOf([text('a'), chunk({}, reason)])).toBe(stop as never);
  });

  test.each([
    ['stop', 'tool_use'],
    ['tool_calls', 'tool_use'],
    ['tool_call', 'tool_use'],
    ['function_call', 'tool_use'],
    ['length', 'max_tokens'],
    ['content_filter', 'refusal'],
  ])('C026: %s with a call is %s', (reason, stop) => {
    expect(stopOf([CALL, chunk({}, reason)])).toBe(stop as never);
  });

  test('C102 content-filter: a refusal says so', () => {
    const { message } = crossChunks([text('a'), chunk({}, 'content_filter')]);
    expect(message.stop_details).toEqual({ type: 'refusal', category: null, explanation: null });
    expect(message.stop_sequence).toBeNull();
  });

  test('C100 vllm-stop-reason: the sequence that was met', () => {
    const met = (stop_reason: unknown) =>
      crossChunks([text('a'), { choices: [{ index: 0, delta: {}, finish_reason: 'stop', stop_reason }] }]).message;
    expect(met('END')).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
    expect(met(154827)).toMatchObject({ stop_reason: 'end_turn', stop_sequence: null });
  });

  test('a later reason replaces an earlier one; null and blank clear nothing; an end does not undo calls', () => {
    expect(stopOf([text('a'), STOP, chunk({}, 'length'), chunk({}, null), chunk({}, '')])).toBe('max_tokens');
    expect(stopOf([CALL, chunk({}, 'tool_calls'), STOP])).toBe('tool_use');
  });

  test('a failure is no reason', () => {
    for (const reason of ['error', 'network_error', 'insufficient_system_resource', 'abort']) {
      const { state, error, text: out } = cross(sse([text('a'), chunk({}, reason)]));
      expect([state, error?.code]).toEqual(['failed', 'upstream_error']);
      expect(eventsOf(out).at(-1)?.event).toBe('error');
    }
  });

  test('without a reason, `[DONE]` is one', () => {
    const { message, stream } = crossChunks([text('a')]);
    expect(message.stop_reason).toBe('end_turn');
    expect(stream.oddities.toJson()).toEqual({ done_without_finish_reason: 1, usage_missing: 1 });
    expect(stopOf([CALL])).toBe('tool_use');
  });
});

describe('when it is over', () => {
  const run = (chunks: (object | string)[]) => {
    const stream = new AnthropicFromOpenAiStream(planOf());
    return chunks.map((c) => {
      stream.push(sse([c], ''));
      return [stream.state, stream.awaitsEnd];
    });
  };

  test('a reason and counts in every chunk end nothing, and no text is lost', () => {
    const each = ['Hel', 'lo'].map((content) => ({ ...chunk({ content }, 'stop'), usage: USAGE }));
    const { message } = crossChunks(each);
    expect(message.content).toMatchObject([{ type: 'text', text: 'Hello' }]);
    expect(message.stop_reason).toBe('end_turn');
  });

  test('C030 usage-late, C031 usage-in-finish: with the reason and the usage, whatever follows', () => {
    expect(run([text('a'), STOP, usageChunk()])).toEqual([
      ['open', false],
      ['open', true],
      ['complete', false],
    ]);
    expect(run([text('a'), chunk({}, 'stop', { usage: USAGE })]).at(-1)).toEqual(['complete', false]);
    const inChoice = { choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: USAGE }] };
    expect(run([text('a'), inChoice]).at(-1)).toEqual(['complete', false]);
  });

  test('usage before the reason, or of zeros alone, ends nothing', () => {
    expect(run([chunk({ content: 'a' }, null, { usage: USAGE }), STOP]).at(-1)).toEqual(['open', true]);
    const zero = { prompt_tokens: 0, completion_tokens: 0 };
    expect(run([text('a'), chunk({}, 'stop', { usage: zero })]).at(-1)).toEqual(['open', true]);
  });

  test('C122 dup-finish: reasons in two chunks, text between, usage last: one end, all text', () => {
    const { message, text: out } = crossChunks([text('a'), STOP, text('b'), STOP, text('c'), usageChunk()]);
    expect(message.content).toEqual([{ type: 'text', text: 'abc' }]);
    expect(eventsOf(out).filter(({ event }) => event === 'message_stop')).toHaveLength(1);
  });

  test('nothing that follows the end is read', () => {
    const stream = new AnthropicFromOpenAiStream(planOf());
    stream.push(sse([text('a'), STOP, usageChunk()]));
    expect(stream.push(sse([text('b')])).length).toBe(0);
    expect(stream.end().length).toBe(0);
    expect(stream.fail(new ApiError('upstream_timeout', 'late')).length).toBe(0);
    expect([stream.state, stream.error]).toEqual(['complete', undefined]);
  });

  test('C034 no-done: the end of the stream, if a reason was given', () => {
    expect(cross(sse([text('a'), STOP], '')).message?.stop_reason).toBe('end_turn');
  });

  test('C047 eof-truncated: else it was cut, but for vendors that never tell', () => {
    const { state, error, text: out } = cross(sse([text('a')], ''));
    expect([state, error?.code]).toEqual(['failed', 'upstream_eof']);
    expect(eventsOf(out).map(({ event }) => event)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'error',
    ]);
    const ok = { capabilities: { eofWithoutDone: 'ok' as const } };
    expect(cross(sse([text('a')], ''), ok).message?.stop_reason).toBe('end_turn');
    expect(cross(sse([], ''), ok).error?.code).toBe('upstream_eof');
    for (const nothing of [[], [usageChunk()]]) expect(cross(sse(nothing)).error?.code).toBe('upstream_error');
  });

  test('C115: the last event may lack its blank line, or be half of one', () => {
    const whole = JSON.stringify(STOP);
    const read = (end: string) => cross(sse([text('a')], end));
    for (const end of [`data: ${whole}`, `data: ${whole}\n`, `data:${whole}\r\n`])
      expect(read(end).state).toBe('complete');
    for (const end of [`data: ${whole.slice(0, -1)}`, 'dat', ': c']) expect(read(end).state).toBe('failed');
  });
});

describe('usage', () => {
  test('C028 usage-cached: what was cached is told apart', () => {
    const usage = { prompt_tokens: 100, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 80 } };
    const { message, stream } = crossChunks([text('a'), STOP, usageChunk(usage)]);
    expect(message.usage).toMatchObject({ input_tokens: 20, cache_read_input_tokens: 80, output_tokens: 7 });
    expect(stream.usageEstimated).toBe(false);
  });

  test('the last counts win, and zeros change nothing', () => {
    const counts = (prompt: number, completion: number, cached?: number) =>
      chunk({ content: 'x' }, null, {
        usage: {
          prompt_tokens: prompt,
          completion_tokens: completion,
          prompt_tokens_details: { cached_tokens: cached },
        },
      });
    const { message } = crossChunks([counts(10, 1), counts(10, 2, 4), counts(0, 3), counts(0, 0), STOP]);
    expect(message.usage).toMatchObject({ input_tokens: 6, cache_read_input_tokens: 4, output_tokens: 3 });
  });

  test('C032 usage-never: all that the model wrote is counted', () => {
    const { message, stream } = crossChunks([
      chunk({ reasoning: '123456' }),
      text('é1'),
      text('234'),
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] }),
      STOP,
    ]);
    expect(stream.usageEstimated).toBe(true);
    expect(message.usage).toMatchObject({ input_tokens: 42, output_tokens: Math.ceil((6 + 6 + 2) / 3) });
    expect(message.usage.output_tokens_details).toEqual({ thinking_tokens: 2 });
    expect(stream.usage?.outputTokens).toBe(5);
  });
});

describe('failures', () => {
  const failed = (frames: (object | string)[], end?: string) => {
    const out = cross(sse([text('a'), ...frames], end));
    expect(out.state).toBe('failed');
    const events = eventsOf(out.text);
    expect(events.filter(({ event }) => event === 'error')).toHaveLength(1);
    const { error, request_id } = JSON.parse(events.at(-1)?.data as string) as Record<string, unknown>;
    expect(request_id).toBe('req_th_0000000000000000000000000000test');
    return error as { type: string; message: string };
  };

  test('C045 mid-stream-error-a: an error in a chunk, by its code', () => {
    expect(failed([{ error: { message: 'down', code: 502 } }])).toEqual({ type: 'api_error', message: 'down' });
    expect(failed([{ error: { message: 'busy', type: 'overloaded_error' } }]).type).toBe('overloaded_error');
    expect(failed([{ error: { message: 'slow', code: 'rate_limit_exceeded' } }]).type).toBe('overloaded_error');
  });

  test('wherever and however it is told', () => {
    const inChoice = { choices: [{ index: 0, delta: {}, finish_reason: null, error: { message: 'down', code: 502 } }] };
    for (const frame of [
      inChoice,
      { error: 'down' },
      { object: 'error', message: 'down', code: 500 },
      { detail: 'down' },
      { choices: [], error: { message: 'down' } },
      'event: error\ndata: {"error":{"message":"down"}}\n\n',
      'event: error\ndata: {"message":"down"}\n\n',
      'event: error\ndata: down\n\n',
      'error: {"error":{"message":"down"}}\n\n',
      'error: down\n\n',
      '{"error":{"message":"down"}}\n\n',
      'data: [{"error":{"message":"down"}}]\n\n',
    ]) {
      expect([frame, failed([frame]).message]).toEqual([frame, 'down']);
      expect(failed([frame], '').message).toBe('down');
    }
    expect(failed([], '{"error":{"message":"down"}}').message).toBe('down');
  });

  test('what vendors send whose members are never absent is no error', () => {
    for (const error of [null, '', {}, [], false]) {
      expect(cross(sse([chunk({ content: 'a' }, 'stop', { error })])).state).toBe('complete');
    }
  });

  test("what is the operator's is taken out", () => {
    const redact = (said: string) => said.replaceAll('sk-secret', '***');
    const { text: out } = cross(sse([{ error: { message: 'no sk-secret' } }]), { redact });
    expect(out).toContain('no ***');
  });

  test('three frames that are not JSON', () => {
    const noise = 'data: <html>\n\n';
    expect(failed([noise, noise, noise]).message).toBe('The upstream sent a stream that is not JSON');
    const { message, stream } = crossChunks([text('a'), noise, noise, text('b'), STOP]);
    expect(message.content).toEqual([{ type: 'text', text: 'ab' }]);
    expect(stream.oddities.toJson()).toEqual({ malformed_frame: 2, usage_missing: 1 });
  });

  test('an object with more members than anybody sends is no event', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`m${i}`, 1]));
    const { message, stream } = crossChunks([text('a'), chunk({ ...many, content: 'x' }), text('b'), STOP]);
    expect(message.content).toEqual([{ type: 'text', text: 'ab' }]);
    expect(stream.oddities.toJson()).toEqual({ malformed_frame: 1, usage_missing: 1 });
  });

  test('from outside: nothing is closed, lest it look whole', () => {
    const stream = new AnthropicFromOpenAiStream(planOf());
    stream.push(sse([text('a')], ''));
    const out = Buffer.from(stream.fail(new ApiError('upstream_timeout', 'idle'))).toString();
    expect(eventsOf(out).map(({ event }) => event)).toEqual(['error']);
    expect([stream.state, stream.error?.code, stream.kept]).toEqual(['failed', 'upstream_timeout', undefined]);
  });

  test("one stream's fault leaves nothing behind for another", () => {
    const broken = new AnthropicFromOpenAiStream(
      planOf({
        estimateInput: () => {
          throw new TypeError('a bug');
        },
      }),
    );
    expect(() => broken.push(sse([text('a')], ''))).toThrow('a bug');
    const other = new AnthropicFromOpenAiStream(planOf());
    expect(Buffer.from(other.push(sse([text('a')], ''))).toString()).toStartWith('event: message_start');
  });
});

describe('frames', () => {
  const chunks = [text('a\u{1f30d}'), chunk({ reasoning: 'b' }), CALL, STOP, usageChunk()];
  const expected = () => cross(sse(chunks)).text;

  test('C111, C112, C113: CRLF, CR, a byte order mark, no space, in reads of one byte', () => {
    const bytes = Buffer.from(sse(chunks)).toString();
    for (const variant of [
      bytes.replaceAll('\n', '\r\n'),
      bytes.replaceAll('\n', '\r'),
      `\ufeff${bytes}`,
      bytes.replaceAll('data: ', 'data:'),
      bytes.replaceAll('\n\n', '\n\n\n\n'),
      bytes.replaceAll('data: ', ': ping\n\nid: 7\nevent: message\ndata: '),
    ]) {
      const encoded = encoder.encode(variant);
      expect(cross(encoded).text).toBe(expected());
      expect(cross([...encoded].map((byte) => Uint8Array.of(byte))).text).toBe(expected());
    }
  });

  test('C114: one chunk over several data lines', () => {
    const pretty = chunks.map((c) => `${JSON.stringify(c, undefined, 1).replace(/^/gm, 'data: ')}\n\n`);
    expect(cross(sse(pretty)).text).toBe(expected());
  });

  test('C116 sse-single-nl: one chunk in each line', () => {
    expect(cross(encoder.encode(Buffer.from(sse(chunks)).toString().replaceAll('\n\n', '\n'))).text).toBe(expected());
  });

  test('C118: fields without data mean nothing', () => {
    expect(cross(sse(chunks.flatMap((c) => ['event: ping\n\n', 'retry: 5\n\n', ': c\n\n', 'data:\n\n', c]))).text).toBe(
      expected(),
    );
  });

  test('C119 json-for-stream: a whole answer without `data:`', () => {
    const body = { id: 'x', choices: [{ index: 0, message: { content: 'hi' }, finish_reason: 'stop' }], usage: USAGE };
    for (const json of [JSON.stringify(body), JSON.stringify(body, undefined, 2)]) {
      expect(cross(encoder.encode(json)).message).toMatchObject({
        content: [{ type: 'text', text: 'hi' }],
        stop_reason: 'end_turn',
      });
    }
  });
});
