/** Whole answers of either upstream, and what a client of the other shape must get of them. */
import fc from 'fast-check';
import type { JsonObject } from '../accumulate/answer.ts';
import { blockEvents, block, type BlockModel, type Told } from './anthropic-blocks.ts';
import { type ExpectedCall, type GeneratedStream, usageOf } from './expected.ts';
import { jsonStyle, writeJson } from './text.ts';
import { segments, type Segment } from './openai-segments.ts';

const usage = fc.tuple(fc.nat(5000), fc.nat(300), fc.nat(300), fc.nat(900), fc.nat(200)).map((all) => usageOf(...all));

/** A message: its blocks are those of the events, put together. */
export const anthropicMessage: fc.Arbitrary<GeneratedStream> = fc
  .tuple(fc.uniqueArray(block, { maxLength: 5, selector: ({ key }) => key }), usage, jsonStyle)
  .map(([models, counts, style]) => {
    const told: Told = { text: '', reasoning: '', toolCalls: [], afterServerTool: false, newThought: false };
    const content = models.flatMap((model) => blocksOf(model, told));
    const called = told.toolCalls.length > 0;
    const message = {
      id: 'msg_01ABC',
      type: 'message',
      role: 'assistant',
      model: 'upstream-model',
      content,
      stop_reason: called ? 'tool_use' : 'end_turn',
      stop_sequence: null,
      usage: {
        input_tokens: counts.input,
        cache_read_input_tokens: counts.cacheRead,
        cache_creation_input_tokens: counts.cacheWrite,
        output_tokens: counts.output,
        output_tokens_details: { thinking_tokens: counts.reasoning },
      },
    };
    return {
      text: writeJson(message, style),
      expected: {
        ...told,
        toolCalls: told.toolCalls.map((call): ExpectedCall => ({ ...call, asValue: true })),
        stop: called ? 'tool_calls' : 'stop',
        usage: counts,
        failed: false,
      },
    };
  });

function blocksOf(model: BlockModel, told: Told): JsonObject[] {
  const blocks: JsonObject[] = [];
  let index = 0;
  for (const { event, tell } of blockEvents(model, () => index++)) {
    tell?.(told);
    const { type, delta, content_block } = event;
    if (type === 'content_block_start') blocks.push({ ...content_block });
    const last = blocks.at(-1)!;
    if (delta?.type === 'text_delta') last.text += delta.text;
    else if (delta?.type === 'thinking_delta') last.thinking += delta.thinking;
    else if (delta?.type === 'signature_delta') last.signature = delta.signature;
    else if (delta?.type === 'input_json_delta')
      last.json = ((last.json as string | undefined) ?? '') + delta.partial_json;
  }
  return blocks.map(({ json, ...rest }) => (json ? { ...rest, input: JSON.parse(json as string) as unknown } : rest));
}

/** A completion: all its text in one place, and all its calls. */
export const openAiCompletion: fc.Arbitrary<GeneratedStream> = fc
  .tuple(segments, usage, jsonStyle, fc.boolean(), fc.constantFrom('reasoning_content', 'reasoning'))
  .map(([all, counts, style, parts, reasoningMember]) => {
    const joined = (kind: 'text' | 'reasoning') => all.flatMap((one) => (one.kind === kind ? one.pieces : [])).join('');
    const [text, reasoning] = [joined('text'), joined('reasoning')];
    const calls = all.flatMap((one: Segment) => (one.kind === 'calls' ? one.calls : []));
    const message = {
      role: 'assistant',
      content: text === '' ? null : parts ? [{ type: 'text', text }] : text,
      ...(reasoning === '' ? {} : { [reasoningMember]: reasoning }),
      ...(calls.length === 0
        ? {}
        : {
            tool_calls: calls.map(({ id, name, args }) => ({
              id,
              type: 'function',
              function: { name, arguments: args },
            })),
          }),
    };
    const body = {
      id: 'chatcmpl-abc',
      object: 'chat.completion',
      created: 1_790_000_000,
      model: 'upstream-model',
      choices: [{ index: 0, message, finish_reason: calls.length === 0 ? 'stop' : 'tool_calls' }],
      usage: {
        prompt_tokens: counts.input + counts.cacheRead + counts.cacheWrite,
        completion_tokens: counts.output,
        total_tokens: counts.input + counts.cacheRead + counts.cacheWrite + counts.output,
        prompt_tokens_details: { cached_tokens: counts.cacheRead, cache_write_tokens: counts.cacheWrite },
        completion_tokens_details: { reasoning_tokens: counts.reasoning },
      },
    };
    return {
      text: writeJson(body, style),
      expected: {
        text: text.trim() === '' ? '' : text,
        reasoning,
        toolCalls: calls.map(({ id, name, args }) => ({
          id:
            /^[A-Za-z0-9_-]+$/.test(id) && !id.startsWith('thx_') ? id : `thx_${Buffer.from(id).toString('base64url')}`,
          name,
          args: args === '' ? '{}' : args,
          asValue: true as const,
        })),
        stop: calls.length === 0 ? 'end_turn' : 'tool_use',
        usage: counts,
        failed: false,
      },
    };
  });
