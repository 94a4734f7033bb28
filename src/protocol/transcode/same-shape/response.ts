import { ApiError } from '../../api-error.ts';
import { encodeString } from '../../json/encode-string.ts';
import { isNull, parseValue } from '../../json/members.ts';
import { JsonNode } from '../../json/node.ts';
import { findMember, type Member } from '../../json/scan.ts';
import { skipSpace } from '../../json/skip.ts';
import { splice } from '../../json/splice.ts';
import { scanAnswer } from '../../scan-answer.ts';
import type { Shape } from '../../shape.ts';
import { countBlock } from '../count-anthropic-output.ts';
import { OpenAiOutputCounter } from '../count-openai-output.ts';
import { Oddities } from '../oddities.ts';
import { signaturesOfBlocks, signaturesOfChoices } from '../signatures.ts';
import { lengthOf, Tally } from '../tally.ts';
import { AnthropicToldUsage, OpenAiToldUsage } from '../told-usage.ts';
import type { JsonAnswer } from '../transcoder.ts';
import { errorOfFault, readUpstreamFault } from '../upstream-error.ts';
import type { SameShapeOptions } from './options.ts';

const CLOSE_BRACKET = 0x5d;

/**
 * A whole JSON answer to a client of the same shape: `model` bears the public id, other bytes pass as they are.
 * Throws an `ApiError` when the body is no answer: not JSON, cut, or a 200 that carries an error.
 */
export function relayJson(shape: Shape, body: Uint8Array<ArrayBuffer>, options: SameShapeOptions): JsonAnswer {
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
  const oddities = new Oddities();
  const tally = new Tally(options.estimateInput);
  const usage = findMember(scan, 'usage');
  const told = usage === undefined ? undefined : parseValue(body, usage);
  if (shape === 'openai') tallyChoices(body, answer, told, tally, oddities);
  else tallyBlocks(body, answer, told, tally, oddities);
  tally.finish(oddities);
  const renamed =
    model === undefined
      ? body
      : splice(body, [{ start: model.valueStart, end: model.valueEnd, text: encodeString(options.publicModel) }]);
  return { bytes: renamed, ...tally.used(), kept: undefined, oddities };
}

function tallyChoices(body: Uint8Array, choices: Member, usage: unknown, tally: Tally, oddities: Oddities): void {
  const { elements } = new JsonNode(body, choices.valueStart, choices.valueEnd);
  const counter = new OpenAiOutputCounter(tally);
  for (const choice of elements) counter.choice(choice);
  const told = new OpenAiToldUsage(tally, oddities);
  if (!told.read(usage)) for (const choice of elements) told.read(choice.get('usage')?.value);
}

function tallyBlocks(body: Uint8Array, content: Member, usage: unknown, tally: Tally, oddities: Oddities): void {
  const node = new JsonNode(body, content.valueStart, content.valueEnd);
  // A text, from vendors who take the shape lightly.
  if (node.kind === 'string') tally.text.bytes += lengthOf(node);
  for (const block of node.elements) countBlock(block, tally);
  new AnthropicToldUsage(tally, oddities).read(usage, false);
}

/** What a 200 without an answer says went wrong. */
function errorInsteadOf(shape: Shape, body: Uint8Array, options: SameShapeOptions): ApiError {
  const fault = readUpstreamFault(JSON.parse(new TextDecoder().decode(body)));
  if (fault !== undefined) return errorOfFault(fault, options.redact);
  return new ApiError('upstream_error', `The upstream answered without ${shape === 'openai' ? 'choices' : 'content'}`);
}
