import { describe, expect, test } from 'bun:test';
import { ApiError } from '../../api-error.ts';
import { eventsOf } from '../same-shape/stream-runs.fixture.ts';
import {
  ROLE,
  START,
  STOP,
  TEXT,
  accumulateAsPython,
  accumulateWithSdk,
  chunksOf,
  deltasOf,
  json,
  planWith,
  runAnswer,
  sse,
  stop,
  stopBlock,
  text,
  tool,
  type Told,
} from './answers.fixture.ts';
import { OpenAiFromAnthropicStream } from './stream.ts';

describe('the end of an Anthropic stream', () => {
  test('C005 stream-usage: null all along, then one count; without the wish no trace of it', async () => {
    const stream = sse(START, TEXT, text(0, 'a'), stopBlock(0), stop('end_turn'), STOP);
    const asked = chunksOf(runAnswer([stream]).text);
    expect(asked.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    expect(asked.at(-1)).toMatchObject({
      id: 'chatcmpl-01',
      choices: [],
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    });
    const sdk = await accumulateWithSdk(runAnswer([stream]).text, { stream_options: { include_usage: true } });
    expect(sdk.usage).toMatchObject({ total_tokens: 15 });
    expect(runAnswer([stream], { includeUsage: false }).text).not.toContain('usage');
  });

  test('A19: calls that were made and the reason agree', () => {
    const finish = (reason: string | null, ...events: Told[]) =>
      accumulateAsPython(runAnswer([sse(START, ...events, stop(reason), STOP)]).text).finish;
    expect(finish('tool_use', tool(0), stopBlock(0))).toBe('tool_calls');
    expect(finish('end_turn', tool(0), stopBlock(0))).toBe('tool_calls');
    expect(finish(null, tool(0), stopBlock(0))).toBe('tool_calls');
    expect(finish('max_tokens', tool(0), json(0, '{"a'), stopBlock(0))).toBe('length');
    expect(finish('tool_use', TEXT)).toBe('stop');
    expect(finish(null, TEXT)).toBe('stop');
  });

  test('C101 refusal-a2o: the words of a refusal, where there is no text', async () => {
    const refused = (details: object | null, ...events: Told[]) =>
      runAnswer([sse(START, ...events, stop('refusal', { stop_details: details }), STOP)]).text;
    const run = refused({ type: 'refusal', explanation: 'Not "this".' });
    expect(deltasOf(run)).toEqual([ROLE, { refusal: 'Not "this".' }, {}]);
    expect(await accumulateWithSdk(run)).toMatchObject({
      choices: [{ finish_reason: 'content_filter', message: { refusal: 'Not "this".' } }],
    });
    expect(accumulateAsPython(refused(null)).message.refusal).toBeString();
    expect(deltasOf(refused(null, TEXT, text(0, 'a'), stopBlock(0)))).toEqual([ROLE, { content: 'a' }, {}]);
  });

  test('C046 mid-stream-error-o, C1: an error is the last thing told, with no end mark', async () => {
    const run = runAnswer([
      sse(
        START,
        TEXT,
        text(0, 'a'),
        ['error', { error: { type: 'overloaded_error', message: 'Overloaded at secret.host' } }],
        text(0, 'b'),
        stop('end_turn'),
        STOP,
      ),
    ]);
    expect(run.told.state).toBe('failed');
    expect(run.error).toEqual({ code: 'upstream_overloaded', message: 'Overloaded at [host]' });
    expect(chunksOf(run.text).at(-1)).toEqual({
      error: { message: 'Overloaded at [host]', type: 'server_error', param: null, code: 'upstream_overloaded' },
    });
    expect(run.text).not.toContain('[DONE]');
    expect(run.text).not.toContain('"finish_reason":"');
    let thrown: unknown;
    try {
      await accumulateWithSdk(run.text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ type: 'server_error', code: 'upstream_overloaded' });
  });

  test('errors in every dress: without an outer type, by name alone, as bare JSON, before anything else', () => {
    for (const frame of [
      'data: {"error":{"type":"rate_limit_error","message":"slow"}}',
      'event: error\ndata: {"type":"rate_limit_error","message":"slow"}',
      '{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}',
    ]) {
      const run = runAnswer([sse(frame)]);
      expect([frame, run.error]).toEqual([frame, { code: 'upstream_rate_limited', message: 'slow' }]);
      expect(chunksOf(run.text)).toHaveLength(1);
    }
    expect(runAnswer([sse('event: error\ndata: out of memory')]).error).toEqual({
      code: 'upstream_error',
      message: 'out of memory',
    });
    expect(runAnswer([sse(START, 'data: x', 'data: [1]', 'data: {"a":')]).error?.message).toBe(
      'The upstream sent a stream that is not JSON',
    );
    expect(runAnswer([sse(STOP)]).error?.code).toBe('upstream_error');
  });

  test('C10: a stream that just ends is an error, unless it had said why it stopped', () => {
    const cut = runAnswer([sse(START, TEXT, text(0, 'a'))]);
    expect([cut.told.state, cut.error?.code]).toEqual(['failed', 'upstream_eof']);
    expect(chunksOf(cut.text).at(-1)).toMatchObject({ error: { type: 'server_error', code: 'upstream_eof' } });
    expect(runAnswer([]).error?.code).toBe('upstream_eof');
    expect(runAnswer([sse(START, TEXT, ['message_delta', { delta: { stop_reason: null } }])]).error?.code).toBe(
      'upstream_eof',
    );
    const whole = runAnswer([sse(START, TEXT, text(0, 'a'), stopBlock(0), stop('end_turn'))]);
    expect([whole.told.state, accumulateAsPython(whole.text).finish]).toEqual(['complete', 'stop']);
  });

  test('after the reason only the end is waited for', () => {
    const stream = new OpenAiFromAnthropicStream(planWith());
    stream.push(sse(START, TEXT, text(0, 'a')));
    expect(stream.awaitsEnd).toBe(false);
    stream.push(sse(stop('end_turn')));
    expect([stream.state, stream.awaitsEnd]).toEqual(['open', true]);
    expect(Buffer.from(stream.end()).toString()).toEndWith('data: [DONE]\n\n');
    expect([stream.state, stream.awaitsEnd]).toEqual(['complete', false]);
    expect([
      stream.push(sse(text(0, 'b'))).length,
      stream.end().length,
      stream.fail(new ApiError('internal_error', 'x')).length,
    ]).toEqual([0, 0, 0]);
  });

  test('a connection that breaks is told once', () => {
    const stream = new OpenAiFromAnthropicStream(planWith());
    stream.push(sse(START, TEXT, text(0, 'a')));
    expect(eventsOf(Buffer.from(stream.fail(new ApiError('upstream_timeout', 'too slow'))).toString())).toHaveLength(1);
    expect([stream.state, stream.error?.code as string, stream.usage?.inputTokens]).toEqual([
      'failed',
      'upstream_timeout',
      10,
    ]);
    expect(stream.end().length).toBe(0);
  });

  test('C029 usage-cached-rev: prompt holds what was read from and written to the cache', () => {
    const usage = { input_tokens: 20, cache_creation_input_tokens: 5, cache_read_input_tokens: 75, output_tokens: 7 };
    const run = runAnswer([
      sse(START, TEXT, text(0, 'a'), ['message_delta', { delta: { stop_reason: 'end_turn' }, usage }], STOP),
    ]);
    expect(accumulateAsPython(run.text).usage).toMatchObject({
      prompt_tokens: 100,
      completion_tokens: 7,
      total_tokens: 107,
      prompt_tokens_details: { cached_tokens: 75, cache_write_tokens: 5 },
    });
  });

  test('F3: what the upstream does not count is estimated and said to be', () => {
    const start = (usage?: object) => ['message_start', { message: { id: 'msg_1', usage } }] as const;
    const end = (usage?: object) => ['message_delta', { delta: { stop_reason: 'end_turn' }, usage }] as const;
    const settled = (first?: object, last?: object) => {
      const { usage, usageEstimated } = runAnswer([
        sse(start(first), TEXT, text(0, 'sixteen bytes...'), end(last), STOP),
      ]).told;
      return [usage?.inputTokens, usage?.outputTokens, usageEstimated];
    };
    expect(settled()).toEqual([77, 6, true]);
    expect(settled({ input_tokens: 9, output_tokens: 1 })).toEqual([9, 6, true]);
    expect(settled({ input_tokens: 0, output_tokens: 0 }, { output_tokens: 0 })).toEqual([77, 6, true]);
    expect(settled({ input_tokens: 0 }, { input_tokens: 0, output_tokens: 3 })).toEqual([77, 3, true]);
    expect(settled({ input_tokens: 9 }, { output_tokens: 3 })).toEqual([9, 3, false]);
  });
});
