import { describe, expect, test } from 'bun:test';
import { loadCorpus, recordedResponse } from '../../../../test/support/corpus.ts';
import { AnthropicSameShapeStream } from './anthropic-stream.ts';
import { OpenAiSameShapeStream } from './openai-stream.ts';
import { relayJson } from './response.ts';
import { OPTIONS, readsOf, run } from './stream-runs.fixture.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const BLOCKS = JSON.stringify({
  content: [
    { type: 'thinking', thinking: 'hm', signature: 'own' },
    { data: 'own2', type: 'redacted_thinking' },
    { type: 'thinking', thinking: 'hm' },
    { type: 'thinking', thinking: 'hm', signature: '' },
    { type: 'text', text: 'a', signature: 'none' },
    { type: 'tool_use', id: 't', name: 'f', input: { type: 'thinking', signature: 'none' } },
  ],
});

describe('D2: the signatures in an answer are told', () => {
  const event = (type: string, data: object, named = true) =>
    `${named ? `event: ${type}\n` : ''}data: ${JSON.stringify({ type, ...data })}\n\n`;
  const start = (content_block: object) => event('content_block_start', { index: 0, content_block });
  const delta = (value: object, named = true) => event('content_block_delta', { index: 0, delta: value }, named);
  const toldBy = (bytes: Uint8Array, most = 7, shape: 'openai' | 'anthropic' = 'anthropic') => {
    const told: string[] = [];
    const options = { ...OPTIONS, signed: (signature: string) => told.push(signature) };
    const open = shape === 'openai' ? new OpenAiSameShapeStream(options) : new AnthropicSameShapeStream(options);
    const { text } = run(open, readsOf(bytes, most));
    const plain = shape === 'openai' ? new OpenAiSameShapeStream(OPTIONS) : new AnthropicSameShapeStream(OPTIONS);
    expect(text).toBe(run(plain, readsOf(bytes, most)).text);
    return told;
  };

  test('of an Anthropic stream: in deltas, in whole blocks, in what is told at once', () => {
    const stream =
      event('message_start', { message: { content: [{ type: 'thinking', thinking: 'x', signature: 'at once' }] } }) +
      start({ type: 'thinking', thinking: '', signature: '' }) +
      delta({ type: 'thinking_delta', thinking: 'of a "signature_delta"' }) +
      delta({ type: 'signature_delta', signature: 'one' }) +
      delta({ signature: 'before its type', type: 'signature_delta' }) +
      delta({ type: 'signature_delta', signature: 'without a name' }, false) +
      delta({ type: 'text_delta', text: 'signature_delta', signature: 'none' }) +
      delta({ type: 'signature_delta', signature: '' }) +
      start({ type: 'redacted_thinking', data: 'hidden' }) +
      start({ type: 'tool_use', id: 't', name: 'f', input: {}, signature: 'none' }) +
      'event: content_block_delta\ndata: {"type":"signature_delta"\n\n' +
      'event: content_block_delta\ndata: {"type":"content_block_delta","delta":null,"x":"signature_delta"}\n\n' +
      event('message_stop', {});
    for (const most of [1, 3, 50, 5000]) {
      expect(toldBy(encoder.encode(stream), most)).toEqual([
        'at once',
        'one',
        'before its type',
        'without a name',
        'hidden',
      ]);
    }
  });

  test('of an OpenAI stream', () => {
    const chunk = (told: object) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: told }], model: 'm' })}\n\n`;
    const google = (signature: string) => ({ extra_content: { google: { thought_signature: signature } } });
    const stream =
      chunk({ role: 'assistant', content: '' }) +
      chunk({ content: 'a' }) +
      chunk({ content: 'b' }) +
      chunk({ content: '', reasoning_details: [{ type: 'reasoning.text', text: 'hm', index: 0 }] }) +
      chunk({ content: '', reasoning_details: [{ type: 'reasoning.text', signature: 'one', index: 0 }] }) +
      chunk({ content: '', reasoning_details: [{ type: 'reasoning.encrypted', data: 'two' }, null] }) +
      chunk({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '' }, ...google('three') }] }) +
      chunk({ content: 'c', ...google('four') }) +
      'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
    for (const most of [1, 40, 5000]) {
      expect(toldBy(encoder.encode(stream), most, 'openai')).toEqual(['one', 'two', 'three', 'four']);
    }
  });

  test('of a JSON answer', () => {
    const told: string[] = [];
    const options = { ...OPTIONS, signed: (signature: string) => told.push(signature) };
    relayJson('anthropic', encoder.encode(BLOCKS), options);
    relayJson(
      'openai',
      encoder.encode('{"choices":[{"message":{"reasoning_details":[{"signature":"s"}]}},{"message":null},7]}'),
      options,
    );
    expect(told).toEqual(['own', 'own2', 's']);
  });

  const corpus = loadCorpus();
  test.skipIf(corpus === undefined)('of every recorded stream of Anthropic’s shape', () => {
    let signatures = 0;
    for (const entry of corpus ?? []) {
      if (entry.shape !== 'anthropic-messages' || !entry.stream || entry.status !== 200) continue;
      const bytes = recordedResponse(entry);
      const text = decoder.decode(bytes);
      // What is behind the end or an error is none of the answer.
      if (/"type": ?"error"/.test(text)) continue;
      const found = [...text.matchAll(/^data: ?(\{.*\}) *\r?$/gm)].flatMap(([, data]) => {
        const { delta: told, content_block: block } = JSON.parse(data ?? '') as Record<string, Record<string, string>>;
        if (told?.['type'] === 'signature_delta') return [told['signature']];
        return block?.['type'] === 'redacted_thinking' ? [block['data']] : [];
      });
      expect([entry.id, toldBy(bytes, 400)]).toEqual([entry.id, found.filter((one) => one !== '') as string[]]);
      signatures += found.length;
    }
    expect(signatures).toBeGreaterThan(20);
  });
});
