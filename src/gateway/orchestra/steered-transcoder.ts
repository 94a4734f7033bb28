import { ApiError } from '../../protocol/api-error.ts';
import type { Shape } from '../../protocol/shape.ts';
import type { Steered } from '../../protocol/steer/steer.ts';
import { createTranscoder } from '../../protocol/transcode/create-transcoder.ts';
import { relocateError } from '../../protocol/transcode/relocate.ts';
import type { CrossingRequest, Transcoder } from '../../protocol/transcode/transcoder.ts';

/**
 * The transcoder of a request that is steered already. Whatever names a place in the body names it in the client's own:
 * the errors it throws, its warnings and what it locates.
 */
export function createSteeredTranscoder(
  client: Shape,
  upstream: Shape,
  request: CrossingRequest,
  { locate }: Steered,
): Transcoder {
  let transcoder: Transcoder;
  try {
    transcoder = createTranscoder(client, upstream, request);
  } catch (cause) {
    throw cause instanceof ApiError ? relocateError(cause, locate) : cause;
  }
  transcoder.warnings.relocate(locate);
  return {
    ...transcoder,
    exact: false,
    locate: (param) => {
      const place = transcoder.locate(param);
      return place === undefined ? undefined : locate(place);
    },
  };
}
