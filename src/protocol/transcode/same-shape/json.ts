import { mergeAnthropicUsage } from '../../anthropic/usage.ts';
import { ApiError } from '../../api-error.ts';
import { isNull, parseValue } from '../../json/members.ts';
import { findMember, isFault, scanObject } from '../../json/scan.ts';
import { splice } from '../../json/splice.ts';
import { readOpenAiUsage } from '../../openai/usage.ts';
import type { Shape } from '../../shape.ts';
import type { Usage } from '../../usage.ts';
import { classifyFaultWithoutStatus, readUpstreamFault } from '../upstream-error.ts';
import type { SameShapeOptions } from './options.ts';

const encoder = new TextEncoder();

export interface JsonAnswer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly usage: Usage | undefined;
}

/**
 * A whole JSON answer to a client of the same shape: `model` bears the public id, other bytes pass as they are.
 * Throws an `ApiError` when the body is no answer: not JSON, cut, or a 200 that carries an error.
 */
export function relayJson(shape: Shape, body: Uint8Array<ArrayBuffer>, options: SameShapeOptions): JsonAnswer {
  const scan = scanObject(body);
  if (isFault(scan)) throw new ApiError('upstream_error', `The upstream's answer is not valid JSON: ${scan.message}`);
  const error = findMember(scan, 'error');
  const answer = findMember(scan, shape === 'openai' ? 'choices' : 'content');
  if (answer === undefined && error !== undefined && !isNull(body, error)) {
    const fault = readUpstreamFault({ error: parseValue(body, error) }) ?? {
      message: 'the upstream reported an error',
    };
    throw classifyFaultWithoutStatus({ ...fault, message: options.redact(fault.message) });
  }
  if (answer === undefined) {
    throw new ApiError('upstream_error', `The upstream answered without ${shape === 'openai' ? 'choices' : 'content'}`);
  }
  const model = findMember(scan, 'model');
  const usage = findMember(scan, 'usage');
  const reported = usage === undefined ? undefined : parseValue(body, usage);
  const renamed =
    model === undefined
      ? body
      : splice(body, [
          { start: model.valueStart, end: model.valueEnd, text: encoder.encode(JSON.stringify(options.publicModel)) },
        ]);
  return {
    bytes: renamed,
    usage: shape === 'openai' ? readOpenAiUsage(reported) : mergeAnthropicUsage(undefined, reported),
  };
}
