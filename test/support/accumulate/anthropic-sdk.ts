import Anthropic from '@anthropic-ai/sdk';
import Anthropic0 from 'anthropic-sdk-0';
import { answering, anthropicUsage, toError, type AccumulatedAnswer, type JsonObject } from './answer.ts';

/** Today's SDK, and the last before 1.0. */
export const ANTHROPIC_SDKS = ['1.x', '0.x'] as const;
export type AnthropicSdk = (typeof ANTHROPIC_SDKS)[number];

const BODY = { model: 'm', max_tokens: 64, messages: [{ role: 'user' as const, content: 'hi' }] };

function client(sdk: AnthropicSdk, bytes: Uint8Array): Anthropic {
  const options = { apiKey: 'k', baseURL: 'http://127.0.0.1', maxRetries: 0, fetch: answering(bytes) as never };
  // For what is used here, the types of today's fit the older one too.
  return sdk === '1.x' ? new Anthropic(options) : (new Anthropic0(options) as unknown as Anthropic);
}

/** What the official SDK makes of a stream, with the arguments of calls as they were streamed. */
export async function accumulateAnthropicStream(
  bytes: Uint8Array,
  sdk: AnthropicSdk = '1.x',
): Promise<AccumulatedAnswer> {
  const args: string[] = [];
  const stream = client(sdk, bytes).messages.stream(BODY);
  stream.on('streamEvent', (event) => {
    const { type, index = 0, delta, content_block: block } = event as JsonObject;
    if (type === 'content_block_start' && block.type === 'tool_use') args[index] = '';
    if (type === 'content_block_delta' && delta.type === 'input_json_delta') args[index] += delta.partial_json;
  });
  try {
    const message = await stream.finalMessage();
    for (const [i, block] of message.content.entries()) {
      if (block.type === 'tool_use' && message.stop_reason !== 'max_tokens') agree(args[i]!, block.input);
    }
    return readMessage(message, args);
  } catch (thrown) {
    return { ...readMessage(stream.currentMessage, args), error: toError(thrown) };
  }
}

/** What it makes of a whole message. */
export async function accumulateAnthropicJson(
  bytes: Uint8Array,
  sdk: AnthropicSdk = '1.x',
): Promise<AccumulatedAnswer> {
  try {
    return readMessage(await client(sdk, bytes).messages.create(BODY));
  } catch (thrown) {
    return { ...readMessage(undefined), error: toError(thrown) };
  }
}

function readMessage(message: object | undefined, args: readonly string[] = []): AccumulatedAnswer {
  const { content = [], stop_reason: stop, usage } = (message ?? {}) as JsonObject;
  const blocks = content as JsonObject[];
  const joined = (type: string, separator: string) =>
    blocks
      .filter((block) => block.type === type && block[type] !== '')
      .map((block) => block[type] as string)
      .join(separator);
  return {
    text: joined('text', ''),
    reasoning: joined('thinking', '\n\n'),
    toolCalls: blocks.flatMap((block, i) =>
      block.type === 'tool_use'
        ? [{ id: block.id as string, name: block.name as string, args: args[i] ?? JSON.stringify(block.input) }]
        : [],
    ),
    stop: stop ?? undefined,
    usage: anthropicUsage(usage as JsonObject | undefined),
  };
}

/** The SDK's own reading of the arguments must be what they say. */
function agree(args: string, input: unknown): void {
  if (!Bun.deepEquals(JSON.parse(args), input)) {
    throw new Error(`the SDK read the arguments ${args} as ${JSON.stringify(input)}`);
  }
}
