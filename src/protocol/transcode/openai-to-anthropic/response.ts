import { ApiError } from '../../api-error.ts';
import { JsonNode } from '../../json/node.ts';
import { renderOpenAiUsage } from '../../openai/usage.ts';
import { scanAnswer } from '../../scan-answer.ts';
import { countBlock } from '../count-anthropic-output.ts';
import { Oddities } from '../oddities.ts';
import { lengthOf, Tally } from '../tally.ts';
import { AnthropicToldUsage } from '../told-usage.ts';
import type { JsonAnswer } from '../transcoder.ts';
import { errorOfFault, readUpstreamFault } from '../upstream-error.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { finishReason, refusalOf } from './finish.ts';
import { completionId } from './ids.ts';
import { keepTurn } from './kept-turn.ts';
import { readContent } from './response-content.ts';

const encoder = new TextEncoder();

/** Anthropic's words for how a request was served, in OpenAI's. */
const SERVICE_TIERS: Readonly<Record<string, string>> = { standard: 'default', priority: 'priority', batch: 'flex' };

/**
 * A whole Anthropic message as an OpenAI completion. Texts and inputs go over as they were written. Throws an
 * `ApiError` when the body is no answer: not JSON, cut, or a 200 that carries an error.
 */
export function readAnthropicMessage(body: Uint8Array<ArrayBuffer>, plan: AnswerPlan): JsonAnswer {
  const scan = scanAnswer(body);
  const message = new JsonNode(body, scan.open, scan.close + 1);
  const blocks = message.get('content');
  const isContent = blocks?.kind === 'array' || blocks?.kind === 'string';
  if (!isContent || (blocks.elements.length === 0 && message.get('error') !== undefined)) {
    throw errorInsteadOf(message, plan);
  }
  const oddities = new Oddities();
  const content = readContent(blocks, plan, oddities);
  const stopReason = message.get('stop_reason')?.stringOrUndefined;
  const { calls } = content;
  const refusal = refusalOf(stopReason, message.get('stop_details')?.value, content.hasText);
  const members = [
    '"role":"assistant"',
    `"content":${content.hasText || calls.length === 0 ? `"${content.text}"` : 'null'}`,
    `"refusal":${JSON.stringify(refusal ?? null)}`,
    ...(content.reasoning === '' ? [] : [`"reasoning_content":"${content.reasoning}"`]),
    ...content.extras,
  ];
  if (calls.length > 0) {
    members.push(plan.legacyFunctions ? `"function_call":${calls[0]}` : `"tool_calls":[${calls.join(',')}]`);
  }
  const finish = finishReason(stopReason, calls.length, plan, oddities);
  const reported = message.get('usage');
  const tally = new Tally(plan.estimateInput);
  if (blocks.kind === 'string') tally.text.bytes += lengthOf(blocks);
  for (const block of blocks.elements) countBlock(block, tally);
  new AnthropicToldUsage(tally, oddities).read(reported?.value, false);
  tally.finish(oddities);
  const used = tally.used();
  const tier = SERVICE_TIERS[String(reported?.get('service_tier')?.value)];
  const json =
    `{"id":${JSON.stringify(completionId(message.get('id')?.value, plan.requestId))},"object":"chat.completion"` +
    `,"created":${plan.createdS},"model":${JSON.stringify(plan.publicModel)}` +
    `,"choices":[{"index":0,"message":{${members.join(',')}},"logprobs":null,"finish_reason":"${finish}"}]` +
    `,"usage":${renderOpenAiUsage(used.usage)}${tier === undefined ? '' : `,"service_tier":"${tier}"`}}`;
  const kept = content.hasThinking ? keepTurn(content.firstCallId, blocks.raw.slice(1, -1), plan) : undefined;
  return { bytes: encoder.encode(json), ...used, kept, oddities, finishReason: stopReason };
}

/** What a 200 without an answer says went wrong. */
function errorInsteadOf(message: JsonNode, plan: AnswerPlan): ApiError {
  const fault = readUpstreamFault(message.value);
  if (fault !== undefined) return errorOfFault(fault, plan.redact);
  return new ApiError('upstream_error', 'The upstream answered without content');
}
