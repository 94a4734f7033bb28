/** OpenAI streams as vendors send them, and worse: what the fast path of the transcoder could get wrong. */
import { expect } from 'bun:test';
import fc from 'fast-check';
import { ApiError } from '../../api-error.ts';
import { eventsOf, jsonOf, type Run } from './stream-runs.fixture.ts';

/** Texts of a delta, as JSON literals without their quotes: nearly the end of a string, nearly another member. */
const deltaText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', ' the', 'Hello', ' 世界', '🌍', '.') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '\\"',
      '\\\\',
      '\\\\\\"',
      'ends with a backslash\\\\',
      '\\",\\"model\\":\\"x\\"',
      '"model":"x"'.replaceAll('"', '\\"'),
      '\\"}}],\\"usage\\":{\\"prompt_tokens\\":1},\\"x\\":[{\\"y\\":{\\"z\\":\\"',
      '\\"},\\"finish_reason\\":\\"stop\\"}',
      '\\ud83c\\udf0d',
      '\\ud83c',
      '\\u0022',
      '\\u005c',
      '\\n\\ndata: [DONE]\\n\\n',
      'data: {',
      '[DONE]',
      ': comment',
      'event: error',
      '\u2028\u2029',
      '\u007f\u0085',
      'error',
      '\\/\\b\\f\\r\\t',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.string({ maxLength: 20, unit: 'binary' }).map((text) => JSON.stringify(text).slice(1, -1)),
  },
);

const usage = fc.record({
  prompt_tokens: fc.nat(5000),
  completion_tokens: fc.nat(5000),
  total_tokens: fc.nat(10_000),
  prompt_tokens_details: fc.option(fc.record({ cached_tokens: fc.nat(100) })),
});

/** The one place of a chunk that changes from delta to delta. */
const SLOT = '\u0000';

const delta = fc.constantFrom(
  `{"content":"${SLOT}"}`,
  `{"role":"assistant","content":"${SLOT}"}`,
  `{"content":"${SLOT}","reasoning_content":null}`,
  `{"content":null,"reasoning_content":"${SLOT}"}`,
  `{"content":"","reasoning":"${SLOT}"}`,
  `{"content":"same","refusal":"${SLOT}"}`,
  `{"refusal":"${SLOT}"}`,
  `{"p":"abc","content" : "${SLOT}"}`,
  `{"cont\\u0065nt":"${SLOT}"}`,
  `{"content":"old","content":"${SLOT}"}`,
  `{"tool_calls":[{"index":0,"function":{"arguments":"${SLOT}"}}]}`,
  `{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":"${SLOT}"}}]}`,
  `{"tool_calls":[{"index":0,"function":{"arguments":"${SLOT}"}},{"index":1,"function":{"arguments":"x"}}]}`,
  `{"content":null,"tool_calls":[{"index":0,"function":{"arguments":"${SLOT}","name":null}}],"extra":{"model":"x"}}`,
  `{"content":[{"type":"text","text":"${SLOT}"}]}`,
  '{"content":null}',
  '{}',
  'null',
);

const model = fc.constantFrom('"up-model"', '"up-model"', '"public-model"', '""', 'null', '"up\\u002dmodel"', '7');
const space = fc.constantFrom('', '', ' ', '\t ');

/** Members of a chunk, in any order, as [name, value] texts. */
const chunkStyle = fc
  .record({
    model: fc.option(model),
    choices: fc.oneof(
      { weight: 8, arbitrary: delta.map((text) => `[{"index":0,"delta":${text},"finish_reason":null}]`) },
      { weight: 2, arbitrary: delta.map((text) => `[{"delta":${text},"index":0,"logprobs":null,"model":"inner"}]`) },
      {
        weight: 1,
        arbitrary: delta.map((text) => `[{"index":0,"delta":${text}},{"index":1,"delta":{"content":"b"}}]`),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom('[]', '[ ]', 'null', '{}', '[null]', '[{}]', '[{"index":0,"message":{}}]'),
      },
      { weight: 1, arbitrary: fc.constantFrom('', '[{"delta":{},"finish_reason":""}]') },
    ),
    usage: fc.oneof(
      { weight: 4, arbitrary: fc.constant('') },
      { weight: 3, arbitrary: fc.constant('null') },
      { weight: 1, arbitrary: usage.map((value) => JSON.stringify(value)) },
    ),
    more: fc.subarray([
      '"id":"chatcmpl-1"',
      '"object":"chat.completion.chunk"',
      '"created":1700000000',
      '"service_tier":"default"',
      '"system_fingerprint":null',
      '"error":null',
      '"x":{"usage":{"a":1},"model":"nested"}',
      '"obfuscation":"OBF"',
    ]),
    order: fc.infiniteStream(fc.nat(1000)),
    space,
  })
  .map(({ model: name, choices, usage: counts, more, order, space: gap }) => {
    const members = [
      ...(name === null ? [] : [`"model":${gap}${name}`]),
      ...(choices === '' ? [] : [`"choices":${gap}${choices}`]),
      ...(counts === '' ? [] : [`"usage"${gap}:${counts}`]),
      ...more,
    ];
    const sorted = members.map((text) => [order.next().value, text] as const).sort((a, b) => a[0] - b[0]);
    return `{${gap}${sorted.map(([, text]) => text).join(`${gap},${gap}`)}${gap}}`;
  });

/** Frames of one style with one text after another: what a template is learned from and used on. */
const likeFrames = fc
  .tuple(
    chunkStyle,
    fc.array(fc.tuple(deltaText, fc.boolean()), { minLength: 1, maxLength: 6 }),
    fc.constantFrom('data: ', 'data:', 'id: 9\ndata: ', ': note\ndata: ', 'event: message\ndata: '),
  )
  .map(([style, texts, prefix]) =>
    texts.map(([text, padded]) => prefix + style.replace(SLOT, () => text).replace('OBF', padded ? 'QkQk' : 'z')),
  );

const otherFrame = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(': ping', ': OPENROUTER PROCESSING', ':') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'data: {"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"model":"up-model"}',
      'data: {"choices":[{"index":0,"delta":{"content":"last"},"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":4}}',
      'data: {"model":"up-model","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":34,"total_tokens":46}}',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'data: [DONE]',
      'data: {"error":{"message":"no","type":"server_error","param":null,"code":null}}',
      'event: error\ndata: {"error":{"message":"no"}}',
      'event: error\ndata: {"message":"no"}',
      'event: ping',
      'event: ping\n: c',
      'data: not json',
      'data: {"half":',
      'data: "text"',
      'data: [1]',
    ),
  },
);

/** Frames without their line ends, each `\n` in them a line end. */
export const openAiFrames = fc
  .array(
    fc.oneof({ weight: 3, arbitrary: likeFrames }, { weight: 2, arbitrary: fc.array(otherFrame, { maxLength: 1 }) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .chain((groups) =>
    fc
      .constantFrom(
        [],
        [],
        ['data: [DONE]'],
        ['data: {"error":{"message":"no"}}'],
        ['data: [DONE]', 'data: {"choices":[]}'],
      )
      .map((last) => [...groups.flat(), ...last]),
  );

/** A whole stream with line ends of one kind. */
export const openAiStream = fc
  .tuple(openAiFrames, fc.constantFrom('\n', '\n', '\n', '\r\n', '\r'))
  .map(([frames, end]) => frames.map((frame) => `${frame}\n\n`.replaceAll('\n', end)).join(''));

/** Frames of the output, blank lines and all. */
export const framesOf = (text: string) =>
  [...text.matchAll(/(?:[^\r\n]+(?:\r\n|\n|\r))+(?:\r\n|\n|\r)/g)].map(([raw]) => raw);

/** The value of a frame's first data line. */
export const dataOf = (frame: string) =>
  frame
    .split(/\r\n|\n|\r/)
    .find((line) => line.startsWith('data:'))
    ?.replace(/^data: ?/, '') ?? '';

export const TEXT =
  'data: {"id":"1","model":"up-model","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}\n\n';
export const FINISH =
  'data: {"id":"1","model":"up-model","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
export const USAGE =
  'data: {"id":"1","model":"up-model","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3}}\n\n';
export const DONE = 'data: [DONE]\n\n';

/** The error a failed stream must end with; fails the test when there is none, or anything behind it. */
export function lastError({ text, state, error }: Run): Record<string, unknown> {
  expect(state).toBe('failed');
  expect(error).toBeInstanceOf(ApiError);
  const last = jsonOf(eventsOf(text).at(-1)?.data ?? '');
  expect(Object.keys(last?.error as object).sort()).toEqual(['code', 'message', 'param', 'type']);
  expect(text).toMatch(/(?:\r\n|\n|\r){2}$/);
  expect(eventsOf(text).some(({ data }) => /^[ \t\r\n]*\[DONE\]/.test(data))).toBe(false);
  return last?.error as Record<string, unknown>;
}
