import { describe, expect, test } from 'bun:test';
import { eventsOf } from '../same-shape/stream-runs.fixture.ts';
import { chunk, crossChunks, encoder, planOf, sse, USAGE, usageChunk } from './answers.fixture.ts';
import { AnthropicFromOpenAiStream } from './stream.ts';

const text = (content: string) => chunk({ content });
const thought = (reasoning: string) => chunk({ reasoning_content: reasoning });
const STOP = chunk({}, 'stop');
const names = (out: string) => eventsOf(out).map(({ event }) => event as string);
const blocks = (chunks: (object | string)[], plan = {}) =>
  crossChunks(chunks, plan).message.content.map(({ type, text: said, thinking }) => [type, said ?? thinking]);

describe('the golden stream', () => {
  test('C004: think, say hello, call f and g: the very events', () => {
    const call = (index: number, id: string, name: string, args: string) =>
      chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: args } }] });
    const usage = {
      prompt_tokens: 42,
      completion_tokens: 11,
      total_tokens: 53,
      prompt_tokens_details: { cached_tokens: 2 },
      completion_tokens_details: { reasoning_tokens: 3 },
    };
    const { text: out } = crossChunks(
      [
        chunk({ role: 'assistant', content: '' }),
        thought('hm'),
        text('hello'),
        call(0, 'toolu_1', 'f', '{"a":1}'),
        call(1, 'toolu_2', 'g', ''),
        chunk({}, 'tool_calls'),
        usageChunk(usage),
      ],
      { ports: { ...planOf().ports, sign: () => 'th1.abc' }, requestId: 'req_th_1' },
    );
    const golden = `message_start {"message":{"id":"msg_0123456789abcdef","type":"message","role":"assistant","model":"public-model","content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,"container":null,"usage":{"input_tokens":42,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0}}}
ping {}
content_block_start {"index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}
content_block_delta {"index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}
content_block_delta {"index":0,"delta":{"type":"signature_delta","signature":"th1.abc"}}
content_block_stop {"index":0}
content_block_start {"index":1,"content_block":{"type":"text","text":""}}
content_block_delta {"index":1,"delta":{"type":"text_delta","text":"hello"}}
content_block_stop {"index":1}
content_block_start {"index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}
content_block_delta {"index":2,"delta":{"type":"input_json_delta","partial_json":""}}
content_block_delta {"index":2,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\":1}"}}
content_block_stop {"index":2}
content_block_start {"index":3,"content_block":{"type":"tool_use","id":"toolu_2","name":"g","input":{}}}
content_block_delta {"index":3,"delta":{"type":"input_json_delta","partial_json":"{}"}}
content_block_stop {"index":3}
message_delta {"delta":{"stop_reason":"tool_use","stop_sequence":null,"stop_details":null,"container":null},"usage":{"input_tokens":40,"cache_creation_input_tokens":0,"cache_read_input_tokens":2,"output_tokens":11,"output_tokens_details":{"thinking_tokens":3},"server_tool_use":null}}
message_stop {}`;
    const expected = golden.split('\n').map((line) => {
      const at = line.indexOf(' ');
      const rest = line.slice(at + 2);
      return `event: ${line.slice(0, at)}\ndata: {"type":"${line.slice(0, at)}"${rest === '}' ? '' : ','}${rest}\n\n`;
    });
    expect(out).toBe(expected.join(''));
  });
});

describe('the start', () => {
  test('C033: input is estimated until it is told, and one ping follows', () => {
    const { text: out, message } = crossChunks([text('a'), STOP, usageChunk()]);
    expect(names(out).slice(0, 3)).toEqual(['message_start', 'ping', 'content_block_start']);
    expect(names(out).filter((name) => name === 'ping')).toHaveLength(1);
    expect(message.startUsage).toEqual({
      input_tokens: 42,
      output_tokens: 0,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    });
    expect(message.usage.input_tokens).toBe(10);
  });

  test('the first chunk counts in full: its text and its usage', () => {
    const first = chunk({ role: 'assistant', content: 'a' }, null, {
      usage: { prompt_tokens: 7, completion_tokens: 0 },
    });
    const { message } = crossChunks([first, text('b'), STOP]);
    expect(message.startUsage.input_tokens).toBe(7);
    expect(message.content[0]?.text).toBe('ab');
  });

  test('comes with the first chunk of any kind, and nothing before', () => {
    const stream = new AnthropicFromOpenAiStream(planOf());
    expect(stream.push(encoder.encode(': OPENROUTER PROCESSING\n\n')).length).toBe(0);
    const start = stream.push(sse([{ id: '', model: '', choices: [], prompt_filter_results: [] }], ''));
    expect(names(Buffer.from(start).toString())).toEqual(['message_start', 'ping']);
  });

  test('C054 role-repeat: a role in every chunk starts nothing', () => {
    const { message } = crossChunks([1, 2, 3].map(() => chunk({ role: 'assistant', content: 'x' })).concat(STOP));
    expect(message.content).toEqual([{ type: 'text', text: 'xxx' }]);
  });

  test('an id that is missing, constant or a clock is made from the request', () => {
    const idOf = (id: unknown) => crossChunks([{ id, choices: [] }, text('a'), STOP]).message.id;
    for (const id of [undefined, '', 'chatcmpl-1', 'chatcmpl-17345678901234567890', 'with space and more than 16', 7]) {
      expect(idOf(id)).toBe('msg_th_0000000000000000000000000000test');
    }
    expect(idOf('gen-1753248108-FGOxpkEzFEwhNKSPpI4a')).toBe('msg_gen-1753248108-FGOxpkEzFEwhNKSPpI4a');
  });
});

describe('text', () => {
  test('C039 leading-ws: white space before text is kept', () => {
    expect(blocks([text('\n\n'), text('  '), text('Hello'), text(' '), text('\n'), STOP])).toEqual([
      ['text', '\n\n  Hello \n'],
    ]);
  });

  test('C038 ws-between: white space alone is no block', () => {
    const call = chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] });
    const { message } = crossChunks([thought('hm'), text('\n\n'), call, text(' '), chunk({}, 'tool_calls')]);
    expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);
  });

  test('nothing at all is a message without blocks', () => {
    expect(crossChunks([text(''), chunk({ content: null }), chunk(null), STOP]).message.content).toEqual([]);
  });

  test('escapes cross as they were written', () => {
    const raw = '{"choices":[{"index":0,"delta":{"content":"\\u00e9\\/\\ud83c\\udf0d\\"é"}}]}';
    const out = crossChunks([`data: ${raw}\n\n`, `data: ${raw}\n\n`, STOP]);
    expect(out.text).toContain('"text":"\\u00e9\\/\\ud83c\\udf0d\\"é"');
    expect(out.message.content[0]?.text).toBe('é/🌍"éé/🌍"é');
  });

  test('C123 multi-choice: the first choice alone is answered with', () => {
    const two = { choices: [1, 0].map((index) => ({ index, delta: { content: `c${index}` } })) };
    const other = { choices: [{ index: 1, delta: { content: 'no' }, finish_reason: 'length' }] };
    const { message, stream } = crossChunks([two, other, text('!'), STOP]);
    expect(message.content).toEqual([{ type: 'text', text: 'c0!' }]);
    expect(message.stop_reason).toBe('end_turn');
    expect(stream.oddities.toJson()).toEqual({ further_choice: 2, usage_missing: 1 });
    const odd = (index: number | null, content: string) => ({ choices: [{ index, delta: { content } }] });
    expect(blocks([odd(3, 'a'), odd(3, 'b'), odd(null, 'c')])).toEqual([['text', 'abc']]);
  });

  test('`message` is read where there is no delta, and not where it repeats one', () => {
    const fake = { choices: [{ index: 0, message: { role: 'assistant', content: 'whole' }, finish_reason: 'stop' }] };
    expect(blocks([fake])).toEqual([['text', 'whole']]);
    const cumulative = (content: string, all: string) => ({
      choices: [{ index: 0, delta: { content }, message: { content: all } }],
    });
    const last = { choices: [{ index: 0, message: { content: 'ab' }, finish_reason: 'stop' }] };
    expect(blocks([cumulative('a', 'a'), cumulative('b', 'ab'), last])).toEqual([['text', 'ab']]);
  });

  test('a refusal is text, and the reason', () => {
    const { message } = crossChunks([chunk({ refusal: 'I ' }), chunk({ refusal: 'cannot' }), STOP]);
    expect(message.content).toEqual([{ type: 'text', text: 'I cannot' }]);
    expect([message.stop_reason, message.stop_details]).toEqual([
      'refusal',
      { type: 'refusal', category: null, explanation: null },
    ]);
  });

  test('content as a list, and as the structured output itself', () => {
    const list = chunk({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
        { type: 'reasoning', summary: [{ type: 'summary_text', text: '!' }] },
        { type: 'text', text: 'yes' },
        'no',
        { type: 'image_url', image_url: { url: 'x' } },
      ],
    });
    expect(blocks([list, STOP])).toEqual([
      ['thinking', 'hm!'],
      ['text', 'yesno'],
    ]);
    expect(blocks([chunk({ content: { answer: [1.5] } }), STOP])).toEqual([['text', '{"answer":[1.5]}']]);
  });

  test('sources are cited in the text block that is open at the end', () => {
    const annotations = [{ type: 'url_citation', url_citation: { url: 'https://a.b', title: 'A', content: 'said' } }];
    const { message } = crossChunks([text('x'), chunk({ annotations }), STOP]);
    expect(message.content[0]?.citations).toEqual([
      { type: 'web_search_result_location', url: 'https://a.b', title: 'A', cited_text: 'said', encrypted_index: '' },
    ]);
    const none = crossChunks([chunk({ annotations }), STOP]);
    expect(none.message.content).toEqual([]);
    expect(none.stream.oddities.toJson()).toEqual({ citations_without_text: 1 });
  });
});

describe('reasoning', () => {
  test('C035 reasoning-shown: a thinking block, signed, then the text', () => {
    const { message } = crossChunks([thought('h'), thought('m'), text('yes'), STOP]);
    expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
    const [block] = message.content;
    expect(block?.thinking).toBe('hm');
    expect(planOf().ports.verify(block?.signature as string, 'hm')).toEqual({ v: 1, m: 'upstream-model' });
  });

  test('C036 reasoning-hidden: no thinking block, and the count stays', () => {
    const usage = { ...USAGE, completion_tokens_details: { reasoning_tokens: 4 } };
    const { message, stream } = crossChunks([thought('hm'), text('yes'), STOP, usageChunk(usage)], {
      showThinking: false,
    });
    expect(message.content).toEqual([{ type: 'text', text: 'yes' }]);
    expect(message.usage.output_tokens_details).toEqual({ thinking_tokens: 4 });
    expect(stream.kept).toBeUndefined();
  });

  test('C037 vllm-reasoning: the same under two names is said once', () => {
    const both = (t: string) =>
      chunk({ reasoning: t, reasoning_content: t, reasoning_details: [{ type: 'reasoning.text', text: t }] });
    expect(blocks([both('h'), both('m'), STOP])).toEqual([['thinking', 'hm']]);
    expect(blocks([chunk({ thinking: 'a' }), chunk({ reasoning: 'b' }), STOP])).toEqual([['thinking', 'ab']]);
  });

  test('C066 think-text-think: reasoning after text is another block', () => {
    const { message } = crossChunks([thought('a'), text('b'), thought('c'), text('d'), STOP]);
    expect(message.content.map(({ type, text: t, thinking }) => [type, t ?? thinking])).toEqual([
      ['thinking', 'a'],
      ['text', 'b'],
      ['thinking', 'c'],
      ['text', 'd'],
    ]);
    for (const { thinking, signature } of message.content.filter(({ type }) => type === 'thinking')) {
      expect(planOf().ports.verify(signature as string, thinking as string)).toBeDefined();
    }
  });

  const detail = (t: string, more = {}) => ({ type: 'reasoning.text', text: t, format: 'f', index: 0, ...more });

  test('reasoning_details go back within the signature, each entry whole', () => {
    const encrypted = { type: 'reasoning.encrypted', data: 'abc', index: 1 };
    const { message } = crossChunks([
      chunk({ reasoning: 'h', reasoning_details: [detail('h')] }),
      chunk({ reasoning: 'm', reasoning_details: [detail('m')] }),
      chunk({ reasoning_details: [{ type: 'reasoning.text', signature: 'sig', index: 0 }, encrypted] }),
      text('yes'),
      STOP,
    ]);
    const payload = planOf().ports.verify(message.content[0]?.signature as string, 'hm');
    expect(payload?.rd?.map((entry) => JSON.parse(entry))).toEqual([detail('hm', { signature: 'sig' }), encrypted]);
    expect(message.content).toHaveLength(2);
  });

  test('what no thinking block can carry goes into a redacted one at the end', () => {
    const { message } = crossChunks([
      text('yes'),
      chunk({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'abc' }] }),
      STOP,
    ]);
    expect(message.content.map(({ type }) => type)).toEqual(['text', 'redacted_thinking']);
    expect(planOf().ports.verify(message.content[1]?.data as string, '')).toEqual({
      v: 1,
      m: 'upstream-model',
      rd: ['{"type":"reasoning.encrypted","data":"abc"}'],
    });
  });

  const signed = chunk({
    tool_calls: [
      { id: 'a:0', function: { name: 'f', arguments: '{}' }, extra_content: { google: { thought_signature: 'S' } } },
    ],
  });

  test("a call's own signature comes back by the client's id of the call", () => {
    const { message } = crossChunks([signed, STOP]);
    expect(planOf().ports.verify(message.content[1]?.data as string, '')).toEqual({
      v: 1,
      m: 'upstream-model',
      sig: { [message.content[0]?.id as string]: 'S' },
    });
  });

  test('where no thinking is shown, it is kept for the turn that brings the result of the call', () => {
    const chunks = [chunk({ reasoning: 'h\n', reasoning_details: [detail('h\n')] }), signed, STOP];
    const { message, stream } = crossChunks(chunks, { showThinking: false });
    expect(message.content.map(({ type }) => type)).toEqual(['tool_use']);
    const id = message.content[0]?.id as string;
    // Such a short id may be another call's too.
    expect(stream.kept?.toolCallId).toStartWith(`${id}\n`);
    expect(JSON.parse(stream.kept?.turn as string)).toEqual({
      m: 'upstream-model',
      text: 'h\n',
      rd: [detail('h\n')],
      sig: { [id]: 'S' },
    });
    expect(crossChunks([thought('h'), text('a'), STOP], { showThinking: false }).stream.kept).toBeUndefined();
  });

  test('think tags within the text, for models known for them', () => {
    const capabilities = { reasoningOut: ['think_tags'] };
    for (const pieces of [
      ['<think>hm</think>yes'],
      [' <th', 'ink>h', 'm</t', 'hink>', 'yes'],
      [...'<think>hm</think>yes'],
    ]) {
      expect(blocks([...pieces.map(text), STOP], { capabilities })).toEqual([
        ['thinking', 'hm'],
        ['text', 'yes'],
      ]);
      expect(blocks([...pieces.map(text), STOP])).toEqual([['text', pieces.join('')]]);
    }
    expect(blocks([text('<thi'), STOP], { capabilities })).toEqual([['text', '<thi']]);
    expect(blocks([text('<think>a</thi'), STOP], { capabilities })).toEqual([['thinking', 'a</thi']]);
  });
});
