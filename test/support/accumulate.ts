/** What a client makes of a stream: everything the official SDK yielded, and the error it ended with, if any. */
import type Anthropic from '@anthropic-ai/sdk';
import { openaiClient, type Endpoint } from './clients.ts';

export interface Accumulated {
  /** Chunks or events, in order. */
  readonly items: Record<string, unknown>[];
  readonly error: Error | undefined;
}

async function collect(open: () => Promise<AsyncIterable<unknown>>): Promise<Accumulated> {
  const items: Record<string, unknown>[] = [];
  try {
    for await (const item of await open()) items.push(item as Record<string, unknown>);
    return { items, error: undefined };
  } catch (error) {
    return { items, error: error as Error };
  }
}

export function accumulateOpenAi(endpoint: Endpoint, body: object): Promise<Accumulated> {
  return collect(
    () => openaiClient(endpoint).chat.completions.create(body as never) as unknown as Promise<AsyncIterable<unknown>>,
  );
}

export function accumulateAnthropic(client: Anthropic, body: object): Promise<Accumulated> {
  return collect(() => client.messages.create(body as never) as unknown as Promise<AsyncIterable<unknown>>);
}

export interface FinalMessage {
  readonly message: Record<string, unknown> | undefined;
  readonly error: Error | undefined;
}

export async function finalMessage(client: Anthropic, body: object): Promise<FinalMessage> {
  try {
    const message = await client.messages.stream(body as never).finalMessage();
    return { message: message as unknown as Record<string, unknown>, error: undefined };
  } catch (error) {
    return { message: undefined, error: error as Error };
  }
}
