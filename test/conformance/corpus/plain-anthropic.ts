import type { AccumulatedUsage, JsonObject } from '../../support/accumulate/answer.ts';
import { nothing, parseObject, plainEvents, type PlainAnswer } from './plain-answer.ts';

/** A recorded message. */
export function readPlainMessage(text: string): PlainAnswer {
  const message = parseObject(text);
  if (message === undefined || message.error || !Array.isArray(message.content)) return { ...nothing(), failed: true };
  return fromBlocks(message.content as JsonObject[], message, plainAnthropicUsage([message.usage]));
}

/** A recorded stream: the blocks are put together, then read as those of a message. */
export function readPlainEvents(text: string): PlainAnswer {
  const blocks: JsonObject[] = [];
  const message: JsonObject = {};
  const usages: unknown[] = [];
  let ended = false;
  for (const { json } of plainEvents(text)) {
    if (json === undefined) continue;
    const { type, index, delta } = json;
    if (type === 'error' || json.error) return { ...fromBlocks(blocks, message, undefined), failed: true };
    if (type === 'message_start') {
      usages.push(json.message.usage);
      blocks.push(...((json.message.content ?? []) as JsonObject[]));
      message.stop_reason = json.message.stop_reason;
    } else if (type === 'content_block_start') blocks[index as number] = { ...json.content_block };
    else if (type === 'content_block_delta') {
      const block = blocks[index as number]!;
      if (delta.type === 'text_delta') block.text += delta.text;
      else if (delta.type === 'thinking_delta') block.thinking += delta.thinking;
      else if (delta.type === 'input_json_delta') block.json = (block.json ?? '') + delta.partial_json;
    } else if (type === 'message_delta') {
      usages.push(json.usage);
      message.stop_reason = delta.stop_reason ?? message.stop_reason;
      message.stop_details = delta.stop_details ?? message.stop_details;
    } else if (type === 'message_stop') ended = true;
    if (ended) break;
  }
  const answer = fromBlocks(blocks, message, plainAnthropicUsage(usages));
  return ended || answer.stop !== undefined ? answer : { ...answer, failed: true };
}

function fromBlocks(
  blocks: readonly JsonObject[],
  message: JsonObject,
  usage: AccumulatedUsage | undefined,
): PlainAnswer {
  const answer = { ...nothing(), usage, stop: (message.stop_reason ?? undefined) as string | undefined };
  const thoughts: string[] = [];
  let serverTool = false;
  for (const block of blocks) {
    if (block.type === 'text' && block.text !== '') {
      answer.text += (serverTool && answer.text !== '' ? '\n\n' : '') + (block.text as string);
      serverTool = false;
    } else if (block.type === 'thinking' && block.thinking) thoughts.push(block.thinking as string);
    else if (block.type === 'tool_use') {
      const args = (block.json || JSON.stringify(block.input ?? {})) as string;
      answer.calls.push({ id: block.id, name: block.name, args });
    } else if (/^(server_tool_use|mcp_tool_use)$|_tool_result$/.test(block.type as string)) serverTool = true;
  }
  answer.reasoning = thoughts.join('\n\n');
  if (answer.stop === 'refusal' && answer.text === '') answer.refusal = message.stop_details?.explanation ?? '(any)';
  return answer;
}

/** Each count as it was told last; a zero does not take back an input. */
function plainAnthropicUsage(usages: readonly unknown[]): AccumulatedUsage | undefined {
  const told = usages.filter((one) => typeof one === 'object' && one !== null) as JsonObject[];
  if (told.length === 0) return undefined;
  const all = told.map(overIterations);
  const last = (name: string, isInput: boolean): number =>
    (all
      .map((one) => one[name] as unknown)
      .findLast((count) => typeof count === 'number' && (count > 0 || !isInput)) as number) ?? 0;
  const output = last('output_tokens', false);
  const details = told.map((one) => one.output_tokens_details?.thinking_tokens as unknown);
  const input = last('input_tokens', true);
  // Nothing but zeros says as much as nothing.
  if (input === 0 && output === 0) return undefined;
  return {
    input,
    cacheRead: last('cache_read_input_tokens', true),
    cacheWrite: last('cache_creation_input_tokens', true),
    output,
    reasoning: Math.min(output, (details.findLast((count) => typeof count === 'number') as number | undefined) ?? 0),
  };
}

/** With compaction the counts are those of the last pass alone: the passes are added up. */
function overIterations(usage: JsonObject): JsonObject {
  const passes = ((usage.iterations ?? []) as JsonObject[]).filter(
    ({ type }) => type === 'message' || type === 'compaction',
  );
  if (passes.length === 0 || (usage.iterations as JsonObject[]).some(({ type }) => type === 'fallback_message'))
    return usage;
  const sums: JsonObject = {};
  for (const name of ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens']) {
    const counts = passes.map((pass) => pass[name] as unknown).filter((count) => typeof count === 'number');
    if (counts.length > 0) sums[name] = (counts as number[]).reduce((a, b) => a + b, 0);
  }
  return { ...usage, ...sums };
}
