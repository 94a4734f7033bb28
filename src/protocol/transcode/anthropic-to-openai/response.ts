import { ApiError } from '../../api-error.ts';
import { renderAnthropicUsage } from '../../anthropic/usage.ts';
import { JsonNode } from '../../json/node.ts';
import { finishOf, readChunkFault, usageOf } from '../../openai/chunk.ts';
import { isText } from '../../openai/content.ts';
import { ChoicePicker } from '../../openai/choice.ts';
import { readCallDelta, readFunctionCall, ToolCall } from '../../openai/tool-calls.ts';
import { scanAnswer } from '../../scan-answer.ts';
import { OpenAiOutputCounter } from '../count-openai-output.ts';
import { Oddities } from '../oddities.ts';
import { Tally } from '../tally.ts';
import { OpenAiToldUsage } from '../told-usage.ts';
import { readToolInput } from '../tool-input.ts';
import type { JsonAnswer } from '../transcoder.ts';
import { errorOfFault } from '../upstream-error.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { citationsOf } from './citations.ts';
import { ClientToolIds, messageId } from './ids.ts';
import { type Piece, readPieces } from './pieces.ts';
import { Reasoning } from './reasoning.ts';
import { isCut, isFailure, stopOf } from './stop.ts';
import { closeTruncated } from './truncated-input.ts';

const encoder = new TextEncoder();

/**
 * A chat completion as an Anthropic message: reasoning, text, tool calls. Texts and inputs stay as they were written.
 * Throws an `ApiError` when the body is no answer: not JSON, cut, without choices, or a 200 that carries an error.
 */
export function readOpenAiCompletion(body: Uint8Array<ArrayBuffer>, plan: AnswerPlan): JsonAnswer {
  const completion = readCompletion(body, plan);
  const oddities = new Oddities();
  const choice = readChoice(completion, plan, oddities);
  const finishReason = finishOf(choice);
  const message = choice.get('message');
  const pieces = message === undefined ? [] : readPieces(message, plan.capabilities.reasoningOut);
  const calls = message === undefined ? [] : readCalls(message, oddities);

  const ids = new ClientToolIds(plan.requestId);
  const reasoning = new Reasoning(plan, ids);
  reasoning.addDetails(message?.get('reasoning_details'));
  const blocks: string[] = [];
  const annotations = message?.get('annotations')?.elements ?? [];
  const lastText = pieces.findLast(({ kind }) => kind === 'text');
  if (lastText === undefined && annotations.length > 0) oddities.count('citations_without_text');
  // The first thought carries all that has to come back.
  let unsigned: readonly ToolCall[] = calls;
  for (const piece of pieces) {
    if (piece.kind === 'text') blocks.push(textBlock(piece, piece === lastText ? annotations : []));
    else if (plan.showThinking) {
      blocks.push(thinkingBlock(piece, reasoning.sign(piece.literal.text, unsigned)));
      unsigned = [];
    } else reasoning.hidden.add(piece.literal);
  }
  for (const call of calls) {
    blocks.push(
      toolBlock(ids.idOf(call), plan.names.toClient(call.name as string), inputOf(call, finishReason, oddities)),
    );
  }
  const rest = plan.showThinking ? reasoning.signRest(unsigned) : undefined;
  if (rest !== undefined) blocks.push(JSON.stringify({ type: 'redacted_thinking', data: rest }));
  if (message?.get('audio')?.get('data')?.stringOrUndefined) plan.warnings.add('dropped.audio');

  const tally = new Tally(plan.estimateInput);
  new OpenAiOutputCounter(tally).whole(choice);
  new OpenAiToldUsage(tally, oddities).read(usageOf(completion, choice)?.value);
  tally.finish(oddities);
  const used = tally.used();
  const refusal = message?.get('refusal');
  const ending = {
    finishReason,
    matched: choice.get('stop_reason')?.stringOrUndefined,
    refused: refusal !== undefined && isText(refusal),
    callsTools: calls.length > 0,
  };
  const head = JSON.stringify({
    id: messageId(completion.get('id')?.stringOrUndefined, plan.requestId),
    type: 'message',
    role: 'assistant',
    model: plan.publicModel,
  });
  const tail = JSON.stringify({ ...stopOf(ending, oddities), container: null, diagnostics: null });
  const usageText = renderAnthropicUsage(used.usage);
  return {
    bytes: encoder.encode(
      `${head.slice(0, -1)},"content":[${blocks.join(',')}],${tail.slice(1, -1)},"usage":${usageText}}`,
    ),
    ...used,
    kept: plan.showThinking ? undefined : reasoning.keep(calls),
    oddities,
    finishReason,
  };
}

function readCompletion(body: Uint8Array, plan: AnswerPlan): JsonNode {
  const scan = scanAnswer(body);
  const completion = new JsonNode(body, scan.open, scan.close + 1);
  const fault = readChunkFault(completion);
  if (fault !== undefined) throw errorOfFault(fault, plan.redact);
  return completion;
}

function readChoice(completion: JsonNode, plan: AnswerPlan, oddities: Oddities): JsonNode {
  const choices = completion.get('choices')?.elements ?? [];
  const choice = new ChoicePicker().pick(choices);
  if (choice === undefined) throw new ApiError('upstream_error', 'The upstream answered without choices');
  if (choices.length > 1) oddities.count('further_choice');
  const reason = finishOf(choice);
  if (reason !== undefined && isFailure(reason)) {
    throw errorOfFault({ message: `The upstream broke its answer off: ${reason}`, type: reason }, plan.redact);
  }
  return choice;
}

/** A whole message has each call once, whatever ids and numbers say. */
function readCalls(message: JsonNode, oddities: Oddities): ToolCall[] {
  const entries = (message.get('tool_calls')?.elements ?? []).map(readCallDelta);
  const legacy = message.get('function_call');
  // Beside `tool_calls` it repeats the first of them.
  const deltas = entries.length === 0 && legacy !== undefined ? [readFunctionCall(legacy)] : entries;
  const calls: ToolCall[] = [];
  for (const delta of deltas) {
    const call = new ToolCall(calls.length, delta.id, delta.index);
    call.take(delta);
    if (delta.args !== undefined) call.append(delta.args);
    if (call.name !== undefined) calls.push(call);
    else if (delta.id !== undefined || delta.args !== undefined) oddities.count('tool_call_without_name');
  }
  return calls;
}

function textBlock({ literal }: Piece, annotations: readonly JsonNode[]): string {
  const citations = annotations.length === 0 ? [] : citationsOf(annotations, literal.text);
  // Only where there are some: a null makes strict readers refuse the whole message.
  const cited = citations.length === 0 ? '' : `,"citations":[${citations.join(',')}]`;
  return `{"type":"text","text":${literal.json}${cited}}`;
}

function thinkingBlock({ literal }: Piece, signature: string): string {
  return `{"type":"thinking","thinking":${literal.json},"signature":${JSON.stringify(signature)}}`;
}

function toolBlock(id: string, name: string, input: string): string {
  const head = JSON.stringify({ type: 'tool_use', id, name });
  return `${head.slice(0, -1)},"input":${input},"caller":{"type":"direct"}}`;
}

function inputOf({ args }: ToolCall, finishReason: string | undefined, oddities: Oddities): string {
  const { text } = args;
  const { json, intact } = readToolInput(text);
  if (intact || json === '{}') return json;
  oddities.count('tool_arguments_repaired');
  // The client is told that the answer was cut, and must not run what is left of it.
  return isCut(finishReason) && json.startsWith('{"_raw_arguments"') ? (closeTruncated(text) ?? '{}') : json;
}
