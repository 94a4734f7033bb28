import { describe, expect, test } from 'bun:test';
import { splitEveryByte } from '../../../../test/support/split-bytes.ts';
import { readsOf } from '../same-shape/stream-runs.fixture.ts';
import {
  ROLE,
  START,
  STOP,
  TEXT,
  accumulateAsPython,
  chunksOf,
  delta,
  deltasOf,
  json,
  planWith,
  runAnswer,
  sse,
  startBlock,
  stop,
  stopBlock,
  text,
  thinking,
} from './answers.fixture.ts';
import { OpenAiFromAnthropicStream } from './stream.ts';

describe('an Anthropic stream to an OpenAI client', () => {
  test('the golden turn: thinks, says hello, calls f and g', () => {
    const run = runAnswer([
      sse(
        START,
        ['ping'],
        startBlock(0, { type: 'thinking', thinking: '', signature: '' }),
        thinking(0, 'hm'),
        delta(0, { type: 'signature_delta', signature: 'SIG' }),
        stopBlock(0),
        startBlock(1, { type: 'text', text: '' }),
        text(1, 'hello'),
        stopBlock(1),
        startBlock(2, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
        json(2, ''),
        json(2, '{"a":1}'),
        stopBlock(2),
        startBlock(3, { type: 'tool_use', id: 'toolu_2', name: 'g', input: {} }),
        json(3, ''),
        stopBlock(3),
        [
          'message_delta',
          {
            delta: { stop_reason: 'tool_use' },
            usage: {
              input_tokens: 40,
              cache_read_input_tokens: 2,
              output_tokens: 11,
              output_tokens_details: { thinking_tokens: 3 },
            },
          },
        ],
        STOP,
      ),
    ]);
    const chunk = (d: string, finish = 'null') =>
      `data: {"id":"chatcmpl-01","object":"chat.completion.chunk","created":1700000000,"model":"public-model","choices":[{"index":0,"delta":${d},"logprobs":null,"finish_reason":${finish}}],"usage":null}\n\n`;
    expect(run.text.split(/(?<=\n\n)/)).toEqual([
      chunk('{"role":"assistant","content":""}'),
      ': ping\n\n',
      chunk('{"reasoning_content":"hm"}'),
      chunk('{"content":"hello"}'),
      chunk('{"tool_calls":[{"index":0,"id":"toolu_1","type":"function","function":{"name":"f","arguments":""}}]}'),
      chunk('{"tool_calls":[{"index":0,"function":{"arguments":"{\\"a\\":1}"}}]}'),
      chunk('{"tool_calls":[{"index":1,"id":"toolu_2","type":"function","function":{"name":"g","arguments":""}}]}'),
      chunk('{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}'),
      chunk(
        '{"reasoning_details":[{"index":0,"type":"reasoning.text","text":"hm","signature":"SIG","format":"anthropic-claude-v1","model":"public-model"}]}',
      ),
      chunk('{}', '"tool_calls"'),
      'data: {"id":"chatcmpl-01","object":"chat.completion.chunk","created":1700000000,"model":"public-model","choices":[],"usage":{"prompt_tokens":42,"completion_tokens":11,"total_tokens":53,"prompt_tokens_details":{"cached_tokens":2,"cache_write_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":3,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}\n\n',
      'data: [DONE]\n\n',
    ]);
    expect(run.told).toEqual({
      state: 'complete',
      usage: { inputTokens: 40, outputTokens: 11, cacheReadTokens: 2, cacheWriteTokens: 0, reasoningTokens: 3 },
      usageEstimated: false,
      kept: {
        toolCallId: 'toolu_1',
        turn: '[{"type":"thinking","thinking":"hm","signature":"SIG"},{"type":"text","text":"hello"},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}},{"type":"tool_use","id":"toolu_2","name":"g","input":{}}]',
      },
    });
    expect(run.oddities).toBeUndefined();
  });

  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'content_filter'],
    ['pause_turn', 'stop'],
    ['compaction', 'stop'],
    ['unheard_of', 'stop'],
  ])('J1: stop_reason %s is finish_reason %s', (reason, finish) => {
    const run = runAnswer([sse(START, TEXT, text(0, 'a'), stopBlock(0), stop(reason), STOP)]);
    expect(accumulateAsPython(run.text).finish).toBe(finish);
    expect(run.oddities).toEqual(reason === 'unheard_of' ? { unknown_stop_reason: 1 } : undefined);
    // C130
    expect(run.warnings).toEqual(reason === 'pause_turn' ? ['approx.pause_turn'] : []);
  });

  test('C052 o-keepalive: pings are comments; comments, names without data and strange events are nothing', () => {
    const run = runAnswer([
      sse(
        START,
        ['ping'],
        ': OPENROUTER PROCESSING',
        'event: ping',
        'retry: 5',
        'id: 7',
        ['from_the_future', { a: 1 }],
        delta(0, { type: 'new_delta' }),
        stop('end_turn'),
        STOP,
      ),
    ]);
    expect(run.text.split('\n\n').filter((frame) => frame !== '' && !frame.startsWith('data: '))).toEqual([': ping']);
    expect(deltasOf(run.text)).toEqual([ROLE, {}]);
    expect(run.oddities).toEqual({ unknown_event: 1, unknown_delta: 1 });
  });

  test('upstreams that take the shape lightly: no starts, no stops, no ids, two starts', () => {
    const run = runAnswer([sse(text(0, 'a'), thinking(1, 'b'), json(2, '{}'), text(0, 'c'), START, stop('end_turn'))]);
    expect(deltasOf(run.text).slice(0, 4)).toEqual([
      ROLE,
      { content: 'a' },
      { reasoning_content: 'b' },
      { content: 'c' },
    ]);
    expect(chunksOf(run.text)[0]!.id).toBe('chatcmpl-01ABC');
    expect(run.oddities).toEqual({ unopened_block: 3, duplicate_message_start: 1 });
    const unnamed = runAnswer([
      new TextEncoder().encode(
        'data:{"type":"message_start","message":{"id":""}}\n\ndata:{"type":"content_block_start","index":0,"content_block":{"type":"text"}}\n\ndata:{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}\n\ndata:{"type":"message_stop"}\n\ndata: [DONE]\n\n',
      ),
    ]);
    expect(deltasOf(unnamed.text)).toEqual([ROLE, { content: 'x' }, {}]);
    expect(unnamed.oddities).toEqual({ unnamed_event: 1, missing_stop_reason: 1, usage_missing: 1 });
  });

  test('C111, C112, C113, C114, C115, C116: line ends, a mark, split lines, a missing blank line', () => {
    const stream = Buffer.from(
      sse(START, TEXT, text(0, 'é🌍'), text(0, '\n'), stopBlock(0), stop('end_turn'), STOP),
    ).toString();
    const expected = runAnswer([Buffer.from(stream)]);
    const variants = [
      stream.replaceAll('\n', '\r\n'),
      stream.replaceAll('\n', '\r'),
      `\ufeff${stream}`,
      stream.replaceAll('data: ', 'data:'),
      stream.replaceAll(',"index"', '\ndata: ,"index"'),
      stream.slice(0, -2),
      stream.replace(/\n\n(?=event: content_block_delta)/g, '\n'),
    ];
    for (const variant of variants) {
      expect([variant, runAnswer(splitEveryByte(variant))]).toEqual([variant, expected]);
      expect(runAnswer([Buffer.from(variant)])).toEqual(expected);
    }
  });

  test('C117 sse-huge: 5 MB in one event take linear time, whichever it is', () => {
    const large = 'x\\n'.repeat(1_700_000);
    const make = (event: string) =>
      Buffer.concat([sse(START, TEXT), Buffer.from(`${event}\n\n`), sse(stop('end_turn'), STOP)]);
    for (const event of [
      `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${large}"}}`,
      `data: {"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","content":"${large}"}}`,
      `data: {"type":"content_block_start","index":1,"content_block":{"type":"thinking","thinking":"${large}"}}`,
    ]) {
      const reads = [...readsOf(make(event), 16 * 1024)];
      const start = performance.now();
      const stream = new OpenAiFromAnthropicStream(planWith());
      let bytes = 0;
      for (const read of reads) bytes += stream.push(read).length;
      expect(stream.state).toBe('complete');
      expect(performance.now() - start).toBeLessThan(10_000);
      if (!event.includes('web_search')) expect(bytes).toBeGreaterThan(large.length);
    }
  });
});
