import type { Shape } from '../../shape.ts';
import type { CrossingRequest, Transcoder } from '../transcoder.ts';
import { Warnings } from '../warnings.ts';
import type { SameShapeOptions } from './options.ts';
import { prepareSameShape } from './request.ts';
import { relayJson } from './response.ts';
import { openSameShapeStream } from './stream.ts';

/** For an upstream of the client's own shape: bytes pass as they are, both ways, but for the few that have to change. */
export function createSameShapeTranscoder(shape: Shape, request: CrossingRequest): Transcoder {
  const { facts, capabilities, requestId, estimateInput, redact, thinking } = request;
  const warnings = new Warnings();
  const prepared = prepareSameShape(shape, request, warnings);
  const options: SameShapeOptions = {
    publicModel: facts.model,
    requestId,
    hideUsage: prepared.usageInjected,
    eofWithoutDone: capabilities.eofWithoutDone,
    estimateInput,
    redact,
    signed: thinking?.signed,
  };
  return {
    body: prepared.body,
    asksForStream: prepared.asksForStream,
    exact: prepared.exact,
    warnings,
    locate: (param) => param,
    readJson: (body) => relayJson(shape, body, options),
    openStream: () => openSameShapeStream(shape, options),
  };
}
