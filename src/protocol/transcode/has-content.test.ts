/** What of a stream is said before anything of the answer is: until then another upstream may be asked instead. */
import { describe, expect, test } from 'bun:test';
import type { Shape } from '../shape.ts';
import { readRequest } from '../request.ts';
import { ANTHROPIC_CAPABILITIES, OPENAI_CAPABILITIES } from './capabilities.ts';
import { createTranscoder } from './create-transcoder.ts';
import type { StreamTranscoder } from './stream.ts';

const encoder = new TextEncoder();
const SHAPES = ['openai', 'anthropic'] as const;

function open(client: Shape, upstream: Shape): StreamTranscoder {
  const body = `{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"Hi"}]}`;
  return createTranscoder(client, upstream, {
    facts: readRequest(encoder.encode(body)),
    upstreamModel: 'up',
    capabilities: upstream === 'openai' ? OPENAI_CAPABILITIES : ANTHROPIC_CAPABILITIES,
    requestId: 'req_th_1',
    createdS: 1,
    keyId: 'k',
    betas: [],
    sessionId: undefined,
    estimateInput: () => 1,
    redact: (text) => text,
    ports: {
      sha256: () => new Uint8Array(32),
      sign: () => '',
      verify: () => undefined,
      recall: () => undefined,
    } as never,
  }).openStream();
}

const chunk = (choice: object) =>
  `data: ${JSON.stringify({ id: 'c', model: 'up', choices: [{ index: 0, ...choice }] })}\n\n`;
const delta = (said: object) => chunk({ delta: said, finish_reason: null });
const event = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const piece = (said: object) => event('content_block_delta', { index: 0, delta: said });

const BEFORE: Readonly<Record<Shape, readonly string[]>> = {
  openai: [
    ': comment\n\n',
    delta({ role: 'assistant', content: '' }),
    delta({ role: 'assistant', content: null, refusal: null, tool_calls: [] }),
    delta({ content: '' }),
    delta({}),
    'data: {"id":"c","choices":[]}\n\n',
  ],
  anthropic: [
    ': comment\n\n',
    event('message_start', {
      message: { id: 'm', type: 'message', role: 'assistant', content: [], usage: { input_tokens: 1 } },
    }),
    event('ping', {}),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    event('ping', {}),
  ],
};
const CONTENT: Readonly<Record<Shape, readonly string[]>> = {
  openai: [
    delta({ content: 'a' }),
    delta({ reasoning_content: 'hm' }),
    delta({ refusal: 'no' }),
    delta({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '' } }] }),
    chunk({ delta: {}, finish_reason: 'stop' }),
  ],
  anthropic: [
    piece({ type: 'text_delta', text: 'a' }),
    piece({ type: 'thinking_delta', thinking: 'hm' }),
    piece({ type: 'input_json_delta', partial_json: '' }),
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } }),
  ],
};

for (const client of SHAPES) {
  for (const upstream of SHAPES) {
    describe(`C4: ${upstream} upstream, ${client} client`, () => {
      test('what only opens an answer is no content', () => {
        const stream = open(client, upstream);
        for (const text of BEFORE[upstream]) {
          stream.push(encoder.encode(text));
          expect({ text, hasContent: stream.hasContent }).toEqual({ text, hasContent: false });
        }
      });

      test('any piece of it, and any end, is', () => {
        for (const text of CONTENT[upstream]) {
          const stream = open(client, upstream);
          for (const before of BEFORE[upstream]) stream.push(encoder.encode(before));
          stream.push(encoder.encode(text));
          expect({ text, hasContent: stream.hasContent }).toEqual({ text, hasContent: true });
        }
      });

      test('also in one piece with what opened it', () => {
        const stream = open(client, upstream);
        stream.push(encoder.encode(BEFORE[upstream].join('') + (CONTENT[upstream][0] ?? '')));
        expect(stream.hasContent).toBe(true);
      });

      test('an error is none', () => {
        const stream = open(client, upstream);
        for (const before of BEFORE[upstream]) stream.push(encoder.encode(before));
        stream.push(
          encoder.encode('event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"x"}}\n\n'),
        );
        expect([stream.state, stream.hasContent, stream.error?.failover]).toEqual(['failed', false, 'next']);
      });
    });
  }
}
