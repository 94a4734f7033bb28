import { describe, expect, test } from 'bun:test';
import { unpackToolId } from '../tool-ids.ts';
import { ToolNames } from '../tool-names.ts';
import { eventsOf } from '../same-shape/stream-runs.fixture.ts';
import { chunk, cross, crossChunks, finalMessages, planOf, sse } from './answers.fixture.ts';
import { AnthropicFromOpenAiStream } from './stream.ts';

interface Call {
  readonly index?: number;
  readonly id?: string;
  readonly name?: string;
  readonly args?: unknown;
}

const calls = (...entries: Call[]) =>
  chunk({
    tool_calls: entries.map(({ name, args, ...rest }) => ({
      ...rest,
      type: 'function',
      function: { name, arguments: args },
    })),
  });
const text = (content: string) => chunk({ content });
const END = chunk({}, 'tool_calls');
const contentOf = (chunks: (object | string)[], plan = {}) =>
  crossChunks(chunks, plan).message.content.map(({ type, text: said, thinking, name, inputText }) =>
    type === 'tool_use' ? [name, inputText] : [type, said ?? thinking],
  );

/** The names of the events that each chunk is answered with. */
function perChunk(chunks: object[], plan = {}) {
  const stream = new AnthropicFromOpenAiStream(planOf(plan));
  return chunks.map((c) =>
    eventsOf(Buffer.from(stream.push(sse([c], ''))).toString())
      .map(({ event, data }) => {
        const value = JSON.parse(data) as { content_block?: { type: string }; delta?: { partial_json?: string } };
        return value.content_block?.type ?? value.delta?.partial_json ?? event;
      })
      .filter((name) => name !== 'message_start' && name !== 'ping')
      .join(' '),
  );
}

describe('calls that are whole before they are shown', () => {
  test('C006 cc-tool-loop: one call in five fragments', () => {
    const { message } = crossChunks([
      calls({ index: 0, id: 'call_1', name: 'f', args: '' }),
      ...['{"pa', 'th":', '"a\\n', 'b"', '}'].map((args) => calls({ index: 0, args })),
      END,
    ]);
    expect(message.content).toEqual([
      { type: 'tool_use', id: 'call_1', name: 'f', input: { path: 'a\nb' }, inputText: '{"path":"a\\nb"}' },
    ]);
    expect(message.stop_reason).toBe('tool_use');
  });

  test('C009 cc-parallel-stream: calls side by side become blocks one after another', () => {
    expect(
      contentOf([
        calls({ index: 0, id: 'a', name: 'f', args: '' }, { index: 1, id: 'b', name: 'g', args: '' }),
        calls({ index: 1, args: '{"y":' }, { index: 0, args: '{"x":' }),
        calls({ index: 0, args: '1}' }, { index: 1, args: '2}' }),
        END,
      ]),
    ).toEqual([
      ['f', '{"x":1}'],
      ['g', '{"y":2}'],
    ]);
  });

  test('a call is shown as soon as it is whole and another one has begun', () => {
    expect(
      perChunk([
        calls({ index: 0, id: 'a', name: 'f', args: '{"x":1}' }),
        calls({ index: 1, id: 'b', name: 'g', args: '{"y"' }),
        calls({ index: 1, args: ':2}' }),
        text('bye'),
        END,
      ]),
    ).toEqual([
      '',
      'tool_use  {"x":1} content_block_stop',
      '',
      'tool_use  {"y":2} content_block_stop text content_block_delta',
      '',
    ]);
  });

  test('C060 whole-call: a whole call with the finish reason', () => {
    const whole = chunk({ tool_calls: [{ id: '', function: { name: 'f', arguments: '{"x":[1]}' } }] }, 'stop');
    const { message } = crossChunks([whole]);
    expect(message.content[0]?.input).toEqual({ x: [1] });
    expect(message.stop_reason).toBe('tool_use');
  });

  test('C063 garbage-after: a placeholder before the object, leftovers behind it', () => {
    expect(contentOf([calls({ index: 0, id: 'a', name: 'f', args: '{"a":1}</tool_call>' }), END])).toEqual([
      ['f', '{"a":1}'],
    ]);
    expect(
      contentOf([
        calls({ index: 0, id: 'a', name: 'f', args: '{}' }),
        text('x'),
        calls({ index: 0, args: '{"a":1}' }),
        END,
      ]),
    ).toEqual([
      ['f', '{"a":1}'],
      ['text', 'x'],
    ]);
  });

  test('C025, C024: no arguments, in every spelling, are an empty object', () => {
    for (const args of [undefined, null, '', '{}', ' ', 'null', {}]) {
      expect(contentOf([calls({ index: 0, id: 'a', name: 'f', args }), END])).toEqual([['f', '{}']]);
    }
  });

  test('C061 args-object, C124 bigint-args: an object is passed on as it was written', () => {
    const raw = '{"10":12345678901234567890,"2":1.0}';
    const frame = (args: string) =>
      `data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":${args}}}]}}]}\n\n`;
    expect(contentOf([frame(raw), END])).toEqual([['f', raw]]);
    expect(contentOf([frame(JSON.stringify(raw)), END])).toEqual([['f', raw]]);
  });

  test('C062 invalid-args: what is no object is put into one', () => {
    const { message, stream } = crossChunks([calls({ index: 0, id: 'a', name: 'f', args: '{"a": tru,}' }), END]);
    expect(message.content[0]?.input).toEqual({ _raw_arguments: '{"a": tru,}' });
    expect(stream.oddities.toJson()).toMatchObject({ tool_arguments_repaired: 1 });
  });

  test('long input goes out in slices, cut within no character', () => {
    const json = JSON.stringify({ text: '🌍é\n"'.repeat(3000) });
    const { message, text: out } = crossChunks([calls({ index: 0, id: 'a', name: 'f', args: json }), END]);
    expect(message.content[0]?.inputText).toBe(json);
    const parts = eventsOf(out).flatMap(({ data }) => {
      const delta = (JSON.parse(data) as { delta?: { partial_json?: string } }).delta?.partial_json;
      return delta === undefined ? [] : [delta];
    });
    expect(parts.length).toBeGreaterThan(5);
    for (const part of parts) {
      expect(part.isWellFormed()).toBe(true);
      expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(4100);
    }
  });

  test('C059 no-id: an id is made; an illegal one is packed; no two are the same', () => {
    const { message } = crossChunks([
      calls({ index: 0, name: 'f', args: '{}' }),
      calls({ index: 1, id: 'functions.read:0', name: 'g', args: '{}' }),
      calls({ index: 2, id: 'functions.read:0', name: 'g', args: '{}' }),
      END,
    ]);
    const ids = message.content.map(({ id }) => id as string);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(unpackToolId(ids[1] as string)).toBe('functions.read:0');
  });

  test('C086 long-tool-name: the client gets its own name back', () => {
    const names = new ToolNames(64, planOf().ports);
    const long = `mcp__${'x'.repeat(85)}`;
    const alias = names.offer(long, 'tools[0].name');
    expect(contentOf([calls({ index: 0, id: 'a', name: alias, args: '{}' }), END], { names })).toEqual([[long, '{}']]);
  });

  test('a call without a name is left out, and counted', () => {
    const { message, stream } = crossChunks([calls({ index: 0, id: 'a', args: '{}' }), text('x'), END]);
    expect(message.content).toEqual([{ type: 'text', text: 'x' }]);
    expect(message.stop_reason).toBe('end_turn');
    expect(stream.oddities.toJson()).toMatchObject({ tool_call_without_name: 1, tool_use_without_call: 1 });
  });

  test('function_call, from before there were tools; nothing for one that is blank', () => {
    const fc = (function_call: object, finish: string | null = null) => chunk({ function_call }, finish);
    const { message } = crossChunks([
      fc({ name: 'f', arguments: '' }),
      fc({ arguments: '{"a"' }),
      fc({ arguments: ':1}' }, 'function_call'),
    ]);
    expect(message.content[0]?.input).toEqual({ a: 1 });
    expect(message.stop_reason).toBe('tool_use');
    expect(contentOf([fc({ name: '', arguments: '' }), text('x'), END])).toEqual([['text', 'x']]);
  });
});

describe('text and reasoning among calls', () => {
  test('C064 text-then-tool, C065 tool-then-text', () => {
    expect(
      contentOf([text('a'), calls({ index: 0, id: 'a', name: 'f', args: '{"x":1}' }), text('b'), text('c'), END]),
    ).toEqual([
      ['text', 'a'],
      ['f', '{"x":1}'],
      ['text', 'bc'],
    ]);
  });

  test('they wait behind a call that is not whole, in their order', () => {
    expect(
      contentOf([
        calls({ index: 0, id: 'a', name: 'f', args: '{"x"' }),
        text('a'),
        chunk({ reasoning: 'b' }),
        chunk({ reasoning: 'c' }),
        calls({ index: 1, id: 'b', name: 'g', args: '{"y":2}' }),
        text('d'),
        calls({ index: 0, args: ':1}' }),
        text('e'),
        END,
      ]),
    ).toEqual([
      ['f', '{"x":1}'],
      ['g', '{"y":2}'],
      ['text', 'a'],
      ['thinking', 'bc'],
      ['text', 'de'],
    ]);
  });

  test('once the upstream is over, nothing of a call is waited for', () => {
    const chunks = [calls({ index: 0, id: 'a', name: 'f', args: '{}' }), END, text('x')];
    expect(perChunk(chunks).at(-1)).toBe('tool_use  {} content_block_stop text content_block_delta');
    const late = crossChunks([...chunks, calls({ index: 0, args: '{"a":1}' })]);
    expect(late.stream.oddities.toJson()).toMatchObject({ arguments_of_closed_call: 1 });
  });

  test('further calls may come behind the finish reason', () => {
    const again = (id: string) =>
      chunk({ tool_calls: [{ index: 0, id, function: { name: 'f', arguments: `{"id":"${id}"}` } }] }, 'tool_calls');
    expect(contentOf([again('a'), again('b'), again('c')])).toEqual(
      ['a', 'b', 'c'].map((id) => ['f', `{"id":"${id}"}`]),
    );
  });
});

describe('calls that are passed on as they come', () => {
  const plan = { liveTools: new Set(['f']) };
  const f = (args: string) => calls({ index: 0, args });
  const open = calls({ index: 0, id: 'a', name: 'f', args: '' });

  test('each fragment at once; the block ends with the next call, text, or the end', () => {
    expect(perChunk([open, f('{"a"'), f(':1'), f('}'), text('x')], plan)).toEqual([
      'tool_use ',
      '{"a"',
      ':1',
      '}',
      'content_block_stop text content_block_delta',
    ]);
    expect(
      perChunk([open, f('{"a":1}'), calls({ index: 1, id: 'b', name: 'f', args: '{"b"' }), f('x')], plan).slice(1),
    ).toEqual(['{"a":1}', 'content_block_stop tool_use  {"b"', '']);
  });

  test('the ones behind it gather, then go on live', () => {
    const g = (args: string) => calls({ index: 1, args });
    expect(
      perChunk(
        [open, calls({ index: 1, id: 'b', name: 'f', args: '{' }), f('{"a"'), g('"b"'), f(':1}'), g(':2'), g('}'), END],
        {
          liveTools: 'all',
        },
      ),
    ).toEqual(['tool_use ', '', '{"a"', '', ':1} content_block_stop tool_use  {"b"', ':2', '}', '']);
  });

  test('what is no part of the object is held back: placeholders, leftovers, strings', () => {
    const inputOf = (...parts: string[]) => contentOf([open, ...parts.map(f), END], plan);
    expect(inputOf('{}', '{"a":1}')).toEqual([['f', '{"a":1}']]);
    expect(inputOf('{', '}')).toEqual([['f', '{}']]);
    expect(inputOf('{"a":1}', '</tool_call>', '{')).toEqual([['f', '{"a":1}']]);
    expect(inputOf(' ', '\n{"a"', ':1}\n')).toEqual([['f', '{"a":1}']]);
    expect(inputOf('"{\\"a\\"', ':1}"')).toEqual([['f', '{"a":1}']]);
    expect(inputOf('ls ', '-l')).toEqual([['f', '{"_raw_arguments":"ls -l"}']]);
    expect(inputOf()).toEqual([['f', '{}']]);
  });

  test('what was passed on and turns out to be no object ends the answer at once', () => {
    for (const last of [END, text('x'), calls({ index: 1, id: 'b', name: 'f', args: '{}' })]) {
      const chunks = [open, f('{"a": tru}'), last];
      const { state, error, text: out } = cross(sse(chunks), plan);
      expect([state, error?.code]).toEqual(['failed', 'upstream_error']);
      expect(eventsOf(out).filter(({ event }) => event === 'error')).toHaveLength(1);
    }
    const counted = chunk({}, 'stop', { usage: { prompt_tokens: 1, completion_tokens: 1 } });
    const stream = new AnthropicFromOpenAiStream(planOf(plan));
    for (const c of [open, f('{"a": tru}'), counted]) stream.push(sse([c], ''));
    expect(stream.state).toBe('failed');
  });

  test('other tools are still buffered', () => {
    expect(perChunk([calls({ index: 0, id: 'a', name: 'g', args: '{"a"' }), f(':1}'), END], plan)).toEqual([
      '',
      '',
      '',
    ]);
  });
});

describe('an answer that was cut', () => {
  test("within a call's input: the rest is passed on as it is, and SDKs read half an object", async () => {
    const whole = '{"a":[1,{"b":"x\\"y"}],"c":true,"d":-1.5e3,"e":null,"f":"z"}';
    for (let end = 0; end <= whole.length; end++) {
      const prefix = whole.slice(0, end);
      for (const plan of [{}, { liveTools: 'all' as const }]) {
        const { message, text: out } = crossChunks(
          [calls({ index: 0, id: 'a', name: 'f', args: prefix }), chunk({}, 'length')],
          plan,
        );
        expect(message.stop_reason).toBe('max_tokens');
        if (end > 1 && plan.liveTools === undefined)
          expect([prefix, message.content[0]?.inputText]).toEqual([prefix, prefix]);
        if (end % 3 === 0) {
          for (const { content } of await finalMessages(out)) {
            expect((content as { input: unknown }[])[0]?.input).toBeObject();
          }
        }
      }
    }
  });

  test('what was no object is none when it is cut', () => {
    const { message } = crossChunks([calls({ index: 0, id: 'a', name: 'f', args: 'ls -l' }), chunk({}, 'length')]);
    expect(message.content[0]?.input).toEqual({ _raw_arguments: 'ls -l' });
  });
});
