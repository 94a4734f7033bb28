import fc from 'fast-check';
import type { JsonObject } from '../accumulate/answer.ts';
import type { ExpectedCall } from './expected.ts';
import { anyText, cut, places } from './text.ts';
import { argumentsText, legalId, plainArguments, toolName } from './tool-arguments.ts';

/** What an OpenAI client has been told so far. */
export interface Told {
  text: string;
  reasoning: string;
  toolCalls: ExpectedCall[];
  /** The last shown block came before a tool that the upstream ran itself. */
  afterServerTool: boolean;
  /** A thinking block has begun of which nothing was told yet. */
  newThought: boolean;
}

export type BlockModel = { readonly key: string } & (
  | { readonly kind: 'text' | 'thinking'; readonly pieces: readonly string[]; readonly more: string }
  | { readonly kind: 'redacted' | 'server' | 'unknown'; readonly more: string }
  | {
      readonly kind: 'tool';
      readonly name: string;
      readonly pieces: readonly string[];
      readonly whole: string | undefined;
    }
);

const unique = fc.uuid();
const pieces = fc
  .tuple(fc.option(anyText, { nil: '' }), places, fc.boolean())
  .map(([text, at, empties]) => cut(text, at, empties));

const text = fc.record({
  key: unique,
  kind: fc.constant('text' as const),
  pieces,
  more: fc.constantFrom('', '', 'given at once', 'cited'),
});
const thinking = fc.record({
  key: unique,
  kind: fc.constant('thinking' as const),
  pieces,
  more: fc.constantFrom('EqQBCg', 'c2ln/+=='),
});
const other = fc.record({
  key: unique,
  kind: fc.constantFrom('redacted' as const, 'server' as const, 'unknown' as const),
  more: fc.constantFrom('EmwKAh', 'YWJj'),
});
const tool = fc
  .tuple(
    legalId,
    toolName,
    fc.oneof(argumentsText, fc.constant('')),
    places,
    fc.option(plainArguments, { nil: undefined, freq: 5 }),
  )
  .map(([key, name, args, at, whole]) => ({
    key,
    kind: 'tool' as const,
    name,
    pieces: ['', ...cut(args, at, true)],
    whole,
  }));

export const block: fc.Arbitrary<BlockModel> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 3, arbitrary: thinking },
  { weight: 2, arbitrary: other },
  { weight: 4, arbitrary: tool },
);

export interface BlockStep {
  readonly event: JsonObject;
  readonly tell?: (told: Told) => void;
}

/** The events of one block (two for a tool that the upstream ran), each with what it tells a client. */
export function* blockEvents(model: BlockModel, next: () => number): Generator<BlockStep> {
  const index = next();
  const start = (content_block: JsonObject): JsonObject => ({ type: 'content_block_start', index, content_block });
  const delta = (value: JsonObject): JsonObject => ({ type: 'content_block_delta', index, delta: value });
  const stop = { type: 'content_block_stop', index };
  switch (model.kind) {
    case 'text': {
      const initial = model.more === 'given at once' ? 'first, ' : '';
      yield {
        event: start({ type: 'text', text: initial, ...(model.more === 'cited' ? { citations: [] } : {}) }),
        tell: say(initial),
      };
      for (const piece of model.pieces) yield { event: delta({ type: 'text_delta', text: piece }), tell: say(piece) };
      if (model.more === 'cited') {
        const citation = {
          type: 'char_location',
          cited_text: 'x',
          document_index: 0,
          start_char_index: 0,
          end_char_index: 1,
        };
        yield { event: delta({ type: 'citations_delta', citation }) };
      }
      yield { event: stop };
      return;
    }
    case 'thinking':
      yield {
        event: start({ type: 'thinking', thinking: '', signature: '' }),
        tell: (told) => {
          told.newThought = true;
        },
      };
      for (const piece of model.pieces)
        yield { event: delta({ type: 'thinking_delta', thinking: piece }), tell: think(piece) };
      yield { event: delta({ type: 'signature_delta', signature: model.more }) };
      yield { event: stop };
      return;
    case 'tool':
      return yield* toolEvents(model, start, delta, stop);
    case 'redacted':
      yield { event: start({ type: 'redacted_thinking', data: model.more }) };
      yield { event: stop };
      return;
    case 'unknown':
      yield { event: start({ type: 'hologram', data: model.more }) };
      yield { event: delta({ type: 'hologram_delta', data: 'x' }) };
      yield { event: stop };
      yield { event: { type: 'hologram_event', data: model.more } };
      return;
    case 'server': {
      const id = `srvtoolu_${model.more}`;
      const mark = (told: Told) => {
        if (told.text !== '') told.afterServerTool = true;
      };
      yield { event: start({ type: 'server_tool_use', id, name: 'web_search', input: {} }), tell: mark };
      yield { event: delta({ type: 'input_json_delta', partial_json: '{"query":"x"}' }) };
      yield { event: stop };
      const result = next();
      const content_block = { type: 'web_search_tool_result', tool_use_id: id, content: [] };
      yield { event: { type: 'content_block_start', index: result, content_block } };
      yield { event: { type: 'content_block_stop', index: result } };
    }
  }
}

type ToolModel = Extract<BlockModel, { kind: 'tool' }>;

function* toolEvents(
  { key: id, name, pieces: parts, whole }: ToolModel,
  start: (block: JsonObject) => JsonObject,
  delta: (value: JsonObject) => JsonObject,
  stop: JsonObject,
): Generator<BlockStep> {
  const given = whole !== undefined && whole !== '{}';
  const input = given ? (JSON.parse(whole) as unknown) : {};
  const begin = (told: Told) => {
    told.toolCalls.push({ id, name, args: '' });
  };
  const more = (json: string) => (told: Told) => {
    const call = told.toolCalls.pop()!;
    told.toolCalls.push({ ...call, args: call.args + json });
  };
  yield { event: start({ type: 'tool_use', id, name, input }), tell: begin };
  if (!given) {
    for (const piece of parts)
      yield { event: delta({ type: 'input_json_delta', partial_json: piece }), tell: more(piece) };
  }
  // An input that is there from the start may still be followed by pieces: it counts when the block ends.
  const atStop = (told: Told) => {
    told.toolCalls.pop();
    told.toolCalls.push({ id, name, args: whole ?? '{}', asValue: true });
  };
  yield { event: stop, ...(given || parts.join('') === '' ? { tell: atStop } : {}) };
}

function say(piece: string): (told: Told) => void {
  return (told) => {
    if (piece === '') return;
    if (told.afterServerTool) told.text += '\n\n';
    told.afterServerTool = false;
    told.text += piece;
  };
}

function think(piece: string): (told: Told) => void {
  return (told) => {
    if (piece === '') return;
    if (told.newThought && told.reasoning !== '') told.reasoning += '\n\n';
    told.newThought = false;
    told.reasoning += piece;
  };
}
