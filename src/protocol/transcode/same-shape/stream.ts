import type { Shape } from '../../shape.ts';
import type { StreamTranscoder } from '../stream.ts';
import { AnthropicSameShapeStream } from './anthropic-stream.ts';
import { OpenAiSameShapeStream } from './openai-stream.ts';
import type { SameShapeOptions } from './options.ts';

/** For an upstream that speaks the client's own shape. */
export function openSameShapeStream(shape: Shape, options: SameShapeOptions): StreamTranscoder {
  return shape === 'openai' ? new OpenAiSameShapeStream(options) : new AnthropicSameShapeStream(options);
}
