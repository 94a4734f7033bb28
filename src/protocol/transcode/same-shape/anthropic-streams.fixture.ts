/** Anthropic streams as vendors of the shape send them, and what must become of each event, said in the simplest way. */
import fc from 'fast-check';
import { jsonOf } from './stream-runs.fixture.ts';

const text = fc.oneof(
  fc.constantFrom(
    '',
    ' the',
    '世界🌍',
    '\\"',
    '\\\\',
    '\\",\\"model\\":\\"x',
    '\\ud83c',
    'event: error',
    '\\n\\ndata: x\\n\\n',
    '\u2028',
  ),
  fc.string({ maxLength: 12, unit: 'binary' }).map((raw) => JSON.stringify(raw).slice(1, -1)),
);
const usage = fc
  .record({
    input_tokens: fc.option(fc.nat(3000)),
    output_tokens: fc.option(fc.nat(3000)),
    cache_read_input_tokens: fc.option(fc.nat(100)),
    cache_creation_input_tokens: fc.option(fc.nat(100)),
  })
  .map((counts) => JSON.stringify(counts));
const usageMember = fc.oneof(
  fc.constant(''),
  fc.constant(',"usage":null'),
  usage.map((counts) => `,"usage" : ${counts}`),
);

const event = fc.oneof(
  fc
    .tuple(usageMember, fc.constantFrom('"up-model"', '"public-model"', '"up\\u002dmodel"'), fc.boolean())
    .map(
      ([counts, model, first]) =>
        `{"type":"message_start","message":{${first ? `"model":${model},` : ''}"id":"msg_1","type":"message","content":[]${
          first ? '' : `, "model" : ${model}`
        }${counts} },"model":"outer"}`,
    ),
  fc.constantFrom(
    '{"type":"message_start","message":null}',
    '{"type":"message_start"}',
    '{"type":"message_start","message":{}}',
  ),
  fc.constantFrom(
    '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
    '{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}',
    '{"type":"content_block_start","index":0,"content_block":{"type":"thinking"}}',
    '{"type":"content_block_start","index":0,"content_block":{"thinking" : null , "type":"thinking"}}',
    '{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"n","input":{"model":"x"}}}',
    '{"type":"content_block_start","index":0}',
  ),
  text.map((delta) => `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${delta}"}}`),
  text.map(
    (delta) =>
      `{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"${delta}"} }`,
  ),
  fc.constant('{"type":"content_block_stop","index":0}'),
  fc.constant('{"type": "ping"}'),
  usageMember.map(
    (counts) => `{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null}${counts}}`,
  ),
  fc.constantFrom(
    '{"type":"from_the_future","model":"x","usage":{"input_tokens":9}}',
    '{"no_type":1}',
    '{"type":7}',
    '{"type":"two\\nlines"}',
  ),
);

const frame = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(event, fc.constantFrom('named', 'named', 'named', 'unnamed', 'after', 'empty'), fc.boolean())
      .map(([json, naming, space]) => {
        const type = jsonOf(json)?.type;
        const name = typeof type === 'string' && /^\w+$/.test(type) ? type : 'other';
        const data = `data:${space ? ' ' : ''}${json}`;
        if (naming === 'unnamed') return data;
        if (naming === 'empty') return `event:\n${data}`;
        return naming === 'after' ? `${data}\nevent: ${name}` : `event: ${name}\n${data}`;
      }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ': ping',
      'event: ping',
      'id: 1',
      'data: [DONE]',
      'event: data\ndata: [DONE]',
      'data: not json',
    ),
  },
);

const end = fc.constantFrom(
  [],
  [],
  ['event: message_stop\ndata: {"type":"message_stop"}'],
  ['data: {"type":"message_stop"}', 'event: ping\ndata: {"type":"ping"}'],
  ['event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', 'data: [DONE]'],
);

/** Frames without their line ends, each `\n` in them a line end. */
export const anthropicFrames = fc
  .tuple(fc.array(frame, { minLength: 1, maxLength: 10 }), end)
  .map(([frames, last]) => [...frames, ...last]);

export const anthropicStream = fc
  .tuple(anthropicFrames, fc.constantFrom('\n', '\n', '\r\n', '\r'))
  .map(([frames, lineEnd]) => frames.map((one) => `${one}\n\n`.replaceAll('\n', lineEnd)).join(''));

export interface ToldEvent {
  /** The frame as it must arrive where nothing in it had to change. */
  readonly raw?: string;
  readonly name: string | undefined;
  readonly value: unknown;
}

export interface ExpectedEvents {
  readonly told: readonly ToldEvent[];
  readonly end: 'stop' | 'error' | 'open';
}

const PLAIN = new Set(['content_block_delta', 'content_block_stop', 'ping']);

type Json = Record<string, unknown>;

/** Only for streams of whole frames with one `data:` line or none, as the generators make them. */
export function expectedEventsOf(stream: string, publicModel: string): ExpectedEvents {
  const told: ToldEvent[] = [];
  for (const [raw] of stream.matchAll(/(?:[^\r\n]+(?:\r\n|\n|\r))+(?:\r\n|\n|\r)/g)) {
    const lines = raw.split(/\r\n|\n|\r/);
    const data = lines.find((line) => line.startsWith('data:'))?.slice('data:'.length);
    const named = lines.findLast((line) => line.startsWith('event:'))?.replace(/^event: ?/, '') || undefined;
    if (data?.trim().startsWith('[DONE]')) continue;
    const value = data === undefined ? undefined : jsonOf(data);
    if (value === undefined) {
      told.push({ raw, name: named, value: undefined });
      continue;
    }
    const type = typeof value.type === 'string' ? value.type : named;
    if (type === 'error') return { told, end: 'error' };
    const repaired = named !== undefined && PLAIN.has(named) ? value : repair(type, value, publicModel);
    const name = named ?? (type !== undefined && /^[\w.-]+$/.test(type) ? type : undefined);
    const same = JSON.stringify(repaired) === JSON.stringify(value) && name === named;
    told.push({ ...(same ? { raw } : {}), name, value: repaired });
    if (type === 'message_stop') return { told, end: 'stop' };
  }
  return { told, end: 'open' };
}

function repair(type: string | undefined, value: Json, publicModel: string): Json {
  const isObject = (part: unknown): part is Json => typeof part === 'object' && part !== null && !Array.isArray(part);
  if (type === 'message_start' && isObject(value.message)) {
    const message: Json = { ...value.message };
    if (typeof message.model === 'string') message.model = publicModel;
    message.usage ??= { input_tokens: 0, output_tokens: 0 };
    return { ...value, message };
  }
  if (type === 'message_delta') return { ...value, usage: value.usage ?? { output_tokens: 0 } };
  const block = value.content_block;
  if (type === 'content_block_start' && isObject(block) && block.type === 'thinking') {
    return { ...value, content_block: { ...block, thinking: block.thinking ?? '' } };
  }
  return value;
}
