import type { JsonNode } from '../../../json/node.ts';
import { readToolInput } from '../../tool-input.ts';
import type { Block } from './blocks.ts';
import { readCacheMark } from './cache-marks.ts';
import type { Context } from './context.ts';
import { wordOf } from './string-literal.ts';
import type { ToolTurns } from './tool-turns.ts';

/** A tool call of an assistant message. */
export interface ToolCall {
  /** The client's id; undefined for a legacy `function_call`. */
  readonly clientId: string | undefined;
  readonly id: string;
  readonly name: string;
  /** JSON text of an object. */
  readonly input: string;
  readonly node: JsonNode;
}

/** The calls of an assistant message, in its order; each now waits for its result. */
export function readToolCalls(message: JsonNode, index: number, turns: ToolTurns, context: Context): ToolCall[] {
  const list = message.get('tool_calls');
  const calls = (list?.asArray() ?? []).map((node): ToolCall => {
    const { name, input } = readCall(node.asObject(), context);
    const id = node.require('id');
    return { clientId: id.asString(), id: turns.open(id, list as JsonNode), name, input, node };
  });
  const legacy = message.get('function_call');
  if (legacy === undefined || calls.length > 0) return calls;
  const { name, input } = readFunction(legacy.asObject(), context);
  return [{ clientId: undefined, id: turns.openLegacy(legacy, index), name, input, node: legacy }];
}

function readCall(node: JsonNode, context: Context): Pick<ToolCall, 'name' | 'input'> {
  const type = node.get('type');
  switch (type === undefined ? 'function' : wordOf(type.expect('string'))) {
    case 'function':
      return readFunction(node.require('function').asObject(), context);
    case 'custom': {
      const custom = node.require('custom').asObject();
      const input = custom.get('input')?.expect('string').raw ?? '""';
      return { name: readName(custom, context), input: `{"input":${input}}` };
    }
    default:
      throw (type as JsonNode).unsupported('Tool calls of this type cannot be sent to this model');
  }
}

function readFunction(node: JsonNode, context: Context): Pick<ToolCall, 'name' | 'input'> {
  const name = readName(node, context);
  const given = node.get('arguments');
  // Some clients keep the arguments as the object they were parsed to.
  const input = given?.kind === 'object' ? given.raw : readToolInput(given?.asString() ?? '').json;
  return { name, input };
}

function readName(node: JsonNode, { names }: Context): string {
  const name = node.require('name');
  if (name.asString() === '') throw name.invalid('must not be empty');
  return names.toUpstream(name.asString());
}

/** The call as a block of the assistant's turn. */
export function toolUseBlock({ id, name, input, node }: ToolCall, context: Context): Block {
  const open = `{"type":"tool_use","id":${JSON.stringify(id)},"name":"${name}","input":${escapeLoneSurrogates(input)}`;
  return { type: 'tool_use', open, origin: node, mark: readCacheMark(node, context) };
}

/**
 * JSON text may hold half a surrogate pair where the client wrote it as an escape within the string that holds the text:
 * it has no UTF-8, and is an escape again.
 */
function escapeLoneSurrogates(json: string): string {
  if (json.isWellFormed()) return json;
  return json.replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
}
