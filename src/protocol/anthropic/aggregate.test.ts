import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { loadCorpus, recordedResponse } from '../../../test/support/corpus.ts';
import { ApiError } from '../api-error.ts';
import { readsOf } from '../transcode/same-shape/stream-runs.fixture.ts';
import { AnthropicAggregator } from './aggregate.ts';
import { streamOfMessage } from './as-stream.ts';
import { madeMessage } from './messages.fixture.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(20_000 + RUNS * 50);

const encoder = new TextEncoder();
type Json = Record<string, unknown>;

function aggregate(reads: Iterable<Uint8Array>): string {
  const aggregator = new AnthropicAggregator();
  for (const bytes of reads) aggregator.push(bytes);
  return Buffer.from(aggregator.end()).toString('utf8');
}

const ofText = (text: string) => aggregate([encoder.encode(text)]);

/** JSON without the space between its tokens. */
const tokensOf = (json: string) => json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');

const start = (message: object) =>
  `event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message })}\n\n`;
const MESSAGE = {
  id: 'm',
  type: 'message',
  role: 'assistant',
  content: [],
  stop_reason: null,
  usage: { input_tokens: 7, output_tokens: 1 },
};
const END =
  'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":0,"output_tokens":5}}\n\ndata: {"type":"message_stop"}\n\n';

function errorOf(text: string): ApiError {
  try {
    ofText(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ApiError);
    return error as ApiError;
  }
  throw new Error('no error was thrown');
}

describe('an Anthropic stream taken together', () => {
  test('any message that is streamed is the message, byte for byte, however it is cut', () => {
    fc.assert(
      fc.property(madeMessage, fc.integer({ min: 1, max: 80 }), fc.nat(), ({ json, stream }, most, seed) => {
        expect(aggregate(readsOf(encoder.encode(stream), most, seed))).toBe(json);
      }),
      { numRuns: RUNS * 2 },
    );
  });

  test('a message as a stream, taken together again, is the message', () => {
    fc.assert(
      fc.property(madeMessage, ({ json }) => {
        expect(tokensOf(aggregate([streamOfMessage(encoder.encode(json))]))).toBe(tokensOf(json));
      }),
      { numRuns: RUNS },
    );
  });

  test('G9: the input of a tool stays the text that was streamed', () => {
    const json = ofText(
      `${start(MESSAGE)}data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}\n\n` +
        'data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"10\\": 12345678901234567890, "}}\n\n' +
        `data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"\\"2\\":1.0}"}}\n\n${END}`,
    );
    expect(json).toContain('"input":{"10": 12345678901234567890, "2":1.0}');
  });

  test('an input that was cut by max_tokens is an object all the same', () => {
    const json = ofText(
      `${start(MESSAGE)}data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}\n\n` +
        `data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\": \\"b"}}\n\n${END}`,
    );
    expect(JSON.parse(json)).toMatchObject({ content: [{ input: { _raw_arguments: '{"a": "b' } }] });
  });

  test('counts are merged: the last wins, but no zero takes back what was put in', () => {
    expect(JSON.parse(ofText(start(MESSAGE) + END))).toMatchObject({
      stop_reason: 'end_turn',
      usage: { input_tokens: 7, output_tokens: 5 },
    });
  });

  test('members nobody knows stay, and nothing that was told is taken back by a null', () => {
    const json = ofText(
      `${start({ ...MESSAGE, container: { id: 'c' }, provider: 'x' })}` +
        'data: {"type":"message_delta","delta":{"stop_reason":"end_turn","container":null,"new":1.50},"context_management":{"applied":[]}}\n\n',
    );
    expect(JSON.parse(json)).toMatchObject({
      container: { id: 'c' },
      provider: 'x',
      new: 1.5,
      context_management: { applied: [] },
    });
    expect(json).toContain('"new":1.50');
  });

  test('a block that was not started is made from its texts', () => {
    const json = ofText(
      `${start(MESSAGE)}data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}\n\n` +
        `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"b"}}\n\n${END}`,
    );
    expect(JSON.parse(json)).toMatchObject({ content: [{ type: 'text', text: 'ab' }] });
  });

  test('a stream that is cut is an error, and so is one that tells an error', () => {
    expect(errorOf('').code).toBe('upstream_eof');
    expect(errorOf(start(MESSAGE)).code).toBe('upstream_eof');
    expect(errorOf('data: {"type":"message_stop"}\n\n').code).toBe('upstream_error');
    const overloaded = errorOf(
      `${start(MESSAGE)}event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n${END}`,
    );
    expect([overloaded.code, overloaded.message]).toEqual(['upstream_overloaded', 'Overloaded']);
    expect(errorOf('{"error":{"type":"rate_limit_error","message":"slow down"}}').code).toBe('upstream_rate_limited');
    expect(errorOf('data: x\n\ndata: y\n\ndata: z\n\n').message).toContain('not JSON');
  });

  test('its error text can be redacted', () => {
    const aggregator = new AnthropicAggregator((text) => text.replaceAll('secret', '***'));
    aggregator.push(
      encoder.encode('data: {"type":"error","error":{"type":"api_error","message":"secret failed"}}\n\n'),
    );
    expect(() => aggregator.end()).toThrow('*** failed');
  });

  test('C119: what is no message does not become a stream', () => {
    for (const body of ['', '[]', '{"content":null}', '{"error":{"message":"x"}}', '{"content":[']) {
      expect(() => streamOfMessage(encoder.encode(body))).toThrow(ApiError);
    }
  });

  test('C119: a body that is written over several lines becomes events of one line each', () => {
    const body = JSON.stringify(
      {
        ...MESSAGE,
        content: [
          { type: 'tool_use', id: 't', name: 'f', input: { a: [1, 'x\ny'] } },
          { type: 'text', text: 'a\nb' },
        ],
      },
      null,
      2,
    );
    const stream = Buffer.from(streamOfMessage(encoder.encode(body.replaceAll('\n', '\r\n')))).toString();
    for (const line of stream.split('\n')) expect(line).toMatch(/^$|^event: \w+$|^data: \{.*\}$/);
    expect(JSON.parse(ofText(stream))).toEqual(JSON.parse(body));
  });
});

const corpus = loadCorpus();
describe.skipIf(corpus === undefined)('recorded answers', () => {
  const entries = (corpus ?? []).filter(({ shape, status }) => shape === 'anthropic-messages' && status === 200);
  const messages = entries.filter(({ response, path }) => response.endsWith('.json') && !path.includes('token-count'));
  const streams = entries.filter(({ response }) => response.endsWith('.sse'));

  test('C119: each recorded message, streamed and taken together again, is the same, token for token', () => {
    expect(messages.length).toBeGreaterThan(80);
    for (const entry of messages) {
      const body = recordedResponse(entry);
      const again = aggregate(readsOf(streamOfMessage(body), 700));
      expect([entry.path, tokensOf(again)]).toEqual([entry.path, tokensOf(Buffer.from(body).toString('utf8'))]);
    }
  });

  test('each recorded stream is the message the official SDK makes of it', async () => {
    let compared = 0;
    for (const entry of streams) {
      const bytes = recordedResponse(entry);
      // The SDK loses an event without its blank line, and throws at a `[DONE]`.
      const clean = `${Buffer.from(bytes).toString('utf8')}\n\n`.replace('event: data\ndata: [DONE]', '');
      const client = new Anthropic({
        apiKey: 'k',
        maxRetries: 0,
        fetch: () =>
          Promise.resolve(
            new Response(clean, {
              headers: { 'content-type': 'text/event-stream' },
            }),
          ),
      });
      const stream = client.beta.messages.stream({ model: 'm', max_tokens: 1, messages: [] });
      let expected: Json;
      try {
        expected = (await stream.finalMessage()) as unknown as Json;
      } catch {
        expect(() => aggregate([bytes])).toThrow(ApiError);
        continue;
      }
      compared++;
      const message = JSON.parse(aggregate(readsOf(bytes, 300))) as Json;
      expect([entry.path, message.id, message.stop_reason]).toEqual([entry.path, expected.id, expected.stop_reason]);
      expect([entry.path, message.content]).toEqual([entry.path, JSON.parse(JSON.stringify(expected.content))]);
      expect((message.usage as Json).output_tokens).toBe((expected.usage as Json).output_tokens);
      // Taken apart and together once more, nothing changes.
      expect(JSON.parse(aggregate([streamOfMessage(encoder.encode(JSON.stringify(message)))]))).toEqual(message);
    }
    expect(compared).toBeGreaterThan(80);
  });
});
