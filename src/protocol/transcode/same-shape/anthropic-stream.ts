import { viewOf } from '../../byte-pattern.ts';
import { concat, EMPTY, equals } from '../../bytes.ts';
import { isFault, scanObject } from '../../json/scan.ts';
import { dataFrame, eventFrame } from '../../sse/encode.ts';
import { dataLines, type Frame } from '../../sse/frame.ts';
import { type DeltaFrame, learnDelta } from '../anthropic-delta-frame.ts';
import { countDelta, countEvent } from '../count-anthropic-output.ts';
import { Rewriter } from '../rewriter.ts';
import { signaturesOfEvent } from '../signatures.ts';
import type { Written } from '../tally.ts';
import { AnthropicToldUsage } from '../told-usage.ts';
import { errorOfFault, parseUpstreamFault } from '../upstream-error.ts';
import { repairEvent } from './anthropic-repair.ts';
import { readAnthropicErrorEvent } from './error-event.ts';
import type { SameShapeOptions } from './options.ts';
import { RelayedStream } from './relayed-stream.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const BLANK_LINE = encoder.encode('\n\n');
const MESSAGE_STOP = eventFrame('message_stop', '{"type":"message_stop"}');

/** Events that carry neither usage nor an id nor an end: nearly all of a stream. They pass unread. */
const PLAIN_EVENTS = ['content_block_delta', 'content_block_stop', 'ping'].map((name) => encoder.encode(name));

const PING = encoder.encode('ping');

const DELTA = encoder.encode('content_block_delta');

/** What an event that brings a signature names. */
const SIGNATURE_DELTA = encoder.encode('signature_delta');

/** Events of an answer that has begun in earnest. */
const CONTENT_EVENTS = new Set(['content_block_delta', 'content_block_stop', 'message_delta', 'message_stop']);

const COLON = 0x3a;

const MAX_FUTILE = 16;

/** What may become a line of its own: an upstream's `type` could hold line ends. */
const EVENT_NAME = /^[\w.-]+$/;

/**
 * Anthropic events to an Anthropic client. Only these edits: `message.model` bears the public id; `event:` lines are
 * added to data-only frames, which the SDKs would ignore; members the SDKs throw without are filled in; a stray
 * `[DONE]` goes; nothing follows `message_stop` or an error. Other bytes pass as they are.
 */
export class AnthropicSameShapeStream extends RelayedStream {
  readonly #told = new AnthropicToldUsage(this.tally, this.oddities);
  /** The frame of the deltas that come at present, and what their texts are counted with. */
  #template: DeltaFrame | undefined;
  #written: Written = this.tally.text;
  /** Templates learnt one after another without one frame that fitted: then the frames are all different. */
  #futile = 0;

  constructor(options: SameShapeOptions) {
    super('anthropic', options);
  }

  get awaitsEnd(): boolean {
    return this.finishReason !== undefined && this.options.eofWithoutDone === 'ok';
  }

  protected get endMark(): Uint8Array | undefined {
    return this.awaitsEnd ? MESSAGE_STOP : undefined;
  }

  protected relayRest(rest: Uint8Array): Uint8Array {
    return this.#relay(concat(rest, BLANK_LINE), true);
  }

  protected relay(bytes: Uint8Array): Uint8Array {
    return this.#relay(bytes, false);
  }

  /** `last`: the frame was cut off by the end of the stream and may be half of one. */
  #relay(bytes: Uint8Array, last: boolean): Uint8Array {
    const alone = this.#template;
    // The usual chunk of a paced stream is one delta.
    if (alone?.match(bytes, undefined, 0, bytes.length) === true && alone.end === bytes.length) {
      this.#written.bytes += alone.textEnd - alone.textStart;
      this.#futile = 0;
      return bytes;
    }
    const out = new Rewriter(bytes);
    const frame = this.frame;
    const view = viewOf(bytes);
    let end = 0;
    while (this.state === 'open') {
      const template = this.#template;
      if (template?.match(bytes, view, end, bytes.length) === true) {
        this.#written.bytes += template.textEnd - template.textStart;
        this.#futile = 0;
        end = template.end;
        continue;
      }
      if (!frame.read(bytes, end, bytes.length, this.sawCr)) break;
      end = frame.end;
      if (frame.dataLines === 1 && isPlain(bytes, frame) && !last) {
        if (!this.hasContent) this.hasContent = !equals(bytes, frame.eventStart, frame.eventEnd, PING);
        if (equals(bytes, frame.eventStart, frame.eventEnd, DELTA)) this.#countDelta(bytes);
        if (this.options.signed !== undefined && names(bytes, frame, SIGNATURE_DELTA)) this.#tellSignature(bytes);
        continue;
      }
      if (frame.dataLines > 0) this.#readEvent(bytes, out, last);
      else if (bytes[frame.start] !== COLON) this.#readDataless(bytes, out, last);
    }
    return out.finish(end);
  }

  /** The delta at hand passes unread, but for its length. */
  #countDelta(bytes: Uint8Array): void {
    const { start, end, dataStart, dataEnd } = this.frame;
    const event = scanObject(bytes, dataStart, dataEnd);
    const delta = isFault(event) ? undefined : countDelta(bytes, event, this.tally);
    if (isFault(event) || delta === undefined || this.#futile >= MAX_FUTILE) return;
    this.#futile++;
    this.#template = learnDelta(bytes, start, end, event, delta.name);
    this.#written = delta.written;
  }

  /** The same for an event that is read. */
  #count(type: string, text: string): void {
    const bytes = encoder.encode(text);
    const event = scanObject(bytes);
    if (!isFault(event)) countEvent(type, bytes, event, this.tally);
  }

  #readEvent(bytes: Uint8Array, out: Rewriter, last: boolean): void {
    const { eventStart, eventEnd } = this.frame;
    const texts = dataLines(bytes, this.frame, this.sawCr);
    const text = texts.join(' ').trim();
    if (text.startsWith('[DONE]')) {
      this.oddities.count('stray_done');
      return this.replaceFrame(out, EMPTY);
    }
    const named = eventStart >= 0 ? decoder.decode(bytes.subarray(eventStart, eventEnd)) : '';
    const event = parseEvent(text);
    if (event === undefined) return this.#readText(texts, named, out, last);
    const type = typeof event.type === 'string' ? event.type : named || (event.error === undefined ? '' : 'error');
    if (type === 'error' || named === 'error') {
      return this.forwardError(out, readAnthropicErrorEvent(text, this.options));
    }
    this.#count(type, text);
    this.#note(type, event);
    const repaired = repairEvent(type, text, event, this.options.publicModel);
    const name = named || (EVENT_NAME.test(type) ? type : '');
    if (repaired !== text && type !== 'message_start') this.oddities.count('repaired_event');
    if (named === '') this.oddities.count('unnamed_event');
    if (repaired !== text || texts.length > 1 || (named === '' && name !== '')) {
      this.replaceFrame(out, name === '' ? dataFrame(repaired) : eventFrame(name, repaired));
    }
  }

  /** Data that is no event: the words of an error, one event each from upstreams that forget blank lines, or noise. */
  #readText(texts: readonly string[], named: string, out: Rewriter, last: boolean): void {
    const text = texts.join(' ').trim();
    if (named === 'error') this.replaceFrame(out, this.failWith(text || 'The upstream reported an error'));
    else if (texts.length > 1 && texts.some(parseEvent)) {
      // A half one, left by a cut, is none.
      const events = texts.filter((line) => parseEvent(line) !== undefined);
      this.replaceFrame(out, this.relayEach(events.map(dataFrame)));
    } else if (last || text === '') this.replaceFrame(out, EMPTY);
    else this.readNoise(out);
  }

  /** The event at hand passes unread, but for this. */
  #tellSignature(bytes: Uint8Array): void {
    const event = parseEvent(decoder.decode(bytes.slice(this.frame.dataStart, this.frame.dataEnd)));
    if (event !== undefined) this.#tellSigned(event);
  }

  #tellSigned(event: Record<string, unknown>): void {
    const { signed } = this.options;
    if (signed !== undefined) signaturesOfEvent(event).forEach(signed);
  }

  #note(type: string, event: Record<string, unknown>): void {
    this.#tellSigned(event);
    if (!this.hasContent) this.hasContent = CONTENT_EVENTS.has(type);
    if (type === 'message_start') {
      const message = event.message as { usage?: unknown; stop_reason?: unknown } | null | undefined;
      this.#told.read(message?.usage, typeof message?.stop_reason !== 'string');
    } else if (type === 'message_delta') {
      this.#told.read(event.usage, false);
      const delta = event.delta as { stop_reason?: unknown } | null | undefined;
      if (typeof delta?.stop_reason === 'string') this.finishReason = delta.stop_reason;
    } else if (type === 'message_stop') this.complete();
  }

  /** A bare JSON error ends the stream; an event without data is ignored by every SDK and passes. */
  #readDataless(bytes: Uint8Array, out: Rewriter, last: boolean): void {
    const fault = parseUpstreamFault(decoder.decode(bytes.subarray(this.frame.start, this.frame.end)).trim());
    if (fault !== undefined) {
      const error = errorOfFault(fault, this.options.redact);
      this.replaceFrame(out, this.fail(error));
    } else if (last) this.replaceFrame(out, EMPTY);
  }
}

function isPlain(bytes: Uint8Array, frame: Frame): boolean {
  if (frame.eventStart < 0) return false;
  for (const name of PLAIN_EVENTS) if (equals(bytes, frame.eventStart, frame.eventEnd, name)) return true;
  return false;
}

/** Whether the frame's data holds that word. */
function names(bytes: Uint8Array, { dataStart, dataEnd }: Frame, word: Uint8Array): boolean {
  const [first] = word;
  const last = dataEnd - word.length;
  for (let i = dataStart; i <= last; i++)
    if (bytes[i] === first && equals(bytes, i, i + word.length, word)) return true;
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
