import { describe, expect, test } from 'bun:test';
import type { Capabilities } from '../../capabilities.ts';
import { testPorts } from '../../crossing.fixture.ts';
import { testThinking } from '../../thinking-ports.fixture.ts';
import { assistant, call, prepare, prepareMessages, remembering, type Sent, tool, user } from './prepare.fixture.ts';

const FORMAT = { format: 'anthropic-claude-v1', model: 'public-model' };
const text = (index: number, more: Record<string, unknown> = {}) => ({
  index,
  type: 'reasoning.text',
  text: `t${index}`,
  signature: `S${index}`,
  ...FORMAT,
  ...more,
});

/** The blocks of the assistant message with one call to `f` and the text "Looking.". */
function blocks(
  more: Record<string, unknown>,
  turns: Readonly<Record<string, unknown>> = {},
  caps: Partial<Capabilities> = {},
) {
  const { sent } = prepareMessages(
    [user('go'), assistant('Looking.', { tool_calls: [call('toolu_1')], ...more }), tool('toolu_1', 'ok')],
    caps,
    remembering(turns),
  );
  return sent.messages[1].content as Sent[];
}

const said = [
  { type: 'text', text: 'Looking.' },
  { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
];
const thinking = (t: string, s: string) => ({ type: 'thinking', thinking: t, signature: s });

describe('thinking that the client returns', () => {
  test('C067 thinking-roundtrip-o: D4: reasoning_details are the turn’s head, by index, as they were given', () => {
    expect(blocks({ reasoning_details: [text(1), text(0)] })).toEqual([
      thinking('t0', 'S0'),
      thinking('t1', 'S1'),
      ...said,
    ]);
    const raw = `{"model":"public-model","messages":[{"role":"user","content":"go"},{"role":"assistant","content":"a","reasoning_details":[{"type":"reasoning.text","text":"\\u00e9 \\/","signature":"a+\\/b=","format":"anthropic-claude-v1","model":"upstream-model"}]},{"role":"user","content":"on"}]}`;
    expect(prepare(raw).text).toContain('{"type":"thinking","thinking":"\\u00e9 \\/","signature":"a+\\/b="}');
  });

  test('D3: a signature without a text is kept', () => {
    expect(blocks({ reasoning_details: [text(0, { text: '' })] })[0]).toEqual(thinking('', 'S0'));
    expect(blocks({ reasoning_details: [text(0, { text: null })] })[0]).toEqual(thinking('', 'S0'));
  });

  test('C070 redacted: D9: encrypted reasoning is redacted thinking again', () => {
    const encrypted = { index: 0, type: 'reasoning.encrypted', data: 'E==', ...FORMAT };
    expect(blocks({ reasoning_details: [encrypted, text(1)] })).toEqual([
      { type: 'redacted_thinking', data: 'E==' },
      thinking('t1', 'S1'),
      ...said,
    ]);
  });

  test('pieces that a client kept of a stream are one block', () => {
    const pieces = [
      text(0, { text: 'a', signature: null }),
      text(0, { text: 'b', signature: '' }),
      text(0, { text: null }),
    ];
    expect(blocks({ reasoning_details: pieces })[0]).toEqual(thinking('ab', 'S0'));
  });

  test('D1, D2, D9: what is of another model, another form or without a signature is not sent', () => {
    const foreign = [
      text(0, { model: 'another' }),
      text(1, { model: undefined }),
      text(2, { format: 'openai-responses-v1' }),
      text(3, { signature: '' }),
      text(4, { signature: 'th1.x.y' }),
      { index: 5, type: 'reasoning.encrypted', data: 'th1.x', ...FORMAT },
      { index: 6, type: 'reasoning.summary', summary: 's', ...FORMAT },
    ];
    expect(blocks({ reasoning_details: foreign, reasoning_content: 'r', reasoning: 'r' })).toEqual(said);
    expect(blocks({ reasoning_details: [text(0)] }, {}, { thinking: 'none' })).toEqual(said);
  });

  test('Anthropic’s own blocks are taken from beside the content and from within it', () => {
    const own = [thinking('t', 'S'), { type: 'redacted_thinking', data: 'E' }];
    expect(blocks({ thinking_blocks: [...own, thinking('unsigned', '')] })).toEqual([...own, ...said]);
    expect(blocks({ content: [...own, { type: 'text', text: 'Looking.' }] })).toEqual([...own, ...said]);
    const parts = {
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'm' }] },
        { type: 'text', text: 'Looking.' },
      ],
    };
    expect(blocks(parts)).toEqual(said);
    expect(blocks({ reasoning_details: [text(0)], thinking_blocks: own })[0]).toEqual(thinking('t0', 'S0'));
  });
});

describe('thinking that was kept', () => {
  test('D1, D2: what another family signed under the same public name is not sent', () => {
    const ports = testThinking();
    const block = { type: 'thinking', thinking: 't', signature: 'foreign2' };
    const { sent } = prepareMessages(
      [
        user('go'),
        assistant('a', { reasoning_details: [text(0, { signature: 'foreign1' }), text(1)] }),
        user('on'),
        assistant('b', { thinking_blocks: [block, { type: 'redacted_thinking', data: 'own' }] }),
        user('on'),
        assistant([block, { type: 'text', text: 'c' }]),
        user('on'),
      ],
      {},
      { thinking: ports },
    );
    expect(ports.asked).toEqual([['foreign1', 'S1', 'foreign2', 'own', 'foreign2']]);
    const turns = (sent.messages as Sent[]).filter(({ role }) => role === 'assistant').map(({ content }) => content);
    expect(turns).toEqual([
      [thinking('t1', 'S1'), { type: 'text', text: 'a' }],
      [
        { type: 'redacted_thinking', data: 'own' },
        { type: 'text', text: 'b' },
      ],
      [{ type: 'text', text: 'c' }],
    ]);
  });

  test('D2, D10: where nothing signed may go, neither does what was kept, and a budget is not set', () => {
    const { sent } = prepareMessages(
      [user('go'), assistant('Looking.', { tool_calls: [call('toolu_1')] }), tool('toolu_1', 'ok')],
      {},
      { ...remembering({ toolu_1: kept }), thinking: testThinking(true) },
    );
    const [, turn] = sent.messages as Sent[];
    expect((turn.content as Sent[]).map(({ type }) => type)).toEqual(['text', 'text', 'tool_use']);
    const asked = prepare(
      {
        reasoning_effort: 'high',
        messages: [
          user('go'),
          assistant('a', { tool_calls: [call('t')], reasoning_details: [text(0)] }),
          tool('t', 'ok'),
        ],
      },
      {},
      { thinking: testThinking(true) },
    );
    expect(asked.sent.thinking).toEqual({ type: 'disabled' });
    expect(asked.text).not.toContain('"S0"');
  });

  const kept = [
    thinking('first', 'S1'),
    { type: 'text', text: 'Look', citations: null },
    thinking('second', 'S2'),
    { type: 'text', text: 'ing.' },
    { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 }, caller: { type: 'direct' } },
  ];

  test('C068 thinking-store: D4: the turn goes back as its model gave it, in its true order', () => {
    expect(blocks({}, { toolu_1: kept })).toEqual(kept);
    // Clients parse arguments and write them anew.
    expect(blocks({ tool_calls: [call('toolu_1', 'f', '{ "a" : 1 }')] }, { toolu_1: kept })).toEqual(kept);
  });

  test('C068 thinking-store: a text or a call that differs is the client’s own turn', () => {
    expect(blocks({ content: 'Looking!' }, { toolu_1: kept })[0]).toEqual({ type: 'text', text: 'Looking!' });
    for (const other of [
      call('toolu_1', 'g'),
      call('toolu_1', 'f', '{"a":2}'),
      call('toolu_1', 'f', '{"a":1,"b":1}'),
    ]) {
      expect(blocks({ tool_calls: [other] }, { toolu_1: kept })[0].type).toBe('text');
    }
    expect(blocks({}, { toolu_1: [...kept, { type: 'tool_use', id: 'toolu_2', name: 'f', input: {} }] })).toEqual(said);
    expect(blocks({}, { toolu_2: kept })).toEqual(said);
  });

  test('what the client returns itself goes before it', () => {
    expect(blocks({ reasoning_details: [text(0)] }, { toolu_1: kept })).toEqual([thinking('t0', 'S0'), ...said]);
  });

  test('texts around a search of the upstream’s own, and blank ones, are recognised', () => {
    const searched = [
      thinking('t', 'S'),
      { type: 'text', text: 'A' },
      { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
      { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
      { type: 'text', text: 'B' },
      { type: 'text', text: '' },
      { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
    ];
    const sent = searched.filter((block) => !('text' in block) || block.text !== '');
    expect(blocks({ content: 'A\n\nB' }, { toolu_1: searched })).toEqual(sent);
    expect(blocks({ content: [{ type: 'text', text: 'AB' }] }, { toolu_1: searched })).toEqual(sent);
  });

  test('C124 bigint-args: a number that a client rounded when it parsed it is the model’s own again', () => {
    const turn = `[{"type":"thinking","thinking":"t","signature":"S"},{"type":"text","text":"Looking."},{"type":"tool_use","id":"toolu_1","name":"f","input":{"n":12345678901234567890}}]`;
    const at = (args: string) =>
      prepareMessages(
        [user('go'), assistant('Looking.', { tool_calls: [call('toolu_1', 'f', args)] }), tool('toolu_1', 'ok')],
        {},
        { ports: { ...testPorts(), recall: () => turn } },
      ).text;
    expect(at('{"n":12345678901234567890}')).toContain(turn);
    expect(
      at(
        JSON.stringify({ n: 12345678901234567890n }, (_, value: unknown) =>
          typeof value === 'bigint' ? Number(value) : value,
        ),
      ),
    ).toContain(turn);
    expect(at('{"n":1234567890123456789}')).toContain('"input":{"n":1234567890123456789}');
  });
});
