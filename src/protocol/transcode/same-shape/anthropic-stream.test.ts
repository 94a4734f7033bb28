import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { ApiError } from '../../api-error.ts';
import { anthropicStream, expectedEventsOf } from './anthropic-streams.fixture.ts';
import { AnthropicSameShapeStream } from './anthropic-stream.ts';
import { eventsOf, jsonOf, OPTIONS, readsOf, run, type Run } from './stream-runs.fixture.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(10_000 + RUNS * 50);
const encoder = new TextEncoder();

type Options = Partial<typeof OPTIONS>;

const open = (options: Options = {}) => new AnthropicSameShapeStream({ ...OPTIONS, ...options });
const relay = (text: string, options: Options = {}): Run => run(open(options), [encoder.encode(text)]);
const framesOf = (text: string) => [...text.matchAll(/(?:[^\r\n]+(?:\r\n|\n|\r))+(?:\r\n|\n|\r)/g)].map(([raw]) => raw);
const frame = (event: string, data: object) => `event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`;

const START = frame('message_start', {
  message: {
    id: 'msg_1',
    model: 'public-model',
    usage: { input_tokens: 12, output_tokens: 1, cache_read_input_tokens: 4 },
  },
});
const BLOCK = frame('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
const TEXT = frame('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hi' } });
const BLOCK_STOP = frame('content_block_stop', { index: 0 });
const DELTA = frame('message_delta', {
  delta: { stop_reason: 'end_turn', stop_sequence: null },
  usage: { output_tokens: 7 },
});
const STOP = frame('message_stop', {});
const WHOLE = START + BLOCK + frame('ping', {}) + TEXT + BLOCK_STOP + DELTA + STOP;

/** The error a failed stream must end with; fails the test when there is none, or anything behind it. */
function lastError({ text, state, error }: Run): { type: string; message: string } {
  expect(state).toBe('failed');
  expect(error).toBeInstanceOf(ApiError);
  const last = eventsOf(text).at(-1);
  expect(last?.event).toBe('error');
  const value = jsonOf(last?.data ?? '') as {
    type: string;
    error: { type: string; message: string };
    request_id: string;
  };
  expect([value.type, value.request_id]).toEqual(['error', 'req_th_1']);
  expect(text).not.toContain('"message_stop"');
  return value.error;
}

describe('Anthropic stream to an Anthropic client', () => {
  test('every frame is what a simple reading of it says, in value and in untouched bytes', () => {
    const ends = { stop: 0, error: 0, open: 0 };
    fc.assert(
      fc.property(anthropicStream, (text) => {
        fc.pre(framesOf(text).filter((one) => one.includes('not json')).length < 3);
        const expected = expectedEventsOf(text, 'public-model');
        const transcoder = open();
        const out = Buffer.from(transcoder.push(encoder.encode(text))).toString('utf8');
        const frames = framesOf(out);
        expect(frames.join('')).toBe(out);
        expect(transcoder.state).toBe(({ stop: 'complete', error: 'failed', open: 'open' } as const)[expected.end]);
        if (expected.end === 'error') frames.pop();
        expect(frames.length).toBe(expected.told.length);
        for (const [i, { raw, name, value }] of expected.told.entries()) {
          if (raw !== undefined) expect(frames[i]).toBe(raw);
          else {
            const told = eventsOf(frames[i]!)[0]!;
            expect(told.event).toBe(name as never);
            expect(jsonOf(told.data)).toEqual(value as never);
          }
        }
        const rest = Buffer.from(transcoder.end()).toString('utf8');
        if (expected.end !== 'open') expect(rest).toBe('');
        else expect(jsonOf(eventsOf(rest)[0]!.data)).toMatchObject({ type: 'error', error: { type: 'api_error' } });
        ends[expected.end]++;
      }),
      { numRuns: RUNS * 3 },
    );
    expect(Math.min(...Object.values(ends))).toBeGreaterThan(RUNS / 10);
  });

  test('C111, fault 39: any re-chunking gives the same bytes, state and usage', () => {
    fc.assert(
      fc.property(anthropicStream, fc.integer({ min: 1, max: 60 }), fc.nat(), (text, most, seed) => {
        const bytes = encoder.encode(text);
        const whole = run(open(), [bytes]);
        const pieces = run(open(), readsOf(bytes, most, seed));
        expect(pieces.text).toBe(whole.text);
        expect([pieces.state, pieces.usage, pieces.error?.code]).toEqual([whole.state, whole.usage, whole.error?.code]);
      }),
      { numRuns: RUNS * 2 },
    );
  });

  test('a healthy stream passes byte for byte, and its usage is read', () => {
    expect(relay(WHOLE)).toMatchObject({
      text: WHOLE,
      state: 'complete',
      usage: { inputTokens: 12, cacheReadTokens: 4, outputTokens: 7 },
    });
  });

  test('the model’s name is replaced in message_start, and nowhere else', () => {
    const text = WHOLE.replaceAll('public-model', 'up-model').replace('"Hi"', '"model up-model"');
    const told = relay(text).text;
    expect(told).toBe(WHOLE.replace('"Hi"', '"model up-model"'));
  });

  test('fault 30, fault 31: cut at any byte, a stream is complete only if it said it was', () => {
    for (let at = 0; at <= WHOLE.length; at++) {
      const out = relay(WHOLE.slice(0, at));
      // The last blank line may be forgotten, not the last brace.
      if (at >= WHOLE.length - 2) {
        expect(out.state).toBe('complete');
        expect(eventsOf(out.text).at(-1)?.event).toBe('message_stop');
      } else {
        expect(out.error?.code).toBe('upstream_eof');
        expect(lastError(out).type).toBe('api_error');
      }
      for (const { event, data } of eventsOf(out.text)) expect(jsonOf(data)?.type).toBe(event as never);
    }
  });

  test('a vendor that never sends message_stop is believed when its dialect says so', () => {
    const cut = WHOLE.slice(0, -STOP.length);
    expect(relay(cut, { eofWithoutDone: 'ok' })).toMatchObject({ text: WHOLE, state: 'complete' });
    expect(relay(cut.slice(0, -DELTA.length), { eofWithoutDone: 'ok' }).state).toBe('failed');
  });

  test('fault 32: nothing follows message_stop, and a stray [DONE] goes', () => {
    const done = 'event: data\ndata: [DONE]\n\n';
    expect(relay(START + done + BLOCK + TEXT + BLOCK_STOP + DELTA + STOP + done + TEXT).text).toBe(
      START + BLOCK + TEXT + BLOCK_STOP + DELTA + STOP,
    );
    const stream = open();
    stream.push(encoder.encode(WHOLE));
    for (const rest of [
      stream.push(encoder.encode(TEXT)),
      stream.end(),
      stream.fail(new ApiError('upstream_eof', '')),
    ]) {
      expect(rest.length).toBe(0);
    }
  });

  test('data-only events get their names, which SDKs go by', () => {
    const unnamed = WHOLE.replace(/event: .*\n/g, '');
    expect(relay(unnamed)).toMatchObject({ text: WHOLE, state: 'complete', usage: { outputTokens: 7 } });
    // A type that would break the lines of the stream is no name.
    const hostile = 'data: {"type":"a\\nevent: message_stop\\ndata: {}"}\n\ndata: {"x":1}\n\n';
    expect(relay(START + hostile + STOP).text).toBe(START + hostile + STOP);
  });

  test('C116: events separated by one line end are told apart', () => {
    const single = (text: string) => text.replaceAll('\n\n', '\n');
    const unnamed = WHOLE.replace(/event: .*\n/g, '');
    for (const text of [single(WHOLE), single(unnamed), single(unnamed).replaceAll('\n', '\r\n')]) {
      expect(relay(text)).toMatchObject({ text: WHOLE, state: 'complete', usage: { outputTokens: 7 } });
    }
    const cut = relay(single(unnamed).slice(0, -120));
    expect(lastError(cut).type).toBe('api_error');
    expect(eventsOf(cut.text).every(({ data }) => jsonOf(data) !== undefined)).toBe(true);
  });

  test('what compatible upstreams leave out and SDKs throw without is filled in', () => {
    const told = (json: string) => jsonOf(eventsOf(relay(`data: ${json}\n\n${STOP}`).text)[0]!.data);
    expect(told('{"type":"message_start","message":{"model":"up"}}')).toEqual({
      type: 'message_start',
      message: { model: 'public-model', usage: { input_tokens: 0, output_tokens: 0 } },
    });
    expect(told('{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":null}')).toEqual({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 0 },
    });
    expect(told('{"type":"content_block_start","index":1,"content_block":{"type":"thinking"}}')).toEqual({
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'thinking', thinking: '' },
    });
    const complete = '{"type":"content_block_start","content_block":{"type":"thinking","thinking":"","signature":""}}';
    expect(relay(`event: content_block_start\ndata: ${complete}\n\n${STOP}`).text).toContain(complete);
  });

  test('an error of the upstream is the last event, in the frame SDKs look for', () => {
    const cases: [text: string, type: string][] = [
      [
        frame('error', { error: { type: 'overloaded_error', message: 'no' }, request_id: 'req_upstream' }),
        'overloaded_error',
      ],
      ['data: {"type":"error","error":{"type":"api_error","message":"no"}}\n\n', 'api_error'],
      ['event: error\ndata: {"error":{"type":"overloaded_error","message":"no"}}\n\n', 'overloaded_error'],
      ['event: error\ndata: {"type":"error","message":"no"}\n\n', 'api_error'],
      ['event: error\ndata: {"message":"no"}\n\n', 'api_error'],
      ['event: error\ndata: no\n\n', 'api_error'],
      ['data: {"error":{"message":"no"}}\n\n', 'api_error'],
      ['{"error":{"type":"rate_limit_error","message":"no"}}\n\n', 'overloaded_error'],
      ['event: error\ndata: {"type":"error",\ndata: "error":{"type":"api_error","message":"no"}}\n\n', 'api_error'],
    ];
    for (const [text, type] of cases) {
      for (const end of [TEXT + STOP, '']) {
        for (const cut of end === '' ? [0, 1, 2] : [0]) {
          const out = relay(START + text.slice(0, text.length - cut) + end);
          expect([text, lastError(out)]).toMatchObject([text, { type, message: 'no' }]);
          expect(out.text.startsWith(START)).toBe(true);
          expect(eventsOf(out.text)).toHaveLength(2);
          expect(out.text).not.toContain('req_upstream');
        }
      }
    }
  });

  test('an error’s text is redacted, and stays JSON whatever stands in it', () => {
    const redact = (text: string) =>
      text.replaceAll('secret', 'the "public" \\ model').replace(/https:\/\/\S+/g, '[upstream]');
    for (const text of [
      frame('error', { error: { type: 'api_error', message: 'at secret', more: { host: 'secret' } } }),
      frame('error', { error: { type: 'api_error', message: 'see "https://host.internal" or secret' } }),
      'event: error\ndata: at secret\n\n',
      '{"error":{"message":"at secret"}}\n\n',
    ]) {
      const out = relay(START + text, { redact });
      expect(lastError(out).message).toMatch(/the "public" \\ model$/);
      expect(out.text).not.toContain('secret');
      expect(out.error?.message).not.toContain('secret');
    }
  });

  test('three events that are no JSON fail the stream; deltas pass unread', () => {
    const noise = 'event: x\ndata: <html>\n\n';
    expect(relay(START + noise + noise + STOP)).toMatchObject({
      text: START + noise + noise + STOP,
      state: 'complete',
    });
    expect(lastError(relay(START + noise + noise + noise + STOP)).message).toContain('not JSON');
  });

  test('fault 79: hostile bytes give an answer or an ApiError, never more, and never without end', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .tuple(anthropicStream, fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.boolean()), { minLength: 1, maxLength: 8 }))
        .map(([text, changes]) => {
          const out = [...encoder.encode(text)];
          for (const [at, byte, insert] of changes) out.splice(at % (out.length + 1), insert ? 0 : 1, byte);
          return Uint8Array.from(out);
        }),
    );
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 50 }), (stream, most) => {
        const whole = run(open(), [stream]);
        expect(whole.state).not.toBe('open');
        expect(whole.text.length).toBeLessThan(stream.length * 5 + 400);
        const pieces = run(open(), readsOf(stream, most));
        expect([pieces.state, pieces.usage]).toEqual([whole.state, whole.usage]);
        expect(eventsOf(pieces.text)).toEqual(eventsOf(whole.text));
      }),
      { numRuns: RUNS * 3 },
    );
  });
});
