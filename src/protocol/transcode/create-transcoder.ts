import type { Shape } from '../shape.ts';
import { createTranscoder as anthropicToOpenAi } from './anthropic-to-openai/transcoder.ts';
import { createTranscoder as openAiToAnthropic } from './openai-to-anthropic/transcoder.ts';
import { createSameShapeTranscoder } from './same-shape/transcoder.ts';
import type { CrossingRequest, Transcoder } from './transcoder.ts';

/** Any client shape before any upstream shape. Throws the 400 for a request that the upstream's model cannot honour. */
export function createTranscoder(client: Shape, upstream: Shape, request: CrossingRequest): Transcoder {
  if (client === upstream) return createSameShapeTranscoder(client, request);
  return client === 'openai' ? openAiToAnthropic(request) : anthropicToOpenAi(request);
}
