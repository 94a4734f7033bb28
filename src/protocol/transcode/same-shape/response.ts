import { mergeAnthropicUsage } from '../../anthropic/usage.ts';
import { ApiError } from '../../api-error.ts';
import { encodeString } from '../../json/encode-string.ts';
import { isNull, parseValue } from '../../json/members.ts';
import { findMember } from '../../json/scan.ts';
import { skipSpace } from '../../json/skip.ts';
import { splice } from '../../json/splice.ts';
import { readOpenAiUsage } from '../../openai/usage.ts';
import { scanAnswer } from '../../scan-answer.ts';
import type { Shape } from '../../shape.ts';
import { signaturesOfBlocks, signaturesOfChoices } from '../signatures.ts';
import type { JsonAnswer } from '../transcoder.ts';
import { errorOfFault, readUpstreamFault } from '../upstream-error.ts';
import type { SameShapeOptions } from './options.ts';

const CLOSE_BRACKET = 0x5d;

/**
 * A whole JSON answer to a client of the same shape: `model` bears the public id, other bytes pass as they are.
 * Throws an `ApiError` when the body is no answer: not JSON, cut, or a 200 that carries an error.
 */
export function relayJson(
  shape: Shape,
  body: Uint8Array<ArrayBuffer>,
  options: SameShapeOptions,
): Pick<JsonAnswer, 'bytes' | 'usage'> {
  const scan = scanAnswer(body);
  const answer = findMember(scan, shape === 'openai' ? 'choices' : 'content');
  if (answer === undefined || isNull(body, answer)) throw errorInsteadOf(shape, body, options);
  const error = findMember(scan, 'error');
  const isEmpty = body[skipSpace(body, answer.valueStart + 1, body.length)] === CLOSE_BRACKET;
  if (isEmpty && error !== undefined && !isNull(body, error)) throw errorInsteadOf(shape, body, options);
  if (options.signed !== undefined) {
    const told = parseValue(body, answer);
    (shape === 'openai' ? signaturesOfChoices(told) : signaturesOfBlocks(told)).forEach(options.signed);
  }
  const model = findMember(scan, 'model');
  const usage = findMember(scan, 'usage');
  const reported = usage === undefined ? undefined : parseValue(body, usage);
  const renamed =
    model === undefined
      ? body
      : splice(body, [{ start: model.valueStart, end: model.valueEnd, text: encodeString(options.publicModel) }]);
  return {
    bytes: renamed,
    usage: shape === 'openai' ? readOpenAiUsage(reported) : mergeAnthropicUsage(undefined, reported),
  };
}

/** What a 200 without an answer says went wrong. */
function errorInsteadOf(shape: Shape, body: Uint8Array, options: SameShapeOptions): ApiError {
  const fault = readUpstreamFault(JSON.parse(new TextDecoder().decode(body)));
  if (fault !== undefined) return errorOfFault(fault, options.redact);
  return new ApiError('upstream_error', `The upstream answered without ${shape === 'openai' ? 'choices' : 'content'}`);
}
