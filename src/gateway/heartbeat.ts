import type { Shape } from '../protocol/shape.ts';

const encoder = new TextEncoder();

/** What keeps an idle stream alive in each shape: a comment OpenAI's SDKs skip, an event Anthropic's know. */
export const HEARTBEAT: Readonly<Record<Shape, Uint8Array>> = {
  openai: encoder.encode(': ping\n\n'),
  anthropic: encoder.encode('event: ping\ndata: {"type": "ping"}\n\n'),
};
