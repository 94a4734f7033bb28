import { describe, expect, test } from 'bun:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { jsonSchema, streamText, tool, type LanguageModel } from 'ai';
import { messageEvents, text, thinking, toolUse } from './support/anthropic-answers.ts';
import { conformance } from './support/conformance.ts';
import { chunks, toolDelta } from './support/openai-answers.ts';
import type { Json } from './support/through-sdk.ts';

const th = conformance();

/** All parts of a streamed answer. */
async function partsOf(model: LanguageModel, providerOptions: Json = {}): Promise<Json[]> {
  const parameters = jsonSchema({ type: 'object', properties: { a: { type: 'number' } } });
  const result = streamText({
    model,
    prompt: 'Hi',
    maxRetries: 0,
    maxOutputTokens: 4000,
    tools: { f: tool({ description: 'f', inputSchema: parameters }) },
    providerOptions,
    onError: () => {},
  });
  const parts: Json[] = [];
  for await (const part of result.fullStream) parts.push(part);
  return parts;
}

const joined = (parts: readonly Json[], type: string) =>
  parts
    .filter((part) => part.type === type)
    .map((part) => part.text ?? part.delta)
    .join('');

describe('the Vercel AI SDK, which checks every event against a schema', () => {
  const upstreamO = th.model('openai');
  const upstreamA = th.model('anthropic');
  const answerO = chunks(
    [
      { reasoning_content: 'hm' },
      { content: 'Hello' },
      toolDelta({ index: 0, id: 't1', name: 'f', args: '{"a":' }),
      toolDelta({ index: 0, args: '1}' }),
    ],
    {
      finish: 'tool_calls',
      usage: {
        prompt_tokens: 42,
        completion_tokens: 11,
        total_tokens: 53,
        prompt_tokens_details: { cached_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 3 },
      },
    },
  );
  const answerA = messageEvents([thinking('hm', 'SIG'), text('Hello'), toolUse('t1', 'f', { a: 1 })], {
    stop: 'tool_use',
  });

  function expectWholeAnswer(parts: readonly Json[]): void {
    expect(parts.filter(({ type }) => type === 'error')).toEqual([]);
    expect(joined(parts, 'text-delta')).toBe('Hello');
    expect(parts.filter(({ type }) => type === 'tool-call')).toMatchObject([
      { toolCallId: 't1', toolName: 'f', input: { a: 1 } },
    ]);
    const finish = parts.find(({ type }) => type === 'finish');
    expect(finish).toMatchObject({ finishReason: 'tool-calls', totalUsage: { inputTokens: 42, outputTokens: 11 } });
  }

  test('C126 ai-sdk-anthropic: its Anthropic provider before an OpenAI upstream sees no error part', async () => {
    upstreamO.answer(answerO);
    const provider = createAnthropic({ baseURL: `${th.url}/v1`, apiKey: th.key });
    const parts = await partsOf(provider(upstreamO.id), {
      anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } },
    });
    expectWholeAnswer(parts);
    expect(joined(parts, 'reasoning-delta')).toBe('hm');
  });

  test('C127 ai-sdk-compat: its OpenAI-compatible provider before an Anthropic upstream sees reasoning, text and call', async () => {
    upstreamA.answer(answerA);
    const provider = createOpenAICompatible({
      name: 'tokenharbor',
      baseURL: `${th.url}/v1`,
      apiKey: th.key,
      includeUsage: true,
    });
    const parts = await partsOf(provider(upstreamA.id));
    expectWholeAnswer(parts);
    expect(joined(parts, 'reasoning-delta')).toBe('hm');
  });

  test('C127 ai-sdk-openai: and its OpenAI provider’s chat model', async () => {
    upstreamA.answer(answerA);
    const provider = createOpenAI({ baseURL: `${th.url}/v1`, apiKey: th.key });
    expectWholeAnswer(await partsOf(provider.chat(upstreamA.id)));
  });
});
