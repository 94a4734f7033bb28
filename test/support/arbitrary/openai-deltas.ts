import type { JsonObject } from '../accumulate/answer.ts';
import { cut } from './text.ts';
import type { Dialect } from './openai-dialect.ts';
import type { CallModel, Segment } from './openai-segments.ts';

/** The deltas of an answer, as this dialect writes them. */
export function deltasOf(segments: readonly Segment[], dialect: Dialect): JsonObject[] {
  const deltas: JsonObject[] = [];
  let index = dialect.tools.index === 'from-one' ? 1 : 0;
  for (const segment of segments) {
    if (segment.kind !== 'calls') {
      const write = segment.kind === 'text' ? contentOf : reasoningOf;
      for (const piece of segment.pieces) deltas.push(write(piece, dialect));
      continue;
    }
    const calls = segment.calls.map((call, i) => callPieces(call, index + i, dialect));
    index += segment.calls.length;
    const whole = calls.every((pieces) => pieces.length === 1);
    if (whole && segment.together) deltas.push({ tool_calls: calls.flat() });
    // Pieces of parallel calls may come by turns, where their index tells them apart.
    else if (segment.together && dialect.tools.index === 'proper') deltas.push(...byTurns(calls));
    else deltas.push(...calls.flat().map((call) => ({ tool_calls: [call] })));
  }
  return deltas.map((delta) => (dialect.nullFields ? withNulls(delta) : delta));
}

function contentOf(piece: string, { contentParts }: Dialect): JsonObject {
  return { content: contentParts ? [{ type: 'text', text: piece }] : piece };
}

function reasoningOf(piece: string, { reasoning }: Dialect): JsonObject {
  if (reasoning === 'both') return { reasoning: piece, reasoning_content: piece };
  return { [reasoning]: piece };
}

function withNulls(delta: JsonObject): JsonObject {
  return { content: null, refusal: null, tool_calls: null, reasoning_content: null, function_call: null, ...delta };
}

function byTurns(calls: readonly (readonly JsonObject[])[]): JsonObject[] {
  const deltas: JsonObject[] = [];
  const longest = Math.max(...calls.map(({ length }) => length));
  for (let i = 0; i < longest; i++) {
    for (const pieces of calls) if (pieces[i] !== undefined) deltas.push({ tool_calls: [pieces[i]] });
  }
  return deltas;
}

function callPieces(call: CallModel, index: number, dialect: Dialect): JsonObject[] {
  const { tools, noArgs } = dialect;
  // A call without arguments whose index is used again cannot be told from the next by its arguments.
  const none = tools.index === 'reused' ? '{}' : noArgs;
  if (call.args === '') return [piece(call, index, dialect, 0, none)];
  if (dialect.args === 'object') return [piece(call, index, dialect, 0, JSON.parse(call.plain))];
  if (dialect.args === 'whole') return [piece(call, index, dialect, 0, call.args)];
  return ['', ...cut(call.args, call.places)].map((args, i) => piece(call, index, dialect, i, args));
}

function piece(call: CallModel, index: number, { tools, toolType }: Dialect, at: number, args: unknown): JsonObject {
  const first = at === 0;
  const id = {
    first: first ? call.id : undefined,
    every: call.id,
    'empty-later': first ? call.id : '',
    absent: undefined,
    fresh: first ? call.id : `${call.id}-${at}`,
  }[tools.id];
  const name = { first: first ? call.name : undefined, every: call.name, 'empty-later': first ? call.name : '' }[
    tools.name
  ];
  return {
    ...(tools.index === 'absent' ? {} : { index: tools.index === 'reused' ? 0 : index }),
    ...(id === undefined ? {} : { id }),
    ...(toolType === 'every' || (toolType === 'first' && first) ? { type: 'function' } : {}),
    function: { ...(name === undefined ? {} : { name }), ...(args === undefined ? {} : { arguments: args }) },
  };
}
