import { ApiError } from '../../api-error.ts';
import { equals } from '../../bytes.ts';
import { encodeString } from '../../json/encode-string.ts';
import { isNull, parseValue, valueOf } from '../../json/members.ts';
import { JsonNode } from '../../json/node.ts';
import { findMember, type Member, type ObjectScan } from '../../json/scan.ts';
import { skipSpace } from '../../json/skip.ts';
import { splice } from '../../json/splice.ts';
import { finishOf } from '../../openai/chunk.ts';
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
const QUOTE = 0x22;

const CONTENT = new TextEncoder().encode('"content":"');
const TEXT = new TextEncoder().encode('"text":"');
const NEAR_BYTES = 256;

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
  return {
    bytes: renamed,
    ...tally.used(),
    kept: undefined,
    oddities,
    // Read only where somebody wants to know: an answer need not be looked into for it (4 µs for 1.5 kB).
    get finishReason() {
      return shape === 'openai' ? finishOfChoices(body, answer) : stopReasonOf(body, scan);
    },
  };
}

function finishOfChoices(body: Uint8Array, choices: Member): string | undefined {
  const [choice] = new JsonNode(body, choices.valueStart, choices.valueEnd).elements;
  return choice === undefined ? undefined : finishOf(choice);
}

function stopReasonOf(body: Uint8Array, scan: ObjectScan): string | undefined {
  const reason = valueOf(body, scan, 'stop_reason');
  return typeof reason === 'string' ? reason : undefined;
}

function tallyChoices(body: Uint8Array, choices: Member, usage: unknown, tally: Tally, oddities: Oddities): void {
  const told = new OpenAiToldUsage(tally, oddities);
  told.read(usage);
  if (tally.isTold && showsText(body, choices, CONTENT)) return tally.noteOutput();
  const { elements } = new JsonNode(body, choices.valueStart, choices.valueEnd);
  const counter = new OpenAiOutputCounter(tally);
  for (const choice of elements) {
    counter.whole(choice);
    if (!tally.isTold) told.read(choice.get('usage')?.value);
  }
}

function tallyBlocks(body: Uint8Array, content: Member, usage: unknown, tally: Tally, oddities: Oddities): void {
  new AnthropicToldUsage(tally, oddities).read(usage, false);
  if (tally.isTold && showsText(body, content, TEXT)) return tally.noteOutput();
  const node = new JsonNode(body, content.valueStart, content.valueEnd);
  // A text, from vendors who take the shape lightly.
  if (node.kind === 'string') tally.text.bytes += lengthOf(node);
  for (const block of node.elements) countBlock(block, tally);
}

/**
 * Whether a text that is not empty begins soon, written as nearly all vendors write it. Where usage was told, that is
 * all there is to know, and a reading of the whole answer costs four times as much (6 µs for 1.5 kB).
 */
function showsText(body: Uint8Array, { valueStart, valueEnd }: Member, name: Uint8Array): boolean {
  const last = Math.min(valueEnd, valueStart + NEAR_BYTES) - name.length - 1;
  for (let i = valueStart; i < last; i++) {
    if (body[i] === QUOTE && equals(body, i, i + name.length, name)) return body[i + name.length] !== QUOTE;
  }
  return false;
}

/** What a 200 without an answer says went wrong. */
function errorInsteadOf(shape: Shape, body: Uint8Array, options: SameShapeOptions): ApiError {
  const fault = readUpstreamFault(JSON.parse(new TextDecoder().decode(body)));
  if (fault !== undefined) return errorOfFault(fault, options.redact);
  return new ApiError('upstream_error', `The upstream answered without ${shape === 'openai' ? 'choices' : 'content'}`);
}
