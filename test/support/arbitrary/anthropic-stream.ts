/** Streams of an Anthropic upstream, from a grammar of everything it may send, and what an OpenAI client must get. */
import fc from 'fast-check';
import type { AccumulatedUsage, JsonObject } from '../accumulate/answer.ts';
import { blockEvents, block, type BlockModel, type Told } from './anthropic-blocks.ts';
import { usageOf, type GeneratedStream } from './expected.ts';
import { jsonStyle, writeJson, type JsonStyle } from './text.ts';

/** `start`: all but the output at the start; `delta`: zeros until the end; `zeros`: zeros at the end; `both`: all, twice. */
const USAGE = ['start', 'delta', 'zeros', 'nulls', 'both', 'late', 'none'] as const;

const FINISH: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
  tool_use: 'tool_calls',
};

const REFUSAL = 'I will not.';

interface Model {
  readonly blocks: readonly BlockModel[];
  readonly stop: string;
  readonly usage: AccumulatedUsage;
  readonly told: (typeof USAGE)[number];
  readonly pings: readonly number[];
  readonly end: 'stop' | 'stop' | 'eof' | 'cut' | 'error';
  readonly endAt: number;
  readonly style: JsonStyle;
  readonly eol: string;
  readonly splitDelta: boolean;
  readonly doneMark: boolean;
}

const model: fc.Arbitrary<Model> = fc
  .record({
    blocks: fc.uniqueArray(block, { maxLength: 5, selector: ({ key }) => key }),
    usage: fc.tuple(fc.nat(5000), fc.nat(300), fc.nat(300), fc.nat(900), fc.nat(200)).map((all) => usageOf(...all)),
    told: fc.constantFrom(...USAGE),
    pings: fc.array(fc.nat(30), { maxLength: 3 }),
    end: fc.constantFrom('stop', 'stop', 'stop', 'eof', 'cut', 'error'),
    endAt: fc.nat(60),
    style: jsonStyle,
    eol: fc.constantFrom('\n', '\n', '\r\n'),
    splitDelta: fc.boolean(),
    doneMark: fc.boolean(),
    plainStop: fc.constantFrom(
      'end_turn',
      'stop_sequence',
      'max_tokens',
      'model_context_window_exceeded',
      'refusal',
      'pause_turn',
    ),
    toolStop: fc.constantFrom('tool_use', 'tool_use', 'max_tokens', 'refusal'),
  })
  .map(({ plainStop, toolStop, ...rest }) => ({
    ...rest,
    stop: rest.blocks.some(({ kind }) => kind === 'tool') ? toolStop : plainStop,
  })) as fc.Arbitrary<Model>;

interface Step {
  readonly event: JsonObject;
  readonly tell?: (told: Told) => void;
}

function write(all: Model): GeneratedStream {
  const steps: Step[] = [{ event: messageStart(all) }];
  let index = 0;
  for (const one of all.blocks) for (const step of blockEvents(one, () => index++)) steps.push(step);
  const blocksEnd = steps.length;
  steps.push(...messageDeltas(all).map((event) => ({ event })), { event: { type: 'message_stop' } });

  const told: Told = { text: '', reasoning: '', toolCalls: [], afterServerTool: false, newThought: false };
  const broken = all.end === 'cut' || all.end === 'error';
  // A stream that broke behind message_delta is whole already.
  const length = broken ? 1 + (all.endAt % blocksEnd) : all.end === 'eof' ? steps.length - 1 : steps.length;
  const sent = steps.slice(0, length);
  for (const { tell } of sent) tell?.(told);
  const events = sent.map(({ event }) => event);
  if (all.end === 'error') events.push({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
  else for (const at of all.pings) events.splice(1 + (at % events.length), 0, { type: 'ping' });
  const frames = events.map(
    (event) => `event: ${event.type}${all.eol}data: ${writeJson(event, all.style)}${all.eol}${all.eol}`,
  );
  if (all.doneMark && all.end === 'stop') frames.push(`event: data${all.eol}data: [DONE]${all.eol}${all.eol}`);
  return {
    text: frames.join(''),
    expected: {
      text: told.text,
      ...(all.stop === 'refusal' && told.text === '' && !broken ? { refusal: REFUSAL } : {}),
      reasoning: told.reasoning,
      toolCalls: told.toolCalls,
      stop: FINISH[all.stop]!,
      usage: all.told === 'none' ? undefined : all.usage,
      failed: broken,
    },
  };
}

function messageStart({ told, usage }: Model): JsonObject {
  const before = told === 'delta' ? { input: 0, cacheRead: 0, cacheWrite: 0 } : usage;
  return {
    type: 'message_start',
    message: {
      id: 'msg_01ABC',
      type: 'message',
      role: 'assistant',
      model: 'upstream-model',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      ...(told === 'none' || told === 'late'
        ? {}
        : { usage: { ...counts(before), output_tokens: 1, service_tier: 'standard' } }),
    },
  };
}

const counts = ({ input, cacheRead, cacheWrite }: Pick<AccumulatedUsage, 'input' | 'cacheRead' | 'cacheWrite'>) => ({
  input_tokens: input,
  cache_read_input_tokens: cacheRead,
  cache_creation_input_tokens: cacheWrite,
});

/** One `message_delta`, or its two halves: the usage may come by itself. */
function messageDeltas({ told, usage, stop, splitDelta }: Model): JsonObject[] {
  const output = {
    output_tokens: usage.output,
    ...(usage.reasoning > 0 ? { output_tokens_details: { thinking_tokens: usage.reasoning } } : {}),
  };
  const forms: Readonly<Record<Model['told'], JsonObject | undefined>> = {
    start: output,
    delta: { ...counts(usage), ...output },
    both: { ...counts(usage), ...output },
    late: { ...counts(usage), ...output },
    zeros: { ...counts({ input: 0, cacheRead: 0, cacheWrite: 0 }), ...output },
    nulls: { input_tokens: null, cache_read_input_tokens: null, cache_creation_input_tokens: null, ...output },
    none: undefined,
  };
  const delta = {
    stop_reason: stop,
    stop_sequence: stop === 'stop_sequence' ? 'END' : null,
    ...(stop === 'refusal' ? { stop_details: { type: 'refusal', category: null, explanation: REFUSAL } } : {}),
  };
  const told2 = forms[told] === undefined ? {} : { usage: forms[told] };
  if (!splitDelta) return [{ type: 'message_delta', delta, ...told2 }];
  return [
    { type: 'message_delta', delta },
    { type: 'message_delta', delta: { stop_reason: null, stop_sequence: null }, ...told2 },
  ];
}

export const anthropicStream: fc.Arbitrary<GeneratedStream> = model.map(write);
