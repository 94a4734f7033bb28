import type { Shape } from '../../../protocol/shape.ts';
import type { Upstream, UpstreamRequest } from '../port.ts';
import { anthropicDocument, anthropicFrames } from './anthropic-answer.ts';
import { readAnthropicPrompt } from './anthropic-prompt.ts';
import { composeAnswer } from './compose.ts';
import { InvalidField, type JsonObject, readObject } from './fields.ts';
import { randomId } from './ids.ts';
import { openaiDocument, openaiFrames } from './openai-answer.ts';
import { readOpenaiPrompt } from './openai-prompt.ts';
import { streamPaced } from './paced-stream.ts';
import { refuseField, refusePath } from './refuse.ts';

export interface DemoOptions {
  /** Milliseconds between two events of a stream; 0 sends the whole stream as one chunk. */
  readonly paceMs: number;
}

/**
 * The built-in model: answers in both shapes like a provider would, streams, calls tools, thinks and counts its
 * tokens, without a network or a key. What it says depends on the prompt alone.
 */
export function createDemo(options: DemoOptions): Upstream {
  return {
    async send(request: UpstreamRequest): Promise<Response> {
      request.signal.throwIfAborted();
      try {
        return answerRequest(request, options.paceMs);
      } catch (error) {
        if (error instanceof InvalidField) return refuseField(request.shape, error);
        throw error;
      }
    },
  };
}

function answerRequest({ shape, path, body, signal }: UpstreamRequest, paceMs: number): Response {
  const route = path.split('?', 1)[0] as string;
  if (shape === 'anthropic' && route === '/v1/messages/count_tokens') {
    const { inputTokens } = readAnthropicPrompt(parseBody(body), true);
    return Response.json({ input_tokens: inputTokens }, { headers: idHeaders() });
  }
  if (route !== ROUTES[shape]) return refusePath(shape, route);
  const prompt = shape === 'anthropic' ? readAnthropicPrompt(parseBody(body)) : readOpenaiPrompt(parseBody(body));
  const answer = composeAnswer(prompt);
  if (!prompt.stream) {
    const document = shape === 'anthropic' ? anthropicDocument(prompt, answer) : openaiDocument(prompt, answer);
    return Response.json(document, { headers: idHeaders() });
  }
  const frames = shape === 'anthropic' ? anthropicFrames(prompt, answer) : openaiFrames(prompt, answer);
  return new Response(streamPaced(frames, paceMs, signal), {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', ...idHeaders() },
  });
}

const ROUTES: Readonly<Record<Shape, string>> = { openai: '/chat/completions', anthropic: '/v1/messages' };

function parseBody(body: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new InvalidField([], `We could not parse the JSON body of your request: ${(cause as Error).message}`);
  }
  return readObject(value, []);
}

function idHeaders(): Record<string, string> {
  const id = randomId('req_demo');
  return { 'request-id': id, 'x-request-id': id };
}
