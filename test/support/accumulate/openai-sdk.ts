import OpenAI from 'openai';
import { answering, openAiUsage, toError, type AccumulatedAnswer, type JsonObject } from './answer.ts';

const BODY = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };

function client(bytes: Uint8Array): OpenAI {
  return new OpenAI({ apiKey: 'k', baseURL: 'http://127.0.0.1/v1', maxRetries: 0, fetch: answering(bytes) as never });
}

/**
 * What the official TypeScript SDK makes of a stream. It keeps only the last piece of a member it does not know, so
 * reasoning is put together from the chunks, as everyone who shows it does.
 */
export async function accumulateOpenAiStream(bytes: Uint8Array): Promise<AccumulatedAnswer> {
  let reasoning = '';
  const stream = client(bytes).chat.completions.stream({ ...BODY, stream_options: { include_usage: true } });
  stream.on('chunk', (chunk) => {
    reasoning += (chunk.choices[0]?.delta as JsonObject | undefined)?.reasoning_content ?? '';
  });
  try {
    return { ...readCompletion(await stream.finalChatCompletion()), reasoning };
  } catch (thrown) {
    const snapshot = stream.currentChatCompletionSnapshot;
    return { ...readCompletion(snapshot), reasoning, error: toError(thrown) };
  }
}

/** What it makes of a whole completion. */
export async function accumulateOpenAiJson(bytes: Uint8Array): Promise<AccumulatedAnswer> {
  try {
    return readCompletion(await client(bytes).chat.completions.create(BODY));
  } catch (thrown) {
    return { ...readCompletion(undefined), error: toError(thrown) };
  }
}

/** A completion, or the snapshot of one that did not become whole. */
export function readCompletion(completion: object | undefined): AccumulatedAnswer {
  const { choices, usage } = (completion ?? {}) as JsonObject;
  const choice = choices?.[0] as JsonObject | undefined;
  const message = (choice?.message ?? {}) as JsonObject;
  const calls = (message.tool_calls ?? []) as JsonObject[];
  const legacy = message.function_call as JsonObject | undefined;
  return {
    text: message.content ?? '',
    reasoning: message.reasoning_content ?? '',
    toolCalls: [
      ...calls.map((call) => ({
        id: call.id as string,
        name: (call.function ?? call.custom).name as string,
        args: (call.function?.arguments ?? call.custom?.input) as string,
      })),
      ...(legacy ? [{ id: '', name: legacy.name as string, args: legacy.arguments as string }] : []),
    ],
    stop: choice?.finish_reason ?? undefined,
    usage: openAiUsage(usage as JsonObject | null | undefined),
  };
}
