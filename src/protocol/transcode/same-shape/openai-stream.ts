import { encodeString } from '../../json/encode-string.ts';
import { ApiError } from '../../api-error.ts';
import { concat, EMPTY, equals, isJson } from '../../bytes.ts';
import { isNull, parseValue, removeMembers } from '../../json/members.ts';
import { isFault, type Member, type ObjectScan, scanObject, skipSpace } from '../../json/scan.ts';
import type { Edit } from '../../json/splice.ts';
import { readOpenAiUsage } from '../../openai/usage.ts';
import { renderStreamError } from '../../render-error.ts';
import { dataFrame, eventFrame } from '../../sse/encode.ts';
import { dataLines, Frame } from '../../sse/frame.ts';
import { FrameCutter } from '../../sse/frames.ts';
import type { Usage } from '../../usage.ts';
import { Oddities } from '../oddities.ts';
import type { StreamState, StreamTranscoder } from '../stream.ts';
import { classifyFaultWithoutStatus, readUpstreamFault, type UpstreamFault, redactFault } from '../upstream-error.ts';
import { readOpenAiErrorEvent } from './error-event.ts';
import { matchTemplate, rewriteAlone, rewriteText } from '../delta-template.ts';
import { type EditedTemplate, learnTemplate } from './learn-template.ts';
import type { SameShapeOptions } from './options.ts';
import { Rewriter } from '../rewriter.ts';

const DONE = dataFrame('[DONE]');
/** Frames that are no JSON: a proxy's noise is forwarded, a stream of it is not an answer. */
const MAX_MALFORMED = 3;
/** From this many bytes on, a chunk holds so many frames that a view pays. */
const MANY_FRAMES = 2048;

const encoder = new TextEncoder();
const ERROR = encoder.encode('error');
const DONE_MARK = encoder.encode('[DONE]');
const decoder = new TextDecoder();

/**
 * OpenAI chunks to an OpenAI client. Only these edits: `model` bears the public id; usage the client did not ask for
 * is taken out; `[DONE]` is added to a clean end that lacks it; nothing follows an error. Other bytes pass as they are.
 */
export class OpenAiSameShapeStream implements StreamTranscoder {
  state: StreamState = 'open';
  hasContent = false;
  usage: Usage | undefined;
  error: ApiError | undefined;
  /** Nothing is counted or kept where the upstream speaks the client's shape: usage is the upstream's own or unknown. */
  readonly usageEstimated = false;
  readonly kept = undefined;
  readonly oddities = new Oddities();

  readonly #options: SameShapeOptions;
  readonly #model: Uint8Array<ArrayBuffer>;
  readonly #cutter = new FrameCutter();
  readonly #frame = new Frame();
  #template: EditedTemplate | undefined;
  #finished = false;
  #malformed = 0;

  constructor(options: SameShapeOptions) {
    this.#options = options;
    this.#model = encodeString(options.publicModel);
  }

  get awaitsEnd(): boolean {
    return this.#finished;
  }

  push(chunk: Uint8Array): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    const whole = this.#cutter.push(chunk);
    return whole.length === 0 ? EMPTY : this.#relay(whole);
  }

  end(): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    const rest = this.#cutter.end();
    // Upstreams forget the last blank line; without it SDKs would lose the event. Half an event is dropped.
    const whole = rest.length === 0 ? EMPTY : wholePart(rest);
    const last = whole.length === 0 ? EMPTY : this.#relay(concat(whole, encoder.encode('\n\n')));
    if (this.state !== 'open') return last;
    if (this.#finished || this.#options.eofWithoutDone === 'ok') {
      this.state = 'complete';
      return concat(last, DONE);
    }
    return concat(
      last,
      this.fail(new ApiError('upstream_eof', 'The upstream stream ended early: the answer is incomplete')),
    );
  }

  fail(error: ApiError): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    this.state = 'failed';
    this.error = error;
    return renderStreamError('openai', error, this.#options.requestId);
  }

  /** Whole frames in, whole frames out. */
  #relay(bytes: Uint8Array): Uint8Array {
    const alone = this.#template;
    // The usual chunk of a paced stream is one delta. A view of it would make the engine give the array a buffer
    // object of its own, which costs more (5 µs) than all that is done here.
    if (
      alone !== undefined &&
      this.hasContent &&
      matchTemplate(alone, bytes, undefined, 0, bytes.length) === bytes.length
    ) {
      return alone.rewrites ? rewriteAlone(alone, bytes, 0, bytes.length) : bytes;
    }
    const out = new Rewriter(bytes);
    const view = bytes.length < MANY_FRAMES ? undefined : new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const frame = this.#frame;
    let end = 0;
    while (this.state === 'open') {
      const template = this.#template;
      if (template !== undefined && this.hasContent) {
        const next = matchTemplate(template, bytes, view, end, bytes.length);
        if (next > 0) {
          if (template.rewrites) rewriteText(template, out, end, next);
          end = next;
          continue;
        }
      }
      if (!frame.read(bytes, end, bytes.length, this.#cutter.sawCr)) {
        end = bytes.length;
        break;
      }
      end = frame.end;
      if (frame.dataLines === 1) this.#readData(bytes, out);
      else if (frame.dataLines > 1) {
        const text = this.#splitDataLines(bytes);
        out.replace(frame.start, end, text);
      } else this.#readDataless(bytes, out);
    }
    return out.finish(end);
  }

  /** A frame with one `data:` line: what matters in it is read, what must change is noted. */
  #readData(bytes: Uint8Array, out: Rewriter): void {
    const { start, end, dataStart, dataEnd } = this.#frame;
    if (isDone(bytes, dataStart, dataEnd)) {
      this.state = 'complete';
      return;
    }
    const scan = scanObject(bytes, dataStart, dataEnd);
    if (isFault(scan)) return this.#readText(bytes, out);
    let choices: Member | undefined;
    let usage: Member | undefined;
    let failed = this.#isErrorEvent(bytes);
    const mine: Edit[] = [];
    for (const member of scan.members) {
      if (member.name === 'choices') choices = member;
      else if (member.name === 'usage') usage = member;
      else if (member.name === 'model') this.#renameModel(bytes, member, mine);
      else if (member.name === 'error' && !isZero(bytes, member)) failed = true;
    }
    const empty = choices === undefined || isEmptyArray(bytes, choices);
    const reported = usage !== undefined && !isNull(bytes, usage);
    if (usage !== undefined && reported) this.usage = readOpenAiUsage(parseValue(bytes, usage)) ?? this.usage;
    if (failed) return this.#forwardError(bytes, out);
    if (usage !== undefined) {
      if (this.#options.hideUsage && !this.#hideUsage(scan, empty && reported, mine)) {
        out.replace(start, end, EMPTY);
        return;
      }
    }
    for (const edit of mine) out.replace(edit.start, edit.end, edit.text);
    if (choices === undefined || empty) return;
    const told = parseValue(bytes, choices);
    if (!this.hasContent) this.hasContent = holdsContent(told);
    if (hasFinish(told)) this.#finished = true;
    else if (!reported) this.#template = learnTemplate(bytes, start, end, choices, mine) ?? this.#template;
  }

  /** Data that is no JSON object: the words of an error, nothing at all (which breaks SDKs), or noise. */
  #readText(bytes: Uint8Array, out: Rewriter): void {
    const { start, end, dataStart, dataEnd } = this.#frame;
    const text = decoder.decode(bytes.subarray(dataStart, dataEnd)).trim();
    if (this.#isErrorEvent(bytes)) {
      const words = this.#options.redact(readWords(text));
      out.replace(start, end, this.fail(new ApiError('upstream_error', words)));
    } else if (text === '') out.replace(start, end, EMPTY);
    else {
      this.oddities.count('malformed_frame');
      if (++this.#malformed < MAX_MALFORMED) return;
      const error = new ApiError('upstream_error', 'The upstream sent a stream that is not JSON');
      out.replace(start, end, this.fail(error));
    }
  }

  #isErrorEvent(bytes: Uint8Array): boolean {
    const { eventStart, eventEnd } = this.#frame;
    return eventStart >= 0 && equals(bytes, eventStart, eventEnd, ERROR);
  }

  /** Takes the usage member out; false when the frame carries nothing else and goes whole. */
  #hideUsage(scan: ObjectScan, usageOnly: boolean, mine: Edit[]): boolean {
    if (usageOnly) return false;
    mine.push(...removeMembers(scan, (member) => member.name === 'usage'));
    mine.sort((a, b) => a.start - b.start);
    return true;
  }

  #renameModel(bytes: Uint8Array, member: Member, mine: Edit[]): void {
    const length = member.valueEnd - member.valueStart;
    if (bytes[member.valueStart] !== 0x22 || length <= 2) return;
    if (equals(bytes, member.valueStart, member.valueEnd, this.#model)) return;
    mine.push({ start: member.valueStart, end: member.valueEnd, text: this.#model });
  }

  /** The upstream's own error is the last event the client gets. */
  #forwardError(bytes: Uint8Array, out: Rewriter): void {
    const { start, end, dataStart, dataEnd } = this.#frame;
    const { error, frame } = readOpenAiErrorEvent(decoder.decode(bytes.subarray(dataStart, dataEnd)), this.#options);
    this.state = 'failed';
    this.error = error;
    if (frame !== undefined) out.replace(start, end, frame);
  }

  /** Several `data:` lines are one JSON text, or — from upstreams that forget blank lines — one event each. */
  #splitDataLines(bytes: Uint8Array): Uint8Array {
    const lines = dataLines(bytes, this.#frame, this.#cutter.sawCr);
    const joined = lines.join(' ');
    const failed = this.#isErrorEvent(bytes);
    const texts = failed || isJson(joined) ? [joined] : lines;
    if (texts === lines) this.oddities.count('missing_blank_line');
    const parts: Uint8Array[] = [];
    for (const text of texts) {
      if (this.state === 'open') parts.push(this.#relayCopy(failed ? eventFrame('error', text) : dataFrame(text)));
    }
    return parts.reduce(concat, EMPTY);
  }

  #relayCopy(bytes: Uint8Array): Uint8Array {
    const { start, end } = this.#frame;
    const out = this.#relay(bytes);
    this.#frame.start = start;
    this.#frame.end = end;
    return out;
  }

  /** Comments pass. A bare JSON error and an `error:` field end the stream; a field without data breaks SDKs and goes. */
  #readDataless(bytes: Uint8Array, out: Rewriter): void {
    const { start, end } = this.#frame;
    const text = withoutComments(decoder.decode(bytes.subarray(start, end)));
    const fault = readBareFault(text);
    if (fault !== undefined) {
      const error = classifyFaultWithoutStatus(redactFault(fault, this.#options.redact));
      out.replace(start, end, this.fail(error));
    } else if (FIELD.test(text)) out.replace(start, end, EMPTY);
  }
}

/** A line of a field that SSE knows. */
const FIELD = /^(?:event|id|retry)(?::|$)/m;
const ERROR_FIELD = /^error:/;

function withoutComments(text: string): string {
  return text.replace(/^:.*$/gm, '').trim();
}

/** An error that stands in a stream without being an event: `{"error":…}` or a field named `error`. */
function readBareFault(text: string): UpstreamFault | undefined {
  const isField = ERROR_FIELD.test(text);
  const words = isField ? text.slice('error:'.length).trim() : text;
  const fault = isJson(words) ? readUpstreamFault(JSON.parse(words)) : undefined;
  return fault ?? (isField ? { message: readWords(words) } : undefined);
}

/** What an error says in plain text or as a JSON string. */
function readWords(text: string): string {
  const value: unknown = isJson(text) ? JSON.parse(text) : text;
  return (typeof value === 'string' ? value.trim() : text) || 'The upstream reported an error';
}

function hasFinish(choices: unknown): boolean {
  if (!Array.isArray(choices)) return false;
  return choices.some((choice: { finish_reason?: unknown } | null) => {
    const reason = choice?.finish_reason;
    return typeof reason === 'string' && reason !== '';
  });
}

/** Whether a choice has an end, or says anything but whose turn it is. */
function holdsContent(choices: unknown): boolean {
  if (hasFinish(choices)) return true;
  return (
    Array.isArray(choices) &&
    choices.some((choice: Record<string, unknown> | null) => {
      const said = choice?.['delta'] ?? choice?.['message'] ?? choice?.['text'];
      if (typeof said !== 'object' || said === null) return isFilled(said);
      return Object.entries(said).some(([name, value]) => name !== 'role' && isFilled(value));
    })
  );
}

function isFilled(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== '';
}

function isDone(bytes: Uint8Array, start: number, end: number): boolean {
  const i = skipSpace(bytes, start, end);
  return i + DONE_MARK.length <= end && equals(bytes, i, i + DONE_MARK.length, DONE_MARK);
}

/** `null`, and what vendors send for it whose members are never absent: `""`, `{}`. */
function isZero(bytes: Uint8Array, member: Member): boolean {
  return isNull(bytes, member) || member.valueEnd - member.valueStart <= 2;
}

function isEmptyArray(bytes: Uint8Array, member: Member): boolean {
  if (isNull(bytes, member)) return true;
  for (let i = member.valueStart + 1; i < member.valueEnd - 1; i++) if ((bytes[i] as number) > 0x20) return false;
  return bytes[member.valueStart] === 0x5b;
}

/** What can be told of a frame that the end of the stream cut off: an error, or the events that are whole. */
function wholePart(rest: Uint8Array): Uint8Array {
  const sawCr = rest.includes(0x0d);
  const frame = new Frame();
  if (!frame.read(rest, 0, rest.length, sawCr)) return EMPTY;
  if (frame.dataLines === 0) {
    return readBareFault(withoutComments(decoder.decode(rest))) === undefined ? EMPTY : rest;
  }
  const lines = dataLines(rest, frame, sawCr);
  const isError = frame.eventStart >= 0 && equals(rest, frame.eventStart, frame.eventEnd, ERROR);
  if (isError || isWholeEvent(lines.join(' '))) return rest;
  const whole = lines.filter(isWholeEvent);
  return encoder.encode(whole.map((line) => `data: ${line}`).join('\n'));
}

function isWholeEvent(data: string): boolean {
  return data.trimStart().startsWith('[DONE]') || (data.trimStart().startsWith('{') && isJson(data));
}
