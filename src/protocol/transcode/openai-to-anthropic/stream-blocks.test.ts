import { describe, expect, test } from 'bun:test';
import {
  ROLE,
  START,
  STOP,
  TEXT,
  accumulateAsPython,
  accumulateWithSdk,
  delta,
  deltasOf,
  json,
  runAnswer,
  sse,
  startBlock,
  stop,
  stopBlock,
  text,
  thinking,
  tool,
} from './answers.fixture.ts';

describe('texts and thinking within an Anthropic stream', () => {
  test('texts: empty ones say nothing, those of a start count, those around a vendor’s tool are told apart', () => {
    const server = [
      startBlock(1, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
      json(1, '{"query":"q"}'),
      stopBlock(1),
      startBlock(2, { type: 'web_search_tool_result', tool_use_id: 's', content: [] }),
      stopBlock(2),
    ];
    const run = runAnswer([
      sse(
        START,
        startBlock(0, { type: 'text', text: 'be' }),
        text(0, ''),
        text(0, 'gin'),
        stopBlock(0),
        ...server,
        startBlock(3, { type: 'text', text: '' }),
        stopBlock(3),
        startBlock(4, { type: 'text', text: '' }),
        text(4, 'mid'),
        stopBlock(4),
        startBlock(5, { type: 'text', text: '' }),
        text(5, 'dle'),
        stopBlock(5),
        ...server,
        stop('end_turn'),
        STOP,
      ),
    ]);
    expect(deltasOf(run.text)).toEqual([
      ROLE,
      { content: 'be' },
      { content: 'gin' },
      { content: '\n\n' },
      { content: 'mid' },
      { content: 'dle' },
      {},
    ]);
    expect(run.oddities).toBeUndefined();
  });

  test('thinking: pieces live, blocks told apart, everything once more in one piece', () => {
    const stream = sse(
      START,
      startBlock(0, { type: 'thinking', thinking: '', signature: '' }),
      thinking(0, 'one'),
      delta(0, { type: 'signature_delta', signature: 'old' }),
      delta(0, { type: 'signature_delta', signature: 'S1=' }),
      stopBlock(0),
      startBlock(1, { type: 'redacted_thinking', data: 'Enc"' }),
      stopBlock(1),
      startBlock(2, { type: 'thinking', thinking: '', signature: '' }),
      delta(2, { type: 'signature_delta', signature: 'S2' }),
      stopBlock(2),
      startBlock(3, { type: 'thinking', thinking: '' }),
      thinking(3, 'two'),
      stopBlock(3),
      stop('end_turn'),
      STOP,
    );
    const run = runAnswer([stream]);
    const own = { format: 'anthropic-claude-v1', model: 'public-model' };
    expect(deltasOf(run.text)).toEqual([
      ROLE,
      { reasoning_content: 'one' },
      { reasoning_content: '\n\n' },
      { reasoning_content: 'two' },
      {
        reasoning_details: [
          { index: 0, type: 'reasoning.text', text: 'one', signature: 'S1=', ...own },
          { index: 1, type: 'reasoning.encrypted', data: 'Enc"', ...own },
          { index: 2, type: 'reasoning.text', text: '', signature: 'S2', ...own },
          { index: 3, type: 'reasoning.text', text: 'two', ...own },
        ],
      },
      {},
    ]);
    expect(run.told.kept).toBeUndefined();
    expect(deltasOf(runAnswer([stream], { showReasoning: false }).text)).toEqual([ROLE, {}]);
  });

  test('C106 details-once: both accumulators have the details whole', async () => {
    const run = runAnswer([
      sse(
        START,
        startBlock(0, { type: 'thinking', thinking: '', signature: '' }),
        thinking(0, 'a'),
        thinking(0, 'b'),
        delta(0, { type: 'signature_delta', signature: 'S' }),
        stopBlock(0),
        stop('end_turn'),
        STOP,
      ),
    ]);
    const details = [
      {
        index: 0,
        type: 'reasoning.text',
        text: 'ab',
        signature: 'S',
        format: 'anthropic-claude-v1',
        model: 'public-model',
      },
    ];
    expect(accumulateAsPython(run.text).message).toMatchObject({ reasoning_content: 'ab', reasoning_details: details });
    expect(await accumulateWithSdk(run.text)).toMatchObject({ choices: [{ message: { reasoning_details: details } }] });
  });

  test('C068 thinking-store, D4: a turn is kept as it was, hidden reasoning and vendor’s tools included', () => {
    const run = runAnswer(
      [
        sse(
          START,
          startBlock(0, { type: 'text', text: '' }),
          stopBlock(0),
          startBlock(1, { type: 'thinking', thinking: '', signature: '' }),
          thinking(1, 'a"\n'),
          delta(1, { type: 'signature_delta', signature: 'S' }),
          stopBlock(1),
          startBlock(2, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
          json(2, '{"query": '),
          json(2, '"q"}'),
          stopBlock(2),
          startBlock(3, { type: 'web_search_tool_result', tool_use_id: 's', content: [{ n: 1 }] }),
          stopBlock(3),
          tool(4, { caller: { type: 'direct' } }),
          json(4, '{"10":1, "2":12345678901234567890}'),
          stopBlock(4),
          stop('tool_use'),
          STOP,
        ),
      ],
      { showReasoning: false },
    );
    expect(run.told.kept).toEqual({
      toolCallId: 'toolu_4',
      turn:
        '[{"type":"thinking","thinking":"a\\"\\n","signature":"S"},{"type":"server_tool_use","id":"s","name":"web_search","input":{"query": "q"}},' +
        '{"type":"web_search_tool_result","tool_use_id":"s","content":[{"n":1}]},' +
        '{"type":"tool_use","id":"toolu_4","name":"f4","input":{"10":1, "2":12345678901234567890},"caller":{"type":"direct"}}]',
    });
  });

  test('a turn of which something came before its thinking is not kept in half', () => {
    const think = [startBlock(1, { type: 'thinking', thinking: '', signature: 'S' }), stopBlock(1)];
    for (const before of [
      [TEXT, text(0, 'a'), stopBlock(0)],
      [tool(0), stopBlock(0)],
    ]) {
      expect(
        runAnswer([sse(START, ...before, ...think, tool(2), stopBlock(2), stop('tool_use'), STOP)]).told.kept,
      ).toBeUndefined();
    }
  });

  test('C105 annotations: told once, with their places in the text; other citations are dropped and said so', async () => {
    const cite = (index: number, citation: object) => delta(index, { type: 'citations_delta', citation });
    const run = runAnswer([
      sse(
        START,
        TEXT,
        text(0, 'é🌍\n'),
        stopBlock(0),
        startBlock(1, { type: 'text', text: '', citations: [] }),
        cite(1, {
          type: 'web_search_result_location',
          url: 'https://a.test/?"',
          title: null,
          cited_text: 'c',
          encrypted_index: 'x',
        }),
        text(1, 'cited'),
        cite(1, { type: 'page_location', document_index: 0 }),
        stopBlock(1),
        stop('end_turn'),
        STOP,
      ),
    ]);
    const annotations = [
      { type: 'url_citation', url_citation: { start_index: 4, end_index: 9, url: 'https://a.test/?"', title: '' } },
    ];
    expect(deltasOf(run.text).at(-2)).toEqual({ annotations });
    expect(accumulateAsPython(run.text).message.annotations).toEqual(annotations);
    expect(await accumulateWithSdk(run.text)).toMatchObject({ choices: [{ message: { annotations } }] });
    expect(run.warnings).toEqual(['dropped.citations']);
  });
});
