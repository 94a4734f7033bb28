import { AnthropicAggregator } from '../anthropic/aggregate.ts';
import { streamOfMessage } from '../anthropic/as-stream.ts';
import { OpenAiAggregator } from '../openai/aggregate.ts';
import { streamOfCompletion } from '../openai/as-stream.ts';
import type { Shape } from '../shape.ts';
import type { Capabilities } from './capabilities.ts';
import type { Oddities } from './oddities.ts';

/** Takes a stream and gives the whole answer, in the same shape. */
export interface Aggregator {
  readonly oddities: Oddities;
  push(chunk: Uint8Array): void;
  /** Throws an `ApiError` for a stream that told an error or was cut. */
  end(): Uint8Array<ArrayBuffer>;
}

/** For an upstream that streams where JSON was asked for. */
export function aggregatorOf(
  shape: Shape,
  { eofWithoutDone }: Capabilities,
  redact: (text: string) => string,
): Aggregator {
  return shape === 'openai' ? new OpenAiAggregator({ eofWithoutDone, redact }) : new AnthropicAggregator(redact);
}

/** For an upstream that answers with JSON where a stream was asked for. */
export function streamOf(shape: Shape, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return shape === 'openai' ? streamOfCompletion(body) : streamOfMessage(body);
}
