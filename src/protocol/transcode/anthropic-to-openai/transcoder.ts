import type { CrossingRequest, Transcoder } from '../transcoder.ts';
import { prepareOpenAiRequest } from './request/request.ts';
import { readOpenAiCompletion } from './response.ts';
import { AnthropicFromOpenAiStream } from './stream.ts';

/** An Anthropic client before an OpenAI upstream. */
export function createTranscoder(request: CrossingRequest): Transcoder {
  const { plan, ...prepared } = prepareOpenAiRequest(request);
  return {
    ...prepared,
    exact: false,
    readJson: (body) => readOpenAiCompletion(body, plan),
    openStream: () => new AnthropicFromOpenAiStream(plan),
  };
}
