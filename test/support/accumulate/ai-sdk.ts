import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText, type LanguageModel } from 'ai';
import { answering, toError, type AccumulatedAnswer, type JsonObject } from './answer.ts';

/** The AI SDK warns on the console otherwise. */
(globalThis as JsonObject).AI_SDK_LOG_WARNINGS = false;

const PROVIDERS = {
  anthropic: (bytes) =>
    createAnthropic({ apiKey: 'k', baseURL: 'http://127.0.0.1/v1', fetch: answering(bytes) as never })('m'),
  openai: (bytes) =>
    createOpenAI({ apiKey: 'k', baseURL: 'http://127.0.0.1/v1', fetch: answering(bytes) as never }).chat('m'),
  'openai-compatible': (bytes) =>
    createOpenAICompatible({
      name: 'p',
      apiKey: 'k',
      baseURL: 'http://127.0.0.1/v1',
      fetch: answering(bytes) as never,
      includeUsage: true,
    })('m'),
} satisfies Record<string, (bytes: Uint8Array) => LanguageModel>;
export type AiSdkProvider = keyof typeof PROVIDERS;

const OPTIONS = { prompt: 'hi', maxRetries: 0, onError: () => undefined };

/** What `streamText` yields. */
export async function accumulateAiSdkStream(provider: AiSdkProvider, bytes: Uint8Array): Promise<AccumulatedAnswer> {
  const model = PROVIDERS[provider](bytes);
  let text = '';
  const thoughts: string[] = [];
  const calls = new Map<string, { name: string; args: string }>();
  let end: JsonObject | undefined;
  let error: Error | undefined;
  try {
    for await (const one of streamText({ model, ...OPTIONS }).fullStream) {
      const part = one as JsonObject;
      switch (part.type) {
        case 'text-delta':
          text += part.text;
          break;
        case 'reasoning-start':
          thoughts.push('');
          break;
        case 'reasoning-delta':
          thoughts.push(thoughts.pop()! + (part.text as string));
          break;
        case 'tool-input-start':
          if (calls.has(part.id)) throw new Error(`a second call of the id ${part.id}`);
          calls.set(part.id, { name: part.toolName, args: '' });
          break;
        case 'tool-input-delta':
          calls.get(part.id)!.args += part.delta;
          break;
        case 'tool-call':
          agree(calls.get(part.toolCallId), part);
          break;
        case 'error':
          error ??= toError(part.error);
          break;
        case 'finish-step':
          end = part;
      }
    }
  } catch (thrown) {
    error ??= toError(thrown);
  }
  return {
    text,
    // A block of its own for each thought; of chat completions, as many as texts came between.
    reasoning: thoughts.filter((one) => one !== '').join(provider === 'anthropic' ? '\n\n' : ''),
    toolCalls: [...calls].map(([id, call]) => ({ id, ...call })),
    ...readEnd(end),
    ...(error === undefined ? {} : { error }),
  };
}

/** What `generateText` gives. */
export async function accumulateAiSdkJson(provider: AiSdkProvider, bytes: Uint8Array): Promise<AccumulatedAnswer> {
  try {
    const { maxRetries, prompt } = OPTIONS;
    const result = (await generateText({ model: PROVIDERS[provider](bytes), prompt, maxRetries })) as JsonObject;
    return {
      text: result.text,
      reasoning: (result.reasoning as JsonObject[]).flatMap(({ text }) => text || []).join('\n\n'),
      toolCalls: (result.toolCalls as JsonObject[]).map((call) => ({
        id: call.toolCallId,
        name: call.toolName,
        args: typeof call.input === 'string' ? call.input : JSON.stringify(call.input),
      })),
      ...readEnd(result),
    };
  } catch (thrown) {
    return { text: '', reasoning: '', toolCalls: [], stop: undefined, usage: undefined, error: toError(thrown) };
  }
}

function readEnd(end: JsonObject | undefined): Pick<AccumulatedAnswer, 'stop' | 'usage'> {
  const usage = end?.usage as JsonObject | undefined;
  if (usage?.inputTokens === undefined) return { stop: end?.rawFinishReason ?? undefined, usage: undefined };
  const { cacheReadTokens: cacheRead = 0, cacheWriteTokens: cacheWrite = 0 } = usage.inputTokenDetails as JsonObject;
  return {
    stop: end?.rawFinishReason ?? undefined,
    usage: {
      input: usage.inputTokens - cacheRead - cacheWrite,
      cacheRead,
      cacheWrite,
      output: usage.outputTokens,
      reasoning: usage.outputTokenDetails?.reasoningTokens ?? 0,
    },
  };
}

/** The call it hands on must be the one it streamed. */
function agree(call: { name: string; args: string } | undefined, part: JsonObject): void {
  if (call === undefined) throw new Error(`a call that never started: ${part.toolCallId}`);
  if (call.name !== part.toolName) throw new Error(`${call.name} has become ${part.toolName}`);
  if (typeof part.input !== 'string' && !Bun.deepEquals(JSON.parse(call.args), part.input)) {
    throw new Error(`the AI SDK read the arguments ${call.args} as ${JSON.stringify(part.input)}`);
  }
}
