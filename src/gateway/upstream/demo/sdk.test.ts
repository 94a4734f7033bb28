import { describe, expect, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import AnthropicOld from 'anthropic-sdk-0';
import { betaTool as betaToolOld } from 'anthropic-sdk-0/helpers/beta/json-schema';
import OpenAI from 'openai';
import { demoFetch } from './ask-demo.fixture.ts';

// The official SDKs, as their users call them, with the demo model in place of the network.

const cities = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city', 'days'],
} as const;

describe('openai', () => {
  const client = openaiClient(0);
  const messages = [{ role: 'user' as const, content: 'Use get_weather for Paris, 3 days' }];
  const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: cities } }];

  function openaiClient(paceMs: number): OpenAI {
    const fetch = demoFetch('openai', paceMs);
    return new OpenAI({ apiKey: 'none', baseURL: 'http://demo.invalid/v1', maxRetries: 0, fetch });
  }

  test('.stream() gives the same completion as .create()', async () => {
    const stream = client.chat.completions.stream({ model: 'm', messages, stream_options: { include_usage: true } });
    const streamed = await stream.finalChatCompletion();
    const created = await client.chat.completions.create({ model: 'm', messages });
    expect(streamed.choices[0]?.message.content).toBe(created.choices[0]?.message.content as string);
    expect(streamed.choices[0]?.finish_reason).toBe('stop');
    expect(await stream.totalUsage()).toMatchObject({
      prompt_tokens: created.usage?.prompt_tokens,
      total_tokens: created.usage?.total_tokens,
    });
  });

  test('a streamed tool call parses', async () => {
    const stream = client.chat.completions.stream({ model: 'm', messages, tools });
    const call = (await stream.finalMessage()).tool_calls?.[0];
    expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual({ city: 'Paris', days: 3 });
  });

  for (const stream of [true, false]) {
    test(`.runTools() runs a ${stream ? 'streamed' : 'plain'} loop to its end`, async () => {
      const asked: unknown[] = [];
      const run = {
        model: 'm',
        messages: [{ role: 'user' as const, content: 'Use get_weather and get_time for Paris' }],
        tools: ['get_weather', 'get_time'].map((name) => ({
          type: 'function' as const,
          function: {
            name,
            description: 'd',
            parse: (text: string) => JSON.parse(text) as unknown,
            parameters: cities as unknown as Record<string, unknown>,
            function: (args: unknown) => {
              asked.push([name, args]);
              return `${name} says sunny`;
            },
          },
        })),
      };
      const runner = stream
        ? client.chat.completions.runTools({ ...run, stream: true })
        : client.chat.completions.runTools(run);
      const content = await runner.finalContent();
      expect(asked).toEqual([
        ['get_weather', { city: 'Paris', days: 1 }],
        ['get_time', { city: 'Paris', days: 1 }],
      ]);
      expect(content).toContain('get_weather says sunny; get_time says sunny');
    });
  }

  test('aborting a stream stops it', async () => {
    const stream = await openaiClient(20).chat.completions.create({ model: 'm', messages, stream: true });
    let seen = 0;
    for await (const _ of stream) if (++seen === 3) stream.controller.abort();
    expect(seen).toBe(3);
  });

  test('a refusal is a BadRequestError with its param', async () => {
    const bad = await client.chat.completions.create({ model: 'm', messages, n: 2 }).catch((error) => error);
    expect(bad).toMatchObject({ status: 400, param: 'n', type: 'invalid_request_error' });
  });
});

const anthropics = [
  { name: 'anthropic 1.x', Client: Anthropic, tool: betaTool },
  // The two majors' types differ in details no call here depends on.
  {
    name: 'anthropic 0.x',
    Client: AnthropicOld as unknown as typeof Anthropic,
    tool: betaToolOld as unknown as typeof betaTool,
  },
];

for (const { name, Client, tool } of anthropics) {
  describe(name, () => {
    const client = new Client({
      apiKey: 'none',
      baseURL: 'http://demo.invalid',
      maxRetries: 0,
      fetch: demoFetch('anthropic'),
    });
    const messages = [{ role: 'user' as const, content: 'Use get_weather for Paris, 3 days' }];
    const base = { model: 'm', max_tokens: 2000, messages };
    const tools = [{ name: 'get_weather', input_schema: cities as unknown as Anthropic.Tool.InputSchema }];

    test('.stream() gives the same message as .create()', async () => {
      const thinking = { type: 'enabled' as const, budget_tokens: 1024 };
      const streamed = await client.messages.stream({ ...base, thinking }).finalMessage();
      const created = await client.messages.create({ ...base, thinking });
      expect(streamed.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
      expect<unknown>(streamed.content[0]).toEqual(created.content[0]);
      expect(streamed.content[1]).toMatchObject({ text: (created.content[1] as Anthropic.TextBlock).text });
      expect(streamed.usage.input_tokens).toBe(created.usage.input_tokens);
      expect(streamed.usage.output_tokens).toBe(created.usage.output_tokens);
      expect(streamed.stop_reason).toBe('end_turn');
    });

    test('a streamed tool call parses', async () => {
      const { content, stop_reason } = await client.messages.stream({ ...base, tools }).finalMessage();
      expect(content).toMatchObject([{ type: 'tool_use', name: 'get_weather', input: { city: 'Paris', days: 3 } }]);
      expect(stop_reason).toBe('tool_use');
    });

    test('thinking and tool blocks go back unchanged', async () => {
      const thinking = { type: 'adaptive' as const };
      const first = await client.messages.stream({ ...base, tools, thinking }).finalMessage();
      expect(first.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);
      const call = first.content[1] as Anthropic.ToolUseBlock;
      const result = { type: 'tool_result' as const, tool_use_id: call.id, content: 'hail' };
      const next = [
        ...messages,
        { role: 'assistant' as const, content: first.content },
        { role: 'user' as const, content: [result] },
      ];
      const { content } = await client.messages.create({ ...base, tools, messages: next });
      expect(content).toMatchObject([{ type: 'text', text: expect.stringContaining('hail') }]);
    });

    for (const stream of [true, false]) {
      test(`the tool runner runs a ${stream ? 'streamed' : 'plain'} loop to its end`, async () => {
        const asked: unknown[] = [];
        const runnable = tool({
          name: 'get_weather',
          description: 'd',
          inputSchema: cities,
          run: (input: unknown) => {
            asked.push(input);
            return 'sleet';
          },
        });
        const body = { ...base, tools: [runnable] };
        const runner = stream
          ? client.beta.messages.toolRunner({ ...body, stream: true })
          : client.beta.messages.toolRunner(body);
        const { content } = (await runner.runUntilDone()) as Anthropic.Beta.BetaMessage;
        expect(asked).toEqual([{ city: 'Paris', days: 3 }]);
        expect(content).toMatchObject([{ type: 'text', text: expect.stringContaining('sleet') }]);
      });
    }

    test('countTokens agrees with the answer', async () => {
      const { input_tokens } = await client.messages.countTokens({ model: 'm', messages, tools });
      expect(input_tokens).toBe((await client.messages.create({ ...base, tools })).usage.input_tokens);
    });

    test('a refusal is a BadRequestError with its path', async () => {
      const bad = await client.messages.create({ ...base, messages: [] }).catch((error) => error);
      expect(bad).toMatchObject({
        status: 400,
        error: { error: { message: 'messages: at least one message is required' } },
      });
    });
  });
}
