import { isJson } from '../../bytes.ts';
import { JsonNode } from '../../json/node.ts';
import { toArguments } from '../tool-input.ts';
import type { AnswerPlan } from './answer-plan.ts';

/** A call as the client sees it. */
export interface ToolCall {
  /** Its place among the answer's calls. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  /** The client offered it as a tool of the type `custom`, which takes a plain text. */
  readonly custom: boolean;
}

/**
 * `id` and `name` are the upstream's. A blank id, or one that an earlier call of the answer has (`taken`, which this one
 * joins), is made up: unique within the answer, and from answer to answer. Results are told apart by it.
 */
export function toToolCall(index: number, id: string, name: string, plan: AnswerPlan, taken: Set<string>): ToolCall {
  const own = plan.names.toClient(name);
  const isFree = id.trim() !== '' && !taken.has(id);
  const told = isFree ? id : `call_${plan.requestId.replace(/^req_(?:th_)?/, '')}_${taken.size}`;
  taken.add(told);
  return { index, id: told, name: own, custom: !plan.legacyFunctions && plan.customTools.has(own) };
}

/** The `tool_calls` element (the `function_call` value where the client offered `functions`) without its braces. */
export function renderCall(call: ToolCall, inputJson: string, legacy: boolean): string {
  const name = JSON.stringify(call.name);
  if (legacy) return `"name":${name},"arguments":${JSON.stringify(toArguments(inputJson))}`;
  const head = `"id":${JSON.stringify(call.id)},"type":`;
  if (call.custom) return `${head}"custom","custom":{"name":${name},"input":${customInput(inputJson)}}`;
  return `${head}"function","function":{"name":${name},"arguments":${JSON.stringify(toArguments(inputJson))}}`;
}

/** The text a custom tool is called with, as a string literal: what stands for it in the input, else all of that. */
function customInput(inputJson: string): string {
  if (!isJson(inputJson)) return JSON.stringify(inputJson);
  const input = JsonNode.parse(inputJson);
  if (input.kind === 'object' && input.members.size === 0) return '""';
  const text = input.get('input');
  return text?.kind === 'string' ? text.raw : JSON.stringify(toArguments(inputJson));
}
