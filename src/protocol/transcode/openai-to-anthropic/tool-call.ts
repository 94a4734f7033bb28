import { isJson } from '../../bytes.ts';
import { JsonNode } from '../../json/node.ts';
import { readToolInput, toArguments } from '../tool-input.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { callId } from './ids.ts';

/** A call as the client sees it. */
export interface ToolCall {
  /** Its place among the answer's calls. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  /** The client offered it as a tool of the type `custom`, which takes a plain text. */
  readonly custom: boolean;
}

/** `id` and `name` are the upstream's; `taken`: the ids of the answer's earlier calls, which this one's joins. */
export function toToolCall(index: number, id: string, name: string, plan: AnswerPlan, taken: Set<string>): ToolCall {
  const own = plan.names.toClient(name);
  const custom = !plan.legacyFunctions && plan.customTools.has(own);
  return { index, id: callId(id, plan.requestId, taken), name: own, custom };
}

/** The `tool_calls` element (the `function_call` value where the client offered `functions`) without its braces. */
export function renderCall(call: ToolCall, inputJson: string, legacy: boolean): string {
  const name = JSON.stringify(call.name);
  if (legacy) return `"name":${name},"arguments":${JSON.stringify(argumentsOf(inputJson))}`;
  const head = `"id":${JSON.stringify(call.id)},"type":`;
  if (call.custom) return `${head}"custom","custom":{"name":${name},"input":${customInput(inputJson)}}`;
  return `${head}"function","function":{"name":${name},"arguments":${JSON.stringify(argumentsOf(inputJson))}}`;
}

/** The input's own text; some upstreams write the object into a string. */
function argumentsOf(inputJson: string): string {
  return toArguments(inputJson.startsWith('"') ? readToolInput(inputJson).json : inputJson);
}

/** The text a custom tool is called with, as a string literal: what stands for it in the input, else all of that. */
function customInput(inputJson: string): string {
  if (!isJson(inputJson)) return JSON.stringify(inputJson);
  const input = JsonNode.parse(inputJson);
  if (input.kind === 'object' && input.members.size === 0) return '""';
  const text = input.get('input');
  return text?.kind === 'string' ? text.raw : JSON.stringify(toArguments(inputJson));
}
