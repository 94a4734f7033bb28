import { mergeAnthropicUsage } from '../../anthropic/usage.ts';
import { ApiError } from '../../api-error.ts';
import { concat, EMPTY, equals, isJson } from '../../bytes.ts';
import { renderStreamError } from '../../render-error.ts';
import { dataFrame, eventFrame } from '../../sse/encode.ts';
import { dataLines, Frame } from '../../sse/frame.ts';
import { FrameCutter } from '../../sse/frames.ts';
import { type Edit, splice } from '../../json/splice.ts';
import type { Usage } from '../../usage.ts';
import { Oddities } from '../oddities.ts';
import type { StreamState, StreamTranscoder } from '../stream.ts';
import { classifyFaultWithoutStatus, readUpstreamFault, redactFault } from '../upstream-error.ts';
import { repairEvent } from './anthropic-repair.ts';
import { readAnthropicErrorEvent } from './error-event.ts';
import type { SameShapeOptions } from './options.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Events that carry neither usage nor an id nor an end: nearly all of a stream. They pass unread. */
const PLAIN_EVENTS = ['content_block_delta', 'content_block_stop', 'ping'].map((name) => encoder.encode(name));

const PING = encoder.encode('ping');

/** Events of an answer that has begun in earnest. */
const CONTENT_EVENTS = new Set(['content_block_delta', 'content_block_stop', 'message_delta', 'message_stop']);

const MAX_MALFORMED = 3;

/** What may become a line of its own: an upstream's `type` could hold line ends. */
const EVENT_NAME = /^[\w.-]+$/;

/**
 * Anthropic events to an Anthropic client. Only these edits: `message.model` bears the public id; `event:` lines are
 * added to data-only frames, which the SDKs would ignore; members the SDKs throw without are filled in; a stray
 * `[DONE]` goes; nothing follows `message_stop` or an error. Other bytes pass as they are.
 */
export class AnthropicSameShapeStream implements StreamTranscoder {
  state: StreamState = 'open';
  hasContent = false;
  usage: Usage | undefined;
  error: ApiError | undefined;
  /** Nothing is counted or kept where the upstream speaks the client's shape: usage is the upstream's own or unknown. */
  readonly usageEstimated = false;
  readonly kept = undefined;
  readonly oddities = new Oddities();

  readonly #options: SameShapeOptions;
  readonly #cutter = new FrameCutter();
  readonly #frame = new Frame();
  #stopSeen = false;
  #malformed = 0;

  constructor(options: SameShapeOptions) {
    this.#options = options;
  }

  get awaitsEnd(): boolean {
    return this.#stopSeen && this.#options.eofWithoutDone === 'ok';
  }

  push(chunk: Uint8Array): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    const whole = this.#cutter.push(chunk);
    return whole.length === 0 ? EMPTY : this.#relay(whole);
  }

  end(): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    const rest = this.#cutter.end();
    const last = rest.length === 0 ? EMPTY : this.#relay(concat(rest, encoder.encode('\n\n')), true);
    if (this.state !== 'open') return last;
    if (this.#stopSeen && this.#options.eofWithoutDone === 'ok') {
      this.state = 'complete';
      return concat(last, eventFrame('message_stop', '{"type":"message_stop"}'));
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
    return renderStreamError('anthropic', error, this.#options.requestId);
  }

  /** Whole frames in, whole frames out. `last`: the frame was cut off by the end of the stream and may be half of one. */
  #relay(bytes: Uint8Array, last = false): Uint8Array {
    const edits: Edit[] = [];
    const frame = this.#frame;
    let end = 0;
    while (this.state === 'open' && frame.read(bytes, end, bytes.length, this.#cutter.sawCr)) {
      end = frame.end;
      if (frame.dataLines === 1 && isPlain(bytes, frame) && !last) {
        if (!this.hasContent) this.hasContent = !equals(bytes, frame.eventStart, frame.eventEnd, PING);
        continue;
      }
      if (frame.dataLines > 0) this.#readEvent(bytes, edits, last);
      else if (bytes[frame.start] !== 0x3a) this.#readDataless(bytes, edits, last);
    }
    return splice(end === bytes.length ? bytes : bytes.subarray(0, end), edits);
  }

  #readEvent(bytes: Uint8Array, edits: Edit[], last: boolean): void {
    const { start, end, eventStart, eventEnd, dataLines: lines } = this.#frame;
    const texts = dataLines(bytes, this.#frame, this.#cutter.sawCr);
    const text = texts.join(' ').trim();
    if (text.startsWith('[DONE]')) {
      this.oddities.count('stray_done');
      edits.push({ start, end, text: EMPTY });
      return;
    }
    const named = eventStart >= 0 ? decoder.decode(bytes.subarray(eventStart, eventEnd)) : '';
    const event = parseEvent(text);
    if (event === undefined) {
      if (named === 'error') edits.push({ start, end, text: this.#failWith(text) });
      else if (lines > 1 && texts.some(parseEvent)) edits.push({ start, end, text: this.#relayLines(texts) });
      else if (last || text === '') edits.push({ start, end, text: EMPTY });
      else {
        this.oddities.count('malformed_frame');
        if (++this.#malformed < MAX_MALFORMED) return;
        edits.push({ start, end, text: this.#failWith('The upstream sent a stream that is not JSON') });
      }
      return;
    }
    const type = typeof event.type === 'string' ? event.type : named || (event.error === undefined ? '' : 'error');
    if (type === 'error' || named === 'error') {
      this.#forwardError(text, edits);
      return;
    }
    this.#note(type, event);
    const repaired = repairEvent(type, text, event, this.#options.publicModel);
    const name = named || (EVENT_NAME.test(type) ? type : '');
    if (repaired !== text && type !== 'message_start') this.oddities.count('repaired_event');
    if (named === '') this.oddities.count('unnamed_event');
    if (repaired !== text || lines > 1 || (named === '' && name !== '')) {
      edits.push({ start, end, text: name === '' ? dataFrame(repaired) : eventFrame(name, repaired) });
    }
  }

  /** Upstreams that forget blank lines: each data line is an event. A half one, left by a cut, is none. */
  #relayLines(texts: readonly string[]): Uint8Array {
    const { start, end } = this.#frame;
    let out: Uint8Array = EMPTY;
    for (const text of texts) {
      if (this.state === 'open' && parseEvent(text) !== undefined) out = concat(out, this.#relay(dataFrame(text)));
    }
    this.#frame.start = start;
    this.#frame.end = end;
    return out;
  }

  #failWith(words: string): Uint8Array {
    return this.fail(new ApiError('upstream_error', this.#options.redact(words) || 'The upstream reported an error'));
  }

  #note(type: string, event: Record<string, unknown>): void {
    if (!this.hasContent) this.hasContent = CONTENT_EVENTS.has(type);
    if (type === 'message_start') {
      const message = event.message as { usage?: unknown } | undefined;
      this.usage = mergeAnthropicUsage(this.usage, message?.usage);
    } else if (type === 'message_delta') {
      this.usage = mergeAnthropicUsage(this.usage, event.usage);
      const delta = event.delta as { stop_reason?: unknown } | null | undefined;
      if (typeof delta?.stop_reason === 'string') this.#stopSeen = true;
    } else if (type === 'message_stop') this.state = 'complete';
  }

  /** The upstream's own error is the last event the client gets. */
  #forwardError(text: string, edits: Edit[]): void {
    const { start, end } = this.#frame;
    const { error, frame } = readAnthropicErrorEvent(text, this.#options);
    this.state = 'failed';
    this.error = error;
    if (frame !== undefined) edits.push({ start, end, text: frame });
  }

  /** A bare JSON error ends the stream; an event without data is ignored by every SDK and passes. */
  #readDataless(bytes: Uint8Array, edits: Edit[], last: boolean): void {
    const { start, end } = this.#frame;
    const text = decoder.decode(bytes.subarray(start, end)).trim();
    const fault = isJson(text) ? readUpstreamFault(JSON.parse(text)) : undefined;
    if (fault === undefined) {
      if (last) edits.push({ start, end, text: EMPTY });
      return;
    }
    const error = classifyFaultWithoutStatus(redactFault(fault, this.#options.redact));
    edits.push({ start, end, text: this.fail(error) });
  }
}

function isPlain(bytes: Uint8Array, frame: Frame): boolean {
  if (frame.eventStart < 0) return false;
  for (const name of PLAIN_EVENTS) if (equals(bytes, frame.eventStart, frame.eventEnd, name)) return true;
  return false;
}

function parseEvent(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
