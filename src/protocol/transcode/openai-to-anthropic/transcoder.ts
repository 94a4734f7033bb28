import type { CrossingRequest, Transcoder } from '../transcoder.ts';
import { prepareAnthropicRequest } from './request/request.ts';
import { readAnthropicMessage } from './response.ts';
import { OpenAiFromAnthropicStream } from './stream.ts';

/** An OpenAI client before an Anthropic upstream. */
export function createTranscoder(request: CrossingRequest): Transcoder {
  const { plan, ...prepared } = prepareAnthropicRequest(request);
  return {
    ...prepared,
    exact: false,
    readJson: (body) => readAnthropicMessage(body, plan),
    openStream: () => new OpenAiFromAnthropicStream(plan),
  };
}
