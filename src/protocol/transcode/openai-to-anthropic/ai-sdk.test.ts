import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { jsonSchema, streamText, tool } from 'ai';
import { expect, test } from 'bun:test';
import {
  delta,
  json,
  runAnswer,
  sse,
  START,
  startBlock,
  STOP,
  stop,
  stopBlock,
  text,
  thinking,
} from './answers.fixture.ts';

test('C127 ai-sdk-compat: reasoning, text and a call arrive as such', async () => {
  const { text: answer } = runAnswer([
    sse(
      START,
      startBlock(0, { type: 'thinking', thinking: '', signature: '' }),
      thinking(0, 'h'),
      thinking(0, 'm'),
      delta(0, { type: 'signature_delta', signature: 'SIG' }),
      stopBlock(0),
      ['ping'],
      startBlock(1, { type: 'text', text: '' }),
      text(1, 'hel'),
      text(1, 'lo'),
      stopBlock(1),
      startBlock(2, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
      json(2, '{"a"'),
      json(2, ':1}'),
      stopBlock(2),
      stop('tool_use'),
      STOP,
    ),
  ]);
  const provider = createOpenAICompatible({
    name: 'harbor',
    baseURL: 'http://localhost/v1',
    includeUsage: true,
    fetch: (() =>
      Promise.resolve(
        new Response(answer, { headers: { 'content-type': 'text/event-stream' } }),
      )) as unknown as typeof globalThis.fetch,
  });
  const result = streamText({
    model: provider('m'),
    prompt: 'x',
    maxRetries: 0,
    tools: { f: tool({ inputSchema: jsonSchema({ type: 'object', properties: { a: { type: 'number' } } }) }) },
  });
  const told: Record<string, unknown> = { reasoning: '', text: '', errors: 0 };
  for await (const part of result.fullStream) {
    if (part.type === 'reasoning-delta') told.reasoning += part.text;
    else if (part.type === 'text-delta') told.text += part.text;
    else if (part.type === 'tool-call') told.call = [part.toolCallId, part.toolName, part.input];
    else if (part.type === 'error') told.errors = part.error;
    else if (part.type === 'finish')
      told.finish = [part.finishReason, part.totalUsage.inputTokens, part.totalUsage.outputTokens];
  }
  expect(told).toEqual({
    reasoning: 'hm',
    text: 'hello',
    errors: 0,
    call: ['toolu_1', 'f', { a: 1 }],
    finish: ['tool-calls', 10, 5],
  });
});
