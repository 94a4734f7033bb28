/** Streams of an OpenAI upstream in many dialects, and what an Anthropic client must get of them. */
import fc from 'fast-check';
import type { AccumulatedUsage, JsonObject } from '../accumulate/answer.ts';
import { usageOf, type ExpectedAnswer, type ExpectedCall, type GeneratedStream } from './expected.ts';
import { deltasOf } from './openai-deltas.ts';
import { dialect, type Dialect } from './openai-dialect.ts';
import { segments, type CallModel, type Segment } from './openai-segments.ts';
import { writeJson } from './text.ts';

/** Finish reasons with what they mean; without calls, and with some. */
const PLAIN = {
  stop: 'end_turn',
  eos: 'end_turn',
  COMPLETE: 'end_turn',
  length: 'max_tokens',
  MAX_TOKENS: 'max_tokens',
  content_filter: 'refusal',
  sensitive: 'refusal',
  tool_calls: 'end_turn',
} as const;
const CALLED = {
  tool_calls: 'tool_use',
  stop: 'tool_use',
  function_call: 'tool_use',
  tool_call: 'tool_use',
  length: 'max_tokens',
  content_filter: 'refusal',
} as const;

type End = 'finish' | 'inferred' | 'cut' | 'error' | 'error-event' | 'error-reason';

interface Model {
  readonly segments: readonly Segment[];
  readonly dialect: Dialect;
  readonly usage: AccumulatedUsage;
  readonly plain: keyof typeof PLAIN;
  readonly called: keyof typeof CALLED;
  readonly end: End;
  readonly endAt: number;
}

const model: fc.Arbitrary<Model> = fc.record({
  segments,
  dialect,
  usage: fc.tuple(fc.nat(5000), fc.nat(300), fc.nat(300), fc.nat(900), fc.nat(200)).map((all) => usageOf(...all)),
  plain: fc.constantFrom(...(Object.keys(PLAIN) as (keyof typeof PLAIN)[])),
  called: fc.constantFrom(...(Object.keys(CALLED) as (keyof typeof CALLED)[])),
  end: fc.oneof(
    { weight: 4, arbitrary: fc.constant<End>('finish') },
    fc.constantFrom<End>('inferred', 'cut', 'error', 'error-event', 'error-reason'),
  ),
  endAt: fc.nat(60),
});

function write(all: Model): GeneratedStream {
  const { dialect: d, end } = all;
  const deltas = deltasOf(all.segments, d);
  const called = all.segments.some(({ kind }) => kind === 'calls');
  const reason = called ? all.called : all.plain;
  const broken = end !== 'finish' && end !== 'inferred';
  const kept = broken ? deltas.slice(0, all.endAt % (deltas.length + 1)) : deltas;
  const chunks: JsonObject[] = kept.map((delta) => chunk(delta, null));
  if (d.firstContent !== undefined || kept.length === 0)
    chunks.unshift(chunk({ content: d.firstContent ?? null }, null));
  for (const [i, { choices }] of chunks.entries()) {
    if (d.role === 'every' || (d.role === 'first' && i === 0)) choices[0].delta.role = 'assistant';
  }
  if (end === 'finish') finish(chunks, reason, d);
  if (!broken) tellUsage(chunks, all.usage, d);
  if (end === 'error-reason') chunks.push(chunk({}, 'network_error'));
  if (d.emptyChoicesFirst) chunks.unshift({ id: '', object: '', created: 0, model: '', choices: [] });
  for (const [i, one] of chunks.entries()) identify(one, i, d);
  const frames = chunks.map((one) => `${d.dataPrefix}${writeJson(one, d.style)}${d.eol}${d.eol}`);
  if (d.comments) frames.splice(frames.length >> 1, 0, `: OPENROUTER PROCESSING${d.eol}${d.eol}`, `:${d.eol}`);
  const error = `data: ${JSON.stringify({ error: { message: 'overloaded', type: 'server_error', code: 502 } })}`;
  if (end === 'error') frames.push(`${error}${d.eol}${d.eol}`, `data: [DONE]${d.eol}${d.eol}`);
  if (end === 'error-event') frames.push(`event: error${d.eol}${error}${d.eol}${d.eol}`);
  // Without a finish reason, only the mark says that the answer is whole.
  if (end === 'inferred' || (end === 'finish' && d.done === '[DONE]')) frames.push(`data: [DONE]${d.eol}${d.eol}`);
  let text = frames.join('');
  // A cut one may as well end within a frame; that it is whole must not depend on the last blank line.
  if (!d.lastBlankLine && !broken) text = text.slice(0, -d.eol.length);
  const stop = broken ? '' : end === 'inferred' ? (called ? 'tool_use' : 'end_turn') : stopOf(reason, called);
  return {
    text: (d.bom ? '\ufeff' : '') + text,
    expected: {
      ...expectedOf(all.segments, d),
      stop,
      usage: d.usage === 'never' ? undefined : all.usage,
      failed: broken,
    },
  };
}

function stopOf(reason: string, called: boolean): string {
  return ((called ? CALLED : PLAIN) as Readonly<Record<string, string>>)[reason]!;
}

function chunk(delta: JsonObject, finishReason: string | null): JsonObject {
  return { choices: [{ index: 0, delta: { ...delta }, finish_reason: finishReason }] };
}

function identify(one: JsonObject, i: number, { chunkId }: Dialect): void {
  const id = { same: 'chatcmpl-abc', absent: undefined, empty: '', changing: `chatcmpl-${i}` }[chunkId];
  Object.assign(one, { id, object: 'chat.completion.chunk', created: 1_790_000_000, model: 'upstream-model', ...one });
}

function finish(chunks: JsonObject[], reason: string, { finish: way }: Dialect): void {
  if (way === 'with-last') chunks.at(-1)!.choices[0].finish_reason = reason;
  else chunks.push(chunk({}, reason));
  if (way === 'twice') chunks.push(chunk({ content: '' }, reason));
}

function tellUsage(chunks: JsonObject[], usage: AccumulatedUsage, d: Dialect): void {
  const told = openAiUsageOf(usage, d);
  if (d.usage === 'late')
    chunks.push({ choices: d.finish === 'then-usage-choice' ? [{ index: 0, delta: {} }] : [], usage: told });
  if (d.usage === 'finish') {
    // A second finish chunk bears it again.
    for (const one of chunks.slice(d.finish === 'twice' ? -2 : -1)) one.usage = told;
  }
  if (d.usage === 'every') {
    for (const [i, one] of chunks.entries()) {
      one.usage =
        i === chunks.length - 1 ? told : { ...told, completion_tokens: i, total_tokens: told.prompt_tokens + i };
    }
    if (d.finish === 'twice' && chunks.length > 1) chunks.at(-2)!.usage = told;
  }
}

function openAiUsageOf({ input, cacheRead, cacheWrite, output, reasoning }: AccumulatedUsage, d: Dialect): JsonObject {
  const prompt = input + cacheRead + cacheWrite;
  const completion = d.reasoningOutside ? output - reasoning : output;
  const cached: Readonly<Record<Dialect['cached'], JsonObject>> = {
    details: { prompt_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: cacheWrite } },
    deepseek: { prompt_cache_hit_tokens: cacheRead, cache_creation_input_tokens: cacheWrite },
    anthropic: { cache_read_input_tokens: cacheRead, cache_creation_input_tokens: cacheWrite },
  };
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + output,
    ...cached[d.cached],
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}

/** White space before any text is kept back until text follows it; a thought or a call ends a text. */
function expectedOf(
  segments: readonly Segment[],
  d: Dialect,
): Pick<ExpectedAnswer, 'text' | 'textWithoutThoughts' | 'reasoning' | 'toolCalls'> {
  const thoughts: string[] = [];
  const toolCalls: ExpectedCall[] = [];
  let last = '';
  for (const segment of segments) {
    if (segment.kind === 'calls') toolCalls.push(...segment.calls.map((call) => expectedCall(call, d)));
    else if (segment.kind === 'reasoning') {
      const all = segment.pieces.join('');
      thoughts.push(last === 'reasoning' ? thoughts.pop()! + all : all);
    }
    // White space that opens no text does not part two thoughts.
    if (segment.kind !== 'text' || !isSpace(segment.pieces.join(''))) last = segment.kind;
  }
  return {
    text: textOf(segments),
    textWithoutThoughts: textOf(segments.filter(({ kind }) => kind !== 'reasoning')),
    reasoning: thoughts.join('\n\n'),
    toolCalls,
  };
}

function textOf(segments: readonly Segment[]): string {
  let [text, kept, isOpen] = ['', '', false];
  for (const segment of segments) {
    if (segment.kind !== 'text') isOpen = false;
    else {
      kept += segment.pieces.join('');
      if (!isOpen && isSpace(kept)) continue;
      text += kept;
      [kept, isOpen] = ['', true];
    }
  }
  return text;
}

function isSpace(text: string): boolean {
  return text.trim() === '';
}

function expectedCall({ id, name, args, plain }: CallModel, d: Dialect): ExpectedCall {
  const legal = /^[A-Za-z0-9_-]+$/.test(id) && !id.startsWith('thx_');
  return {
    id: d.tools.id === 'absent' ? undefined : legal ? id : `thx_${Buffer.from(id).toString('base64url')}`,
    name,
    args: args === '' ? '{}' : d.args === 'object' ? plain : args.trim(),
    ...(d.args === 'object' ? { asValue: true } : {}),
  };
}

export const openAiStream: fc.Arbitrary<GeneratedStream> = model.map(write);
